"""The manage pages as a Dash application of their own, below /manage.

It is separate from the public one, so that the gate guards its callbacks by
their address alone, and no public callback can ever show what is private.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import dash
from dash import Dash, Input, Output, dcc, html
from dash.backends._fastapi import reset_current_request, set_current_request
from dash.development.base_component import Component
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse

from dashboard.auth.sessions import CSRF_COOKIE, CSRF_HEADER
from dashboard.auth.viewer import viewer
from dashboard.pages.manage_ids import Manage
from dashboard.pages.manage_index import INDEX, filled
from dashboard.pages.manage_shows import Shows
from dashboard.plain.dash_tree import to_html
from dashboard.queries.sources import Sources
from domain.errors import NotFound
from settings.model import Settings
from storage.ports import ReadingStore, Records

log = logging.getLogger(__name__)
PREFIX = "/manage/"
REFRESH_MS = 300_000
"""Indicators change every quarter of an hour; a page left open follows."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def install(
    server: FastAPI,
    *,
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    now: Callable[[], datetime] = _utc_now,
) -> Dash:
    """Add `/manage` and what is below it to `server`; the gate must stand before it."""
    sources = Sources.of(readings, records, settings.indicators)
    shows = Shows(settings=settings, sources=sources, now=now)
    # Dash keeps the last application it made as "the" one; the public one stays that.
    public = dash._get_app.APP
    app = _dash_app(server)
    dash._get_app.APP = public or app
    app.layout = html.Div(
        [
            dcc.Location(id=Manage.ADDRESS),
            dcc.Interval(id=Manage.CLOCK, interval=REFRESH_MS),
            html.Div(id=Manage.FRAME),
        ]
    )

    @app.callback(
        Output(Manage.FRAME, "children"),
        Input(Manage.ADDRESS, "pathname"),
        Input(Manage.ADDRESS, "search"),
        Input(Manage.CLOCK, "n_intervals"),
    )
    async def show(path: str | None, search: str | None, _ticks: int | None) -> Component:
        return await asyncio.to_thread(shows.page, viewer(), path or PREFIX, search or "")

    @server.get("/manage", include_in_schema=False)
    @server.get("/manage/buildings/{building_id}", include_in_schema=False)
    async def index(request: Request, building_id: str = "") -> HTMLResponse:
        query = f"?{request.url.query}" if request.url.query else ""
        if building_id and not await asyncio.to_thread(shows.knows, viewer(), building_id):
            raise NotFound(f"no building {building_id!r}")
        shown = await asyncio.to_thread(shows.page, viewer(), request.url.path, query)
        token = set_current_request(request)
        try:
            return HTMLResponse(filled(app.index(), to_html(shown), viewer(), settings.site))
        finally:
            reset_current_request(token)

    return app


def _dash_app(server: FastAPI) -> Dash:
    app = Dash(
        "dashboard.pages.manage",
        # Dash's hint names only Flask's bool; its FastAPI backend takes the application.
        server=cast("Any", server),
        backend="fastapi",
        routes_pathname_prefix=PREFIX,
        requests_pathname_prefix=PREFIX,
        assets_folder="no-assets",
        pages_folder="",
        use_pages=False,
        index_string=INDEX,
        title="Zaindu",
        update_title="",
        csrf_token_name=CSRF_COOKIE,
        csrf_header_name=CSRF_HEADER,
        add_log_handler=False,
    )
    # No callback of ours talks over a websocket; told otherwise, every page would
    # try to open one for ever.
    app.backend.websocket_capability = False
    return app
