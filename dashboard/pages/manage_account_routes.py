"""Changing one's password and language, creating and revoking API tokens."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.cookies import set_session
from dashboard.auth.forms import read_form
from dashboard.auth.origin import client_address
from dashboard.auth.policy import API_ROLES
from dashboard.auth.sessions import Sessions
from dashboard.auth.throttle import SignInThrottle
from dashboard.auth.viewer import Viewer, viewer
from dashboard.pages.manage_account import TOKEN_DAYS, AccountView, account_page
from dashboard.pages.manage_desk import Desk
from domain.errors import InvalidRecord, NotFound

LABEL_LENGTH = 80


def account_router(desk: Desk, sessions: Sessions, throttle: SignInThrottle) -> APIRouter:
    """Return the routes of the account page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/account")
    def show(saved: str = "") -> Response:
        return _page(desk, viewer(), saved=saved)

    @router.post("/account/password")
    async def password(request: Request) -> Response:
        sender, fields = await read_form(request)
        address = client_address(request, desk.settings.dashboard.trusted_proxy)
        wrong = await asyncio.to_thread(_password, desk, throttle, sender, address, fields)
        if wrong:
            return await asyncio.to_thread(_page, desk, sender, wrong=wrong)
        response = RedirectResponse("/account?saved=password", 303)
        # Every session ended with the old password; this browser's own goes on.
        renewed = await asyncio.to_thread(desk.records.users.get, sender.user.name)
        if renewed is not None:
            set_session(response, sessions, desk.settings.dashboard, sessions.open(renewed))
        return response

    @router.post("/account/language")
    async def language(request: Request) -> Response:
        sender, fields = await read_form(request)
        wanted = fields.get("language", "")
        if wanted in desk.settings.site.languages:
            spoken = replace(sender.user, language=wanted)
            await asyncio.to_thread(desk.records.users.update, spoken)
        return RedirectResponse("/account?saved=language", 303)

    return router


def token_router(desk: Desk) -> APIRouter:
    """Return the routes of API tokens."""
    router = APIRouter(include_in_schema=False)

    @router.post("/account/tokens")
    async def create(request: Request) -> Response:
        sender, fields = await read_form(request)
        return await asyncio.to_thread(_issue, desk, sender, fields)

    @router.post("/account/tokens/{token_id}/revoke")
    async def revoke(token_id: str, request: Request) -> Response:
        sender, _ = await read_form(request)
        return await asyncio.to_thread(_revoke, desk, sender, token_id)

    return router


def _issue(desk: Desk, sender: Viewer, fields: Mapping[str, str]) -> Response:
    _require_api(sender)
    label = fields.get("label", "").strip()[:LABEL_LENGTH]
    if not label:
        return _page(desk, sender, wrong={"label": "account.token.label_missing"})
    asked = fields.get("days", "")
    days = int(asked) if asked in [str(n) for n in TOKEN_DAYS] else 0
    expires_at = desk.now() + timedelta(days=days) if days else None
    secret = desk.records.users.issue_token(sender.user.name, label, expires_at)
    return _page(desk, sender, secret=secret)


def _revoke(desk: Desk, sender: Viewer, token_id: str) -> Response:
    own = {token.id for token in desk.records.users.tokens(sender.user.name)}
    if token_id not in own:
        raise NotFound(f"no token {token_id!r}")
    desk.records.users.revoke_token(token_id)
    return RedirectResponse("/account?saved=token", 303)


def _require_api(sender: Viewer) -> None:
    if sender.user.role not in API_ROLES:
        raise NotFound("this role has no tokens")


def _password(
    desk: Desk,
    throttle: SignInThrottle,
    sender: Viewer,
    address: str,
    fields: Mapping[str, str],
) -> dict[str, str]:
    """Change it, or return what is wrong; guessing here is slowed down as at the door."""
    name, users = sender.user.name, desk.records.users
    if fields.get("password", "") != fields.get("again", ""):
        return {"again": "account.password.differ"}
    if throttle.admit(name, address) > 0:
        return {"present": "account.password.wait"}
    if users.authenticate(name, fields.get("present", "")[:1000]) is None:
        return {"present": "account.password.wrong"}
    throttle.succeeded(name, address)
    try:
        users.set_password(name, fields.get("password", ""))
    except InvalidRecord as error:
        return error.fields
    return {}


def _page(
    desk: Desk,
    reader: Viewer,
    *,
    wrong: Mapping[str, str] | None = None,
    secret: str = "",
    saved: str = "",
) -> Response:
    words = desk.words(reader)
    reaches_api = reader.user.role in API_ROLES
    view = AccountView(
        name=reader.user.name,
        csrf_token=reader.csrf_token,
        language=words.language,
        languages=desk.settings.site.languages,
        tokens=desk.records.users.tokens(reader.user.name) if reaches_api else None,
        new_secret=secret,
        notice=words.say(_NOTICES[saved]) if saved in _NOTICES else "",
        errors={name: words.say(key) for name, key in (wrong or {}).items()},
    )
    content = account_page(view, words)
    return desk.page(reader, "/account", words.say("account.title"), content, 422 if wrong else 200)


_NOTICES = {
    "password": "account.password.changed",
    "language": "targets.saved",
    "token": "targets.saved",
}
