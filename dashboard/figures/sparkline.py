"""Measured against expected in the width of a word."""

from collections.abc import Iterator, Sequence

from dashboard.viewmodels.portfolio_rows import Spark
from domain.snapshots import Verdict

WIDTH, HEIGHT = 124.0, 36.0
_PAD = 5.0
_LINEN, _INK, _ABOVE = "#E0D5BF", "#17212B", "#E69F00"
_DOT = {
    Verdict.BETTER: "#00568A",
    Verdict.AS_EXPECTED: "#7B6D50",
    Verdict.ABOVE: _ABOVE,
    Verdict.UNKNOWN: "#5A626A",
}
_MIN_BAND = 2.4
"""A linen thinner than this could not be seen [px]."""

Points = list[tuple[float, float]]


def sparkline(spark: Spark) -> str:
    """Return the drawing: linen behind, one thread before, gaps left open."""
    top = max((v for v in (*spark.measured, *spark.expected) if v is not None), default=0.0)
    scale = (HEIGHT - 2 * _PAD) / (top * 1.05) if top > 0 else 0.0
    parts = [_linen(run, spark.dead_band) for run in _runs(spark.expected, scale) if len(run) > 1]
    runs = list(_runs(spark.measured, scale))
    parts += [_thread(run) for run in runs]
    if runs and spark.measured[-1] is not None:
        x, y = runs[-1][-1]
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{_DOT[spark.verdict]}"/>')
    elif runs:
        x, _ = runs[-1][-1]
        base = HEIGHT - _PAD
        parts.append(
            f'<path d="M{x:.1f} {base}H{WIDTH - _PAD}" stroke="{_INK}" stroke-width="1.2"'
            ' stroke-dasharray="2 3"/>'
        )
    return (
        f'<svg width="{WIDTH:g}" height="{HEIGHT:g}" viewBox="0 0 {WIDTH:g} {HEIGHT:g}"'
        f' fill="none">{"".join(parts)}</svg>'
    )


def _runs(values: Sequence[float | None], scale: float) -> Iterator[Points]:
    """Yield each unbroken run of known values as points [px]."""
    run: Points = []
    step = (WIDTH - 2 * _PAD) / max(1, len(values) - 1)
    for at, value in enumerate(values):
        if value is None:
            if run:
                yield run
            run = []
        else:
            run.append((_PAD + at * step, HEIGHT - _PAD - value * scale))
    if run:
        yield run


def _linen(run: Points, dead_band: float) -> str:
    half = [max(_MIN_BAND, (HEIGHT - _PAD - y) * dead_band) for _, y in run]
    upper = [(x, y - h) for (x, y), h in zip(run, half, strict=True)]
    lower = [(x, y + h) for (x, y), h in zip(run, half, strict=True)]
    return f'<path d="M{_joined(upper + lower[::-1])}Z" fill="{_LINEN}"/>'


def _thread(run: Points) -> str:
    if len(run) == 1:
        return f'<circle cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="1.4" fill="{_INK}"/>'
    return (
        f'<path d="M{_joined(run)}" stroke="{_INK}" stroke-width="1.5"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
    )


def _joined(points: Points) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
