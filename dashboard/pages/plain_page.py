"""A small page of text in the manner of the wall: index, mistakes."""

import html

from dashboard.asset_urls import asset_url
from dashboard.components.glyph import glyph
from dashboard.text.words import Words
from domain.snapshots import Verdict


def plain_page(words: Words, *, title: str, body: str, css_class: str = "plain") -> str:
    """Return a whole HTML page.

    Args:
        words: The reader's language.
        title: Plain text for the window's title.
        body: HTML of the page's content, already escaped.
        css_class: The class of `body`, which the style sheet knows.
    """
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{html.escape(title)} · zaindu</title>"
        f'<link rel="icon" href="{asset_url("icon.svg")}" type="image/svg+xml">'
        f'<link rel="stylesheet" href="{asset_url("pages.css")}"></head>'
        f'<body class="{css_class}"><header><a class="brand" href="/?lang={words.language}">'
        f"{glyph(Verdict.BETTER, 28)}<span>zaindu</span></a></header>"
        f"<main>{body}</main></body></html>"
    )
