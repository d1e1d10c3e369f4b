"""Signing in and out."""

import asyncio
import logging
import secrets
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard.auth.cookies import clear_session, set_form_nonce, set_session
from dashboard.auth.forms import read_form, text_fields
from dashboard.auth.language import LANGUAGE_COOKIE, language_of
from dashboard.auth.origin import client_address, safe_next
from dashboard.auth.policy import home_of, may_reach
from dashboard.auth.sessions import CSRF_FIELD, FORM_COOKIE, Sessions
from dashboard.auth.throttle import SignInThrottle
from dashboard.auth.viewer import find_viewer
from dashboard.pages.signin import SignInView, signin_page
from dashboard.text.words import words_for
from domain.accounts import User
from settings.model import Settings
from storage.ports import UserRecords

log = logging.getLogger(__name__)

CHECKS_AT_ONCE = 2
"""Each password check takes tens of megabytes and a core; a small host has few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """What signing in needs."""

    settings: Settings
    users: UserRecords
    sessions: Sessions
    throttle: SignInThrottle
    checks: asyncio.Semaphore


def auth_router(
    *, settings: Settings, users: UserRecords, sessions: Sessions, throttle: SignInThrottle
) -> APIRouter:
    """Return the routes `/signin` and `/signout`."""
    door = _Door(
        settings=settings,
        users=users,
        sessions=sessions,
        throttle=throttle,
        checks=asyncio.Semaphore(CHECKS_AT_ONCE),
    )
    router = APIRouter(include_in_schema=False)

    @router.get("/signin")
    async def show(request: Request, next: str = "") -> Response:
        present = find_viewer()
        target = safe_next(next)
        if present is not None and _may_follow(present.user, target):
            return RedirectResponse(target or home_of(present.user), 303)
        return _page(door, request, next_path=target or "")

    @router.post("/signin")
    async def sign_in(request: Request) -> Response:
        return await _sign_in(door, request)

    @router.post("/signout")
    async def sign_out(request: Request) -> Response:
        await read_form(request)
        response = RedirectResponse("/signin", 303)
        clear_session(response, settings.dashboard)
        return response

    return router


async def _sign_in(door: _Door, request: Request) -> Response:
    fields = await text_fields(request)
    name, target = fields.get("name", "").replace("\0", "").strip(), safe_next(fields.get("next"))
    nonce = request.cookies.get(FORM_COOKIE, "")
    if not nonce or not door.sessions.csrf_matches(nonce, fields.get(CSRF_FIELD, "")):
        return _page(door, request, 403, name, target or "", "auth.page_expired")
    address = client_address(request, door.settings.dashboard.trusted_proxy)
    wait_s = door.throttle.admit(name, address)
    if wait_s > 0:
        log.warning("sign-in throttled for %s from %s", ascii(name[:80]), address)
        return _page(door, request, 429, name, target or "", "auth.too_many", wait_s)
    async with door.checks:
        user = await asyncio.to_thread(
            door.users.authenticate, name, fields.get("password", "")[:1000]
        )
    if user is None or user.disabled:
        log.info("sign-in refused for %s from %s", ascii(name[:80]), address)
        return _page(door, request, 401, name, target or "", "auth.wrong")
    door.throttle.succeeded(name, address)
    destination = target if target and _may_follow(user, target) else home_of(user)
    response = RedirectResponse(destination, 303)
    set_session(response, door.sessions, door.settings.dashboard, door.sessions.open(user))
    return response


def _may_follow(user: User, target: str | None) -> bool:
    return target is None or may_reach(user, target.split("?")[0])


def _page(
    door: _Door,
    request: Request,
    status: int = 200,
    name: str = "",
    next_path: str = "",
    key: str = "",
    wait_s: float = 0.0,
) -> Response:
    language = language_of(request, door.settings.site)
    words = words_for(language)
    nonce = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(18)
    view = SignInView(
        site_name=door.settings.site.name,
        language=language,
        languages=door.settings.site.languages,
        csrf_token=door.sessions.csrf_token(nonce),
        next_path=next_path,
        typed_name=name,
        message=words.say(key, seconds=words.number(wait_s, 0)) if key else "",
    )
    response = HTMLResponse(signin_page(view, words), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Frame-Options"] = "DENY"
    if wait_s:
        response.headers["Retry-After"] = f"{wait_s:.0f}"
    set_form_nonce(response, door.settings.dashboard, nonce)
    if "lang" in request.query_params:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="lax")
    return response
