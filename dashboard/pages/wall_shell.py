"""The page around a wall's scenes: one clock from Dash, one element that it changes."""

from html import escape
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.backends._fastapi import reset_current_request, set_current_request
from fastapi import FastAPI, Request

from dashboard.asset_urls import asset_url

PREFIX = "/wall-clock/"
_SCENE, _TITLE, _LANGUAGE = "<!--scene-->", "<!--title-->", "zx-language"
_FONT = "/assets/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"


def _index() -> str:
    return (
        f'<!doctype html><html lang="{_LANGUAGE}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{_TITLE}</title>"
        f'<link rel="icon" href="{asset_url("icon.svg")}" type="image/svg+xml">'
        f'<link rel="preload" href="{_FONT}" as="font" type="font/woff2" crossorigin>'
        f'<link rel="stylesheet" href="{asset_url("wall.css")}">{{%metas%}}{{%css%}}</head><body>'
        + _SCENE
        + '<div id="clockwork" hidden>{%app_entry%}</div>'
        f'<footer hidden><script src="{asset_url("wall.js")}"></script>'
        "{%config%}{%scripts%}{%renderer%}</footer></body></html>"
    )


class WallShell:
    """Dash's page, rendered once, into which each answer puts its first scene."""

    def __init__(self, server: FastAPI) -> None:
        """Mount the clock's Dash app on `server`."""
        clock = Dash(
            "zaindu-wall",
            # Dash's hint names only Flask's bool; its FastAPI backend takes the application.
            server=cast("Any", server),
            backend="fastapi",
            routes_pathname_prefix=PREFIX,
            requests_pathname_prefix=PREFIX,
            assets_folder="no-assets",
            include_assets_files=False,
            pages_folder="",
            use_pages=False,
            update_title="",
            add_log_handler=False,
            index_string=_index(),
        )
        # The clock's one callback runs in the browser; told otherwise, each of two
        # hundred screens would try to keep a websocket open for ever.
        clock.backend.websocket_capability = False
        clock.layout = html.Div(
            [dcc.Interval(id="clock", interval=1000), dcc.Store(id="shown", data="")]
        )
        clock.clientside_callback(
            ClientsideFunction("zaindu", "tick"),
            Output("shown", "data"),
            Input("clock", "n_intervals"),
        )
        self._clock = clock
        self._page = _rendered(clock)

    def script_hashes(self) -> list[str]:
        """Return the hashes of the page's inline scripts for the security policy."""
        return [h.strip("'") for h in self._clock.csp_hashes()]

    def page(self, *, language: str, title: str, content: str) -> str:
        """Return the page with a title and the HTML of its first scene."""
        return (
            self._page.replace(_LANGUAGE, language, 1)
            .replace(_TITLE, escape(title), 1)
            .replace(_SCENE, content, 1)
        )


def _rendered(clock: Dash) -> str:
    """Render Dash's page outside of any request: it is the same for everybody."""
    scope = {"type": "http", "method": "GET", "path": PREFIX, "headers": [], "query_string": b""}
    token = set_current_request(Request(scope))
    try:
        return str(clock.index())
    finally:
        reset_current_request(token)
