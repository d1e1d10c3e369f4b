"""Listing, adopting, ignoring, changing and retiring meters; each in the account's buildings."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.forms import read_form, values_of
from dashboard.auth.viewer import Viewer, viewer
from dashboard.pages.manage_desk import Desk
from dashboard.pages.manage_discovered import discovered_page
from dashboard.pages.manage_meter_form import MeterFormView, adopt_form, edit_form
from dashboard.pages.manage_meters import meters_page
from dashboard.queries.meters import discovered_devices, read_meters
from dashboard.viewmodels.discovered import device_card, discovered_view
from dashboard.viewmodels.meter_form import (
    TypedMeter,
    adopted_meter,
    changed_meter,
    typed_of_guess,
    typed_of_meter,
)
from dashboard.viewmodels.meters import meters_view
from domain.errors import InvalidRecord, NotFound
from domain.guessing import guess
from domain.meters import Commodity, Meter
from domain.registers import Quantity
from domain.seen_devices import SeenDevice
from domain.sites import Building, Portfolio
from storage.adopting import adopt, change

_LIST, _DISCOVERED = "/manage/meters", "/manage/meters/discovered"
_NOTICES = ("adopted", "changed", "retired", "restored", "ignored", "heeded")


def meters_router(desk: Desk) -> APIRouter:
    """Return the routes of the pages about meters."""
    router = APIRouter(include_in_schema=False)

    @router.get(_LIST)
    def show(done: str = "") -> Response:
        return _list(desk, viewer(), done)

    @router.get(_DISCOVERED)
    def discovered(done: str = "") -> Response:
        return _discovered(desk, viewer(), done)

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


def may_ignore(reader: Viewer) -> bool:
    """Tell whether an account may decide about a device for everybody.

    A device belongs to no building: who sees only some might silence another's meter.
    """
    return not reader.user.building_ids


def _list(desk: Desk, reader: Viewer, done: str) -> Response:
    words, buildings = desk.words(reader), desk.buildings(reader)
    read = read_meters(desk.readings, desk.records, buildings, desk.now())
    content = meters_page(meters_view(read, words), _notice(desk, reader, done), words)
    return desk.page(reader, _LIST, words.say("meters.title"), content)


def _discovered(desk: Desk, reader: Viewer, done: str) -> Response:
    words, portfolio = desk.words(reader), desk.records.portfolio.portfolio()
    devices = discovered_devices(desk.records, portfolio)
    view = discovered_view(devices, {m.id for m in portfolio.meters}, desk.now(), words)
    content = discovered_page(
        view,
        reader.csrf_token,
        may_ignore=may_ignore(reader),
        notice=_notice(desk, reader, done),
        words=words,
    )
    return desk.page(reader, _DISCOVERED, words.say("meters.discovered"), content)


def _notice(desk: Desk, reader: Viewer, done: str) -> str:
    return desk.words(reader).say(f"meters.done.{done}") if done in _NOTICES else ""


def _ignore(desk: Desk, sender: Viewer, fields: Mapping[str, str]) -> Response:
    if not may_ignore(sender):
        raise NotFound("this account decides about its own buildings only")
    author = sender.user.name if fields.get("ignored") else ""
    family, device = fields.get("family", ""), fields.get("device", "")
    desk.records.seen_devices.ignore(family, device, author)
    return RedirectResponse(f"{_DISCOVERED}?done={'ignored' if author else 'heeded'}", 303)


def _adopt(desk: Desk, sender: Viewer, fields: Mapping[str, str], typed: TypedMeter) -> Response:
    family, device = fields.get("family", ""), fields.get("device", "")
    seen = desk.records.seen_devices.get(family, device)
    try:
        meter = adopted_meter(typed, seen)
        _refuse_elsewhere(desk, sender, meter)
        adopt(desk.records, meter, sender.user.name)
    except InvalidRecord as error:
        return _adopt_form(desk, sender, seen, typed, error.fields)
    return RedirectResponse(f"{_LIST}?done=adopted", 303)


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
    view = _form_view(
        portfolio,
        buildings,
        typed or typed_of_guess(seen, proposed, buildings, words),
        {name: words.say(key) for name, key in (wrong or {}).items()},
        by_volume=any(r.quantity is Quantity.VOLUME for r in seen.registers),
    )
    card = device_card(seen, proposed, desk.now(), words)
    content = adopt_form(view, card, reader.csrf_token, words)
    title = words.say("meters.adopt.title", name=card.title)
    return desk.page(reader, _DISCOVERED, title, content, 422 if wrong else 200)


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
    view = _form_view(
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


def _form_view(
    portfolio: Portfolio,
    buildings: Sequence[Building],
    typed: TypedMeter,
    errors: Mapping[str, str],
    *,
    by_volume: bool,
    without: str = "",
) -> MeterFormView:
    names = {building.id: building.label for building in buildings}

    def placed(building_id: str, name: str) -> str:
        return f"{names[building_id]}, {name}" if len(names) > 1 else name

    return MeterFormView(
        typed=typed,
        errors=errors,
        buildings=[(b.id, b.name) for b in buildings],
        parents=[
            (m.id, placed(m.building_id, m.name))
            for m in portfolio.meters
            if m.building_id in names and not m.retired and m.id != without
        ],
        zones=[
            (z.id, placed(z.building_id, z.name)) for z in portfolio.zones if z.building_id in names
        ],
        counts_gas_by_volume=by_volume,
    )
