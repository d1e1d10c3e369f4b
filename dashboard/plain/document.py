"""The frame of a page that is written whole by the server."""

from dashboard.plain.tag import Child, Html, tag

STYLESHEETS = ("/assets/manage.css",)


def document(*, language: str, title: str, body: Child, body_class: str = "") -> str:
    """Return a complete HTML page."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light"),
        tag("title", f"{title} · Zaindu"),
        [tag("link", rel="stylesheet", href=href) for href in STYLESHEETS],
        tag("link", rel="icon", href="/assets/icon.svg", type="image/svg+xml"),
    )
    page = tag("html", head, tag("body", body, class_=body_class or None), lang=language)
    return Html("<!doctype html>\n" + page)
