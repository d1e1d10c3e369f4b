"""The page about the data's health."""

from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from dashboard.auth.viewer import viewer
from dashboard.pages.manage_data import data_page
from dashboard.pages.manage_desk import Desk
from dashboard.queries.data_health import read_data_health
from dashboard.viewmodels.data_health import data_health_view

PATH = "/manage/data"
_SHOWN = {"all": False, "matters": True}


def data_router(desk: Desk) -> APIRouter:
    """Return the page's route."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    def show(day: str = "", show: str = "") -> Response:
        reader = viewer()
        words = desk.words(reader)
        health = read_data_health(
            desk.readings,
            desk.records,
            desk.records.portfolio.portfolio(),
            desk.buildings(reader),
            desk.now(),
            chosen=_day(day),
            sees_all=not reader.user.building_ids,
        )
        view = data_health_view(health, words, only_matters=_SHOWN.get(show))
        return desk.page(reader, PATH, view.title, data_page(view, words))

    return router


def _day(text: str) -> date | None:
    """A day that is none, or that is not shown, is the newest one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
