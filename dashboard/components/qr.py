"""The code that opens the phone page: ink on white, four modules of quiet."""

import segno

from dashboard.components.tokens import PALETTES, Theme

QUIET = 4


def plate(url: str, x: float, y: float, side: float, radius: float) -> str:
    """Return a white plate with the code of `url`, level M, as SVG."""
    rows = [list(row) for row in segno.make(url, error="m", micro=False).matrix]
    module = side / (len(rows) + 2 * QUIET)
    runs = []
    for top, row in enumerate(rows):
        start = 0
        while start < len(row):
            end = start
            while end < len(row) and row[end]:
                end += 1
            if end > start:
                runs.append(f"M{start + QUIET} {top + QUIET}h{end - start}v1h{start - end}z")
            start = end + 1
    ink = PALETTES[Theme.DAY].ink
    return (
        f'<g class="code" transform="translate({x:.1f} {y:.1f})">'
        f'<rect width="{side:g}" height="{side:g}" rx="{radius:g}" fill="#FFFFFF"/>'
        f'<path transform="scale({module:.4f})" shape-rendering="crispEdges" fill="{ink}"'
        f' d="{"".join(runs)}"/></g>'
    )
