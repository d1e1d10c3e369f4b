"""Showing the reports page, and leading to the API's files."""

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.viewer import Viewer, viewer
from dashboard.pages.manage_desk import Desk
from dashboard.pages.reports import reports_page
from dashboard.queries.steps import until
from dashboard.queries.totals import meter_totals
from dashboard.viewmodels.reports import Wish, read_wish, reports_view
from domain.meters import Commodity
from domain.periods import Period


def reports_router(desk: Desk) -> APIRouter:
    """Return the routes of the reports page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/reports")
    def show(request: Request) -> Response:
        reader = viewer()
        wish, problem = _wish(desk, reader, request)
        return _page(desk, reader, wish, problem)

    @router.get("/reports/download/{kind}")
    def download(kind: str, request: Request) -> Response:
        reader = viewer()
        wish, problem = _wish(desk, reader, request)
        if problem:
            return _page(desk, reader, wish, problem)
        if kind == "excel":
            return RedirectResponse(wish.address("csv", flavour="excel"), 303)
        return RedirectResponse(wish.address("xlsx" if kind == "xlsx" else "csv"), 303)

    return router


def _wish(desk: Desk, reader: Viewer, request: Request) -> tuple[Wish, str]:
    asked = {name: request.query_params.getlist(name) for name in request.query_params}
    buildings = desk.buildings(reader)
    zone = buildings[0].zone if buildings else None
    return read_wish(asked, buildings, desk.now().astimezone(zone).date())


def _page(desk: Desk, reader: Viewer, wish: Wish, problem: str) -> Response:
    words = desk.words(reader)
    buildings = desk.buildings(reader)
    portfolio = desk.records.portfolio.portfolio()
    present = {m.commodity for b in buildings for m in portfolio.meters_of(b.id)}
    chosen = tuple(b for b in buildings if b.id in wish.building_ids) or buildings
    last = wish.last + timedelta(days=1)
    totals = (
        total
        for building in (() if problem else chosen)
        for total in meter_totals(
            desk.readings,
            portfolio,
            building,
            until(Period.of_days(wish.first, last, building.zone), desk.now()),
            commodities=frozenset(wish.commodities),
        )
    )
    view = reports_view(
        wish, problem, buildings, [c for c in Commodity if c in present], totals, words
    )
    content = reports_page(view, words)
    status = 422 if problem else 200
    return desk.page(reader, "/reports", words.say("reports.title"), content, status)
