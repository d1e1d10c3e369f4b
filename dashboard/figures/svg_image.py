"""Small drawings as images that need no request of their own."""

from urllib.parse import quote


def data_uri(svg: str) -> str:
    """Return an SVG as the source of an image."""
    if "xmlns=" not in svg:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return "data:image/svg+xml," + quote(svg, safe="/:=' ,;()<>")
