"""Setting, editing and ending targets: plain forms that need no script."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.forms import read_form
from dashboard.auth.viewer import Viewer, viewer
from dashboard.pages.manage_desk import Desk
from dashboard.pages.manage_targets import TargetForm, target_form, targets_page
from dashboard.viewmodels.targets import (
    TypedTarget,
    advice,
    in_words,
    read_target,
    target_card,
)
from domain.errors import InvalidRecord
from domain.meters import Commodity
from domain.sites import Building
from domain.targets import Target


def target_router(desk: Desk) -> APIRouter:
    """Return the routes of the target pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/manage/targets")
    def show_all(saved: str = "") -> Response:
        return _list(desk, viewer(), desk.buildings(viewer()), "/manage/targets", saved)

    @router.get("/manage/buildings/{building_id}/targets")
    def show_one(building_id: str, saved: str = "") -> Response:
        building = desk.building(viewer(), building_id)
        path = f"/manage/buildings/{building.id}/targets"
        return _list(desk, viewer(), (building,), path, saved)

    @router.get("/manage/buildings/{building_id}/targets/new")
    def new(building_id: str) -> Response:
        building = desk.building(viewer(), building_id)
        return _form(desk, viewer(), building, _empty(desk, building), None)

    @router.post("/manage/buildings/{building_id}/targets/new")
    async def create(building_id: str, request: Request) -> Response:
        sender, fields = await read_form(request)
        building = await asyncio.to_thread(desk.building, sender, building_id)
        return await asyncio.to_thread(_save, desk, sender, building, fields, None)

    @router.get("/manage/targets/{target_id}")
    def edit(target_id: str) -> Response:
        target, building = _open(desk, viewer(), target_id)
        return _form(desk, viewer(), building, _typed_of(target), target)

    @router.post("/manage/targets/{target_id}")
    async def update(target_id: str, request: Request) -> Response:
        sender, fields = await read_form(request)
        target, building = await asyncio.to_thread(_open, desk, sender, target_id)
        return await asyncio.to_thread(_save, desk, sender, building, fields, target)

    @router.post("/manage/targets/{target_id}/end")
    async def end(target_id: str, request: Request) -> Response:
        sender, _ = await read_form(request)
        return await asyncio.to_thread(_end, desk, sender, target_id)

    return router


def _end(desk: Desk, sender: Viewer, target_id: str) -> Response:
    target, building = _open(desk, sender, target_id)
    desk.records.targets.end(target.id, sender.user.name, desk.now())
    return _back_to(building)


def _open(desk: Desk, sender: Viewer, target_id: str) -> tuple[Target, Building]:
    """Return a target of a building the sender may see; raises `NotFound`."""
    target = desk.records.targets.get(target_id)
    return target, desk.building(sender, target.building_id)


def _back_to(building: Building) -> Response:
    return RedirectResponse(f"/manage/buildings/{building.id}/targets?saved=1", 303)


def _list(
    desk: Desk, reader: Viewer, buildings: tuple[Building, ...], path: str, saved: str
) -> Response:
    words, targets = desk.words(reader), desk.records.targets
    groups = []
    for building in buildings:
        clock = desk.now().astimezone(building.zone)
        cards = [
            target_card(t, targets.standing(t.id), targets.history(t.id), clock, words)
            for t in targets.all(building.id)
        ]
        groups.append((building, cards))
    notice = words.say("targets.saved") if saved else ""
    content = targets_page(groups, reader.csrf_token, notice, words)
    return desk.page(reader, path, words.say("targets.title"), content)


def _save(
    desk: Desk,
    sender: Viewer,
    building: Building,
    fields: Mapping[str, str],
    present: Target | None,
) -> Response:
    typed = TypedTarget(
        building_id=building.id,
        commodity=fields.get("commodity", ""),
        reduction=fields.get("reduction", ""),
        first_day=fields.get("first_day", ""),
        last_day=fields.get("last_day", ""),
        note=fields.get("note", ""),
        confirmed=fields.get("confirmed") == "yes",
    )
    try:
        read = read_target(typed, _commodities(desk, building))
        warned = advice(read)
        if warned and not typed.confirmed:
            return _form(desk, sender, building, typed, present, warned=warned)
        target = Target(
            id=present.id if present else uuid4().hex,
            building_id=building.id,
            commodity=read.commodity,
            reduction=read.reduction,
            first_day=read.first_day,
            last_day=read.last_day,
            note=read.note,
            author=sender.user.name,
            changed_at=desk.now(),
        )
        if present is None:
            desk.records.targets.add(target)
        else:
            # The version the form was opened on: an edit made meanwhile is not overwritten.
            opened = fields.get("version", "")
            next_version = int(opened) + 1 if opened.isdigit() else 0
            desk.records.targets.edit(replace(target, version=next_version))
    except InvalidRecord as error:
        return _form(desk, sender, building, typed, present, wrong=error.fields)
    return _back_to(building)


def _form(
    desk: Desk,
    reader: Viewer,
    building: Building,
    typed: TypedTarget,
    present: Target | None,
    *,
    wrong: Mapping[str, str] | None = None,
    warned: str = "",
) -> Response:
    words = desk.words(reader)
    path = f"/manage/buildings/{building.id}/targets/new"
    title = words.say("targets.new.of", name=building.name)
    if present is not None:
        path, title = f"/manage/targets/{present.id}", words.say("targets.edit")
    view = TargetForm(
        building=building,
        commodities=_commodities(desk, building),
        typed=typed,
        action=path,
        title=title,
        errors=in_words(wrong or {}, words),
        warning=words.say(f"targets.warn.{warned}") if warned else "",
        version=present.version if present else 0,
    )
    content = target_form(view, reader.csrf_token, words)
    return desk.page(reader, path, title, content, 422 if wrong else 200)


def _commodities(desk: Desk, building: Building) -> tuple[Commodity, ...]:
    portfolio = desk.records.portfolio.portfolio()
    return tuple(c for c in Commodity if c.is_energy and portfolio.mains_of(building.id, c))


def _empty(desk: Desk, building: Building) -> TypedTarget:
    today = desk.now().astimezone(building.zone).date()
    first = today.replace(day=1)
    commodities = _commodities(desk, building)
    return TypedTarget(
        building_id=building.id,
        commodity=str(commodities[0]) if commodities else "",
        reduction="5",
        first_day=first.isoformat(),
        last_day=f"{first.year}-12-31",
        note="",
    )


def _typed_of(target: Target) -> TypedTarget:
    return TypedTarget(
        building_id=target.building_id,
        commodity=str(target.commodity),
        reduction=f"{target.reduction * 100:g}",
        first_day=target.first_day.isoformat(),
        last_day=target.last_day.isoformat(),
        note=target.note,
    )
