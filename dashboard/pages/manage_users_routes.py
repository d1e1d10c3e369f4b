"""Creating, changing, closing and opening accounts; the gate lets only administrators here."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.forms import read_form, values_of
from dashboard.auth.viewer import Viewer, viewer
from dashboard.pages.manage_desk import Desk
from dashboard.pages.manage_user import UserView, user_page
from dashboard.pages.manage_users import UsersView, users_page
from domain.accounts import Role, User
from domain.errors import InvalidRecord, NotFound


def users_router(desk: Desk) -> APIRouter:
    """Return the routes of the accounts pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/manage/users")
    def show(saved: str = "") -> Response:
        return _list(desk, viewer(), saved=saved)

    @router.post("/manage/users")
    async def create(request: Request) -> Response:
        sender, fields = await read_form(request)
        ticked = await values_of(request, "buildings")
        return await asyncio.to_thread(_create, desk, sender, fields, ticked)

    @router.get("/manage/users/edit")
    def edit(name: str, saved: str = "") -> Response:
        return _one(desk, viewer(), _known(desk, viewer(), name), saved=saved)

    @router.post("/manage/users/edit")
    async def update(request: Request) -> Response:
        sender, fields = await read_form(request)
        ticked = await values_of(request, "buildings")
        return await asyncio.to_thread(_update, desk, sender, fields, ticked)

    @router.post("/manage/users/password")
    async def reset(request: Request) -> Response:
        sender, fields = await read_form(request)
        return await asyncio.to_thread(_reset, desk, sender, fields)

    @router.post("/manage/users/state")
    async def change(request: Request) -> Response:
        sender, fields = await read_form(request)
        return await asyncio.to_thread(_close_or_open, desk, sender, fields)

    return router


def _create(
    desk: Desk, sender: Viewer, fields: Mapping[str, str], ticked: Sequence[str]
) -> Response:
    try:
        name = fields.get("name", "").replace("\0", "").strip()
        user = _typed(desk, sender, User(name=name, role=Role.OCCUPANT), fields, ticked)
        desk.records.users.add(user, fields.get("password", ""))
    except InvalidRecord as error:
        return _list(desk, sender, typed=fields, ticked=ticked, wrong=error.fields)
    return RedirectResponse("/manage/users?saved=1", 303)


def _update(
    desk: Desk, sender: Viewer, fields: Mapping[str, str], ticked: Sequence[str]
) -> Response:
    user = _known(desk, sender, fields.get("name", ""))
    try:
        _refuse_oneself(sender, user)
        desk.records.users.update(_typed(desk, sender, user, fields, ticked))
    except InvalidRecord as error:
        return _one(desk, sender, user, wrong=error.fields)
    return RedirectResponse("/manage/users?saved=1", 303)


def _reset(desk: Desk, sender: Viewer, fields: Mapping[str, str]) -> Response:
    user = _known(desk, sender, fields.get("name", ""))
    try:
        _refuse_oneself(sender, user)
        desk.records.users.set_password(user.name, fields.get("password", ""))
    except InvalidRecord as error:
        return _one(desk, sender, user, wrong=error.fields)
    return RedirectResponse(f"/manage/users/edit?name={quote(user.name, safe='')}&saved=1", 303)


def _close_or_open(desk: Desk, sender: Viewer, fields: Mapping[str, str]) -> Response:
    user = _known(desk, sender, fields.get("name", ""))
    try:
        _refuse_oneself(sender, user)
    except InvalidRecord as error:
        return _list(desk, sender, wrong=error.fields)
    desk.records.users.update(replace(user, disabled=bool(fields.get("disabled"))))
    return RedirectResponse("/manage/users?saved=1", 303)


def _refuse_oneself(sender: Viewer, user: User) -> None:
    """Refuse to lock oneself out; one's own password is changed on one's own page."""
    if user.name == sender.user.name:
        raise InvalidRecord({"name": "user.not_yourself"})


def _reaches(sender: Viewer, user: User) -> bool:
    """Tell whether an administrator of some buildings only may see and change an account."""
    own = set(sender.user.building_ids)
    return not own or (bool(user.building_ids) and set(user.building_ids) <= own)


def _known(desk: Desk, sender: Viewer, name: str) -> User:
    user = desk.records.users.get(name)
    if user is None or not _reaches(sender, user):
        raise NotFound("no such account")
    return user


def _typed(
    desk: Desk, sender: Viewer, user: User, fields: Mapping[str, str], ticked: Sequence[str]
) -> User:
    """Understand role and buildings; raises `InvalidRecord`."""
    known = {id_ for id_, _ in _offered(desk, sender, user)}
    if not set(ticked) <= known:
        raise InvalidRecord({"buildings": "user.building_unknown"})
    if sender.user.building_ids and not ticked:
        # None ticked would mean all of them: more than the sender has to give.
        raise InvalidRecord({"buildings": "user.buildings_needed"})
    if fields.get("role") not in tuple(Role):
        raise InvalidRecord({"role": "user.role_unknown"})
    return replace(user, role=Role(fields["role"]), building_ids=tuple(ticked))


def _offered(desk: Desk, sender: Viewer, user: User) -> list[tuple[str, str]]:
    """Return (id, name) of the buildings to tick; those of the account never vanish from it."""
    living = [(b.id, b.name) for b in desk.buildings(sender)]
    ids = {id_ for id_, _ in living}
    return living + [(id_, id_) for id_ in user.building_ids if id_ not in ids]


def _list(
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
        users=[user for user in desk.records.users.all() if _reaches(reader, user)],
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


def _one(
    desk: Desk,
    reader: Viewer,
    user: User,
    *,
    wrong: Mapping[str, str] | None = None,
    saved: str = "",
) -> Response:
    words = desk.words(reader)
    view = UserView(
        user=user,
        buildings=_offered(desk, reader, user),
        csrf_token=reader.csrf_token,
        errors={name: words.say(key) for name, key in (wrong or {}).items()},
        notice=words.say("users.password.reset.done") if saved else "",
    )
    content = user_page(view, words)
    return desk.page(reader, "/manage/users", user.name, content, 422 if wrong else 200)
