"""Declared meters: listing them, changing and retiring those that were added on screen."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.forms import read_form
from dashboard.auth.viewer import Viewer, viewer
from dashboard.pages.manage_desk import Desk
from dashboard.pages.manage_meter_fields import form_view, notice_of
from dashboard.pages.manage_meter_form import edit_form
from dashboard.pages.manage_meters import meters_page
from dashboard.queries.meters import read_meters
from dashboard.viewmodels.meter_form import TypedMeter, changed_meter, typed_of_meter
from dashboard.viewmodels.meters import meters_view
from domain.errors import InvalidRecord, NotFound
from domain.meters import Commodity, Meter
from storage.adopting import change

_LIST = "/manage/meters"


def meters_router(desk: Desk) -> APIRouter:
    """Return the routes of the pages about declared meters."""
    router = APIRouter(include_in_schema=False)

    @router.get(_LIST)
    def show(done: str = "") -> Response:
        return _list(desk, viewer(), done)

    @router.get("/manage/meters/edit")
    def edit(id: str) -> Response:
        meter = _added_meter(desk, viewer(), id)
        return _edit_form(desk, viewer(), meter, typed_of_meter(meter, desk.words(viewer())))

    @router.post("/manage/meters/edit")
    async def update(request: Request) -> Response:
        sender, fields = await read_form(request)
        return await asyncio.to_thread(_update, desk, sender, fields)

    @router.post("/manage/meters/retire")
    async def retire(request: Request) -> Response:
        sender, fields = await read_form(request)
        return await asyncio.to_thread(_retire, desk, sender, fields)

    return router


def _list(desk: Desk, reader: Viewer, done: str) -> Response:
    words, buildings = desk.words(reader), desk.buildings(reader)
    read = read_meters(desk.readings, desk.records, buildings, desk.now())
    content = meters_page(meters_view(read, words), notice_of(done, words), words)
    return desk.page(reader, _LIST, words.say("meters.title"), content)


def _added_meter(desk: Desk, reader: Viewer, meter_id: str) -> Meter:
    """Return a meter that was added on screen in a building of this account."""
    meter = desk.records.portfolio.portfolio().meter(meter_id)
    if meter is None or meter_id not in desk.records.portfolio.added_meters():
        raise NotFound(f"no meter {meter_id!r} was added on screen")
    desk.building(reader, meter.building_id)
    return meter


def _update(desk: Desk, sender: Viewer, fields: Mapping[str, str]) -> Response:
    meter = _added_meter(desk, sender, fields.get("id", ""))
    lines = fields.get("registers_text", "").splitlines()
    typed = TypedMeter.of_fields(fields, [line.strip() for line in lines if line.strip()])
    try:
        change(desk.records, changed_meter(typed, meter), sender.user.name)
    except InvalidRecord as error:
        return _edit_form(desk, sender, meter, typed, error.fields)
    return RedirectResponse(f"{_LIST}?done=changed", 303)


def _edit_form(
    desk: Desk,
    reader: Viewer,
    meter: Meter,
    typed: TypedMeter,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    words, portfolio = desk.words(reader), desk.records.portfolio.portfolio()
    building = desk.building(reader, meter.building_id)
    view = form_view(
        portfolio,
        (building,),
        typed,
        {name: words.say(key) for name, key in (wrong or {}).items()},
        by_volume=meter.commodity is Commodity.NATURAL_GAS,
        without=meter.id,
    )
    content = edit_form(view, meter, reader.csrf_token, words)
    return desk.page(reader, _LIST, meter.name, content, 422 if wrong else 200)


def _retire(desk: Desk, sender: Viewer, fields: Mapping[str, str]) -> Response:
    meter = _added_meter(desk, sender, fields.get("id", ""))
    is_retired = bool(fields.get("retired"))
    try:
        change(desk.records, replace(meter, retired=is_retired), sender.user.name)
    except InvalidRecord as error:
        # Taken back, its device may feed another meter by now.
        typed = typed_of_meter(meter, desk.words(sender))
        return _edit_form(desk, sender, meter, typed, error.fields)
    return RedirectResponse(f"{_LIST}?done={'retired' if is_retired else 'restored'}", 303)
