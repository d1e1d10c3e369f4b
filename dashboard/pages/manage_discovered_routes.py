"""Discovered devices: listing, adopting and ignoring them, each in the account's buildings."""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.forms import read_form, values_of
from dashboard.auth.viewer import Viewer, viewer
from dashboard.pages.manage_desk import Desk
from dashboard.pages.manage_discovered import PATH, discovered_page
from dashboard.pages.manage_meter_fields import form_view, notice_of
from dashboard.pages.manage_meter_form import adopt_form
from dashboard.queries.meters import discovered_devices
from dashboard.viewmodels.discovered import device_card, discovered_view
from dashboard.viewmodels.meter_form import (
    TypedMeter,
    adopted_meter,
    typed_of_guess,
    under_its_main,
)
from domain.errors import InvalidRecord, NotFound
from domain.guessing import guess
from domain.meter_faults import id_faults
from domain.meters import Meter
from domain.registers import Quantity
from domain.seen_devices import SeenDevice
from storage.adopting import adopt


def discovered_router(desk: Desk) -> APIRouter:
    """Return the routes of the pages about devices of no meter."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    def discovered(done: str = "", sought: str = "", whole: str = "") -> Response:
        return _discovered(desk, viewer(), done, sought.strip(), is_whole=bool(whole))

    @router.post("/manage/meters/ignore")
    async def ignore(request: Request) -> Response:
        sender, fields = await read_form(request)
        return await asyncio.to_thread(_ignore, desk, sender, fields)

    @router.get("/manage/meters/adopt")
    def ask(family: str, device: str) -> Response:
        seen = desk.records.seen_devices.get(family, device)
        return _adopt_form(desk, viewer(), seen, None)

    @router.post("/manage/meters/adopt")
    async def keep(request: Request) -> Response:
        sender, fields = await read_form(request)
        registers = await values_of(request, "registers")
        typed = TypedMeter.of_fields(fields, registers)
        return await asyncio.to_thread(_adopt, desk, sender, fields, typed)

    return router


def may_ignore(reader: Viewer) -> bool:
    """Tell whether an account may decide about a device for everybody.

    A device belongs to no building: who sees only some might silence another's meter.
    """
    return not reader.user.building_ids


def _discovered(desk: Desk, reader: Viewer, done: str, sought: str, *, is_whole: bool) -> Response:
    words, portfolio = desk.words(reader), desk.records.portfolio.portfolio()
    devices = discovered_devices(desk.records, portfolio)
    taken_ids = {meter.id for meter in portfolio.meters}
    view = discovered_view(devices, taken_ids, desk.now(), words, sought=sought, is_whole=is_whole)
    content = discovered_page(
        view,
        reader.csrf_token,
        may_ignore=may_ignore(reader),
        notice=notice_of(done, words),
        words=words,
    )
    return desk.page(reader, PATH, words.say("meters.discovered"), content)


def _ignore(desk: Desk, sender: Viewer, fields: Mapping[str, str]) -> Response:
    if not may_ignore(sender):
        raise NotFound("this account decides about its own buildings only")
    author = sender.user.name if fields.get("ignored") else ""
    family, device = fields.get("family", ""), fields.get("device", "")
    desk.records.seen_devices.ignore(family, device, author)
    return RedirectResponse(f"{PATH}?done={'ignored' if author else 'heeded'}", 303)


def _adopt(desk: Desk, sender: Viewer, fields: Mapping[str, str], typed: TypedMeter) -> Response:
    family, device = fields.get("family", ""), fields.get("device", "")
    seen = desk.records.seen_devices.get(family, device)
    try:
        meter = adopted_meter(typed, seen)
        _refuse_elsewhere(desk, sender, meter)
        adopt(desk.records, meter, sender.user.name, is_one_more=typed.is_one_more)
    except InvalidRecord as error:
        portfolio = desk.records.portfolio.portfolio()
        if error.fields.get("parent_id") == "meter.main_taken":
            typed = under_its_main(typed, portfolio)
        # What was typed wrong is told before a meter can be made of it, and its id with it.
        wrong = {**id_faults(typed.id, portfolio), **error.fields}
        return _adopt_form(desk, sender, seen, typed, wrong)
    return RedirectResponse("/manage/meters?done=adopted", 303)


def _refuse_elsewhere(desk: Desk, sender: Viewer, meter: Meter) -> None:
    if meter.building_id not in {b.id for b in desk.buildings(sender)}:
        raise InvalidRecord({"building_id": "meter.building_unknown"})


def _adopt_form(
    desk: Desk,
    reader: Viewer,
    seen: SeenDevice,
    typed: TypedMeter | None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    words, portfolio = desk.words(reader), desk.records.portfolio.portfolio()
    buildings = desk.buildings(reader)
    proposed = guess(seen, {m.id for m in portfolio.meters})
    view = form_view(
        portfolio,
        buildings,
        typed or typed_of_guess(seen, proposed, buildings, portfolio, words),
        {name: words.say(key) for name, key in (wrong or {}).items()},
        by_volume=any(r.quantity is Quantity.VOLUME for r in seen.registers),
    )
    card = device_card(seen, proposed, desk.now(), words)
    content = adopt_form(view, card, reader.csrf_token, words)
    title = words.say("meters.adopt.title", name=card.title)
    return desk.page(reader, PATH, title, content, 422 if wrong else 200)
