"""Creating, closing and opening accounts; the gate lets only administrators here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.forms import read_form, values_of
from dashboard.auth.viewer import Viewer, viewer
from dashboard.pages.manage_desk import Desk
from dashboard.pages.manage_users import UsersView, users_page
from domain.accounts import Role, User
from domain.errors import InvalidRecord, NotFound


def users_router(desk: Desk) -> APIRouter:
    """Return the routes of the accounts page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/manage/users")
    def show(saved: str = "") -> Response:
        return _page(desk, viewer(), saved=saved)

    @router.post("/manage/users")
    async def create(request: Request) -> Response:
        sender, fields = await read_form(request)
        ticked = await values_of(request, "buildings")
        try:
            desk.records.users.add(_typed(desk, sender, fields, ticked), fields.get("password", ""))
        except InvalidRecord as error:
            return _page(desk, sender, typed=fields, ticked=ticked, wrong=error.fields)
        return RedirectResponse("/manage/users?saved=1", 303)

    @router.post("/manage/users/state")
    async def change(request: Request) -> Response:
        sender, fields = await read_form(request)
        user = desk.records.users.get(fields.get("name", ""))
        if user is None:
            raise NotFound("no such account")
        if user.name == sender.user.name:
            return _page(desk, sender, wrong={"name": "user.not_yourself"})
        desk.records.users.update(replace(user, disabled=bool(fields.get("disabled"))))
        return RedirectResponse("/manage/users?saved=1", 303)

    return router


def _typed(desk: Desk, sender: Viewer, fields: Mapping[str, str], ticked: Sequence[str]) -> User:
    """Understand the form; raises `InvalidRecord`."""
    known = {building.id for building in desk.buildings(sender)}
    if not set(ticked) <= known:
        raise InvalidRecord({"buildings": "user.building_unknown"})
    if fields.get("role") not in tuple(Role):
        raise InvalidRecord({"role": "user.role_unknown"})
    return User(
        name=fields.get("name", "").replace("\0", "").strip(),
        role=Role(fields["role"]),
        building_ids=tuple(ticked),
    )


def _page(
    desk: Desk,
    reader: Viewer,
    *,
    typed: Mapping[str, str] | None = None,
    ticked: Sequence[str] = (),
    wrong: Mapping[str, str] | None = None,
    saved: str = "",
) -> Response:
    words = desk.words(reader)
    view = UsersView(
        reader=reader.user.name,
        users=desk.records.users.all(),
        buildings=desk.buildings(reader),
        csrf_token=reader.csrf_token,
        typed=typed or {},
        ticked=ticked,
        errors={name: words.say(key) for name, key in (wrong or {}).items()},
        notice=words.say("targets.saved") if saved else "",
    )
    content = users_page(view, words)
    status = 422 if wrong else 200
    return desk.page(reader, "/manage/users", words.say("users.title"), content, status)
