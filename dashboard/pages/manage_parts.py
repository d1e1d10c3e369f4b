"""Pieces that several manage pages are made of, as Dash components."""

from collections.abc import Sequence
from functools import lru_cache

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.auth.sessions import CSRF_FIELD
from dashboard.components.glyph import glyph
from dashboard.figures.icons import icon
from dashboard.figures.svg_image import data_uri
from dashboard.viewmodels.choices import Choice
from dashboard.viewmodels.shell import NavItem, ShellView
from domain.snapshots import Verdict

_REST, _CURRENT = "#6E6045", "#00568A"


@lru_cache(maxsize=64)
def _glyph_uri(verdict: Verdict, size_px: int) -> str:
    return data_uri(glyph(verdict, size_px))


def flower(verdict: Verdict, size_px: int, word: str = "") -> Component:
    """Return the glyph of a verdict; `word` names it where no word stands beside it."""
    return html.Img(
        src=_glyph_uri(verdict, size_px),
        width=size_px,
        height=size_px,
        alt=word,
        className="glyph",
    )


def drawing(svg: str, css_class: str, alt: str = "") -> Component:
    """Return an SVG as an image."""
    return html.Img(src=data_uri(svg), alt=alt, className=css_class)


def emphasised(text: str) -> list[Component | str]:
    """Return a text whose `*starred*` words are bold."""
    parts = text.split("*")
    return [html.B(part) if at % 2 else part for at, part in enumerate(parts) if part]


def segmented(choices: Sequence[Choice], label: str) -> Component:
    """Return a segmented control: links, so that every state has an address."""
    segments = [
        dcc.Link(choice.label, href=choice.href, className="segment" + " current" * choice.current)
        for choice in choices
    ]
    return html.Div(segments, className="segmented", role="group", title=label)


def shell(view: ShellView, content: Component | str) -> Component:
    """Return the frame of a private page around its content."""
    return html.Div(
        [_nav(view), html.Main(content, className="page", id="content")], className="shell"
    )


def _nav(view: ShellView) -> Component:
    brand = html.Div(
        [flower(Verdict.BETTER, 24), html.Span("zaindu", className="brand-word")],
        className="brand",
    )
    summary = html.Summary([drawing(icon("menu", _REST), "icon"), view.menu])
    # The same places twice: a narrow page folds them, and that needs no script.
    folded = html.Details([summary, *_places(view)], className="menu-folded")
    wide = html.Div(_places(view), className="menu-wide")
    site = html.P(view.site_name, className="site muted")
    return html.Aside([brand, site, folded, wide], className="nav")


def _places(view: ShellView) -> list[Component]:
    account = [
        html.B(view.account_name),
        html.Span(view.account_role, className="muted"),
        html.A(view.account, href="/account", className="quiet"),
        _sign_out(view),
    ]
    return [
        html.Nav([_item(item) for item in view.items], className="places"),
        html.Div(account, className="account"),
    ]


def _sign_out(view: ShellView) -> Component:
    token = dcc.Input(type="hidden", name=CSRF_FIELD, value=view.csrf_token)
    button = html.Button(view.sign_out, type="submit", className="quiet")
    return html.Form([token, button], action="/signout", method="post")


def _item(item: NavItem) -> Component:
    colour = _CURRENT if item.current else _REST
    return html.A(
        [drawing(icon(item.icon, colour), "icon"), item.label],
        href=item.href,
        className="place" + " current" * item.current,
    )
