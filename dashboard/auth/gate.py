"""The gate: every request passes here before any page, callback or form sees it."""

import asyncio
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.auth.origin import SAFE_METHODS, is_same_origin
from dashboard.auth.policy import may_reach, roles_for
from dashboard.auth.refusals import refusal_page
from dashboard.auth.sessions import COOKIE, CSRF_HEADER, Session, Sessions
from dashboard.auth.viewer import Viewer, set_viewer
from domain.errors import StorageUnavailable
from settings.model import Settings
from storage.ports import UserRecords

_PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class Gate:
    """ASGI middleware: finds the viewer, refuses what the policy does not allow."""

    def __init__(
        self, app: ASGIApp, *, sessions: Sessions, users: UserRecords, settings: Settings
    ) -> None:
        """Guard `app`; accounts are looked up afresh on every request."""
        self._app = app
        self._sessions = sessions
        self._users = users
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or answer in the application's place."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            session, viewer = await self._who(connection)
        except StorageUnavailable:
            await Response("The records do not answer; try again later.", 503)(scope, receive, send)
            return
        set_viewer(viewer)
        refusal = self._refusal(connection, session, viewer)
        if refusal is None:
            private = roles_for(scope["path"]) is not None
            await self._app(scope, receive, _with_private_headers(send) if private else send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403})
        else:
            await refusal(scope, receive, send)

    async def _who(self, connection: HTTPConnection) -> tuple[Session | None, Viewer | None]:
        cookie = connection.cookies.get(COOKIE)
        session = self._sessions.read(cookie) if cookie else None
        if session is None:
            return None, None
        user = await asyncio.to_thread(self._users.get, session.user_name)
        if user is None or user.disabled or user.session_epoch != session.epoch:
            return None, None
        token = self._sessions.csrf_token(session.nonce)
        return session, Viewer(user=user, csrf_token=token)

    def _refusal(
        self, connection: HTTPConnection, session: Session | None, viewer: Viewer | None
    ) -> Response | None:
        path = connection.scope["path"]
        is_change = connection.scope.get("method", "GET") not in SAFE_METHODS
        public_url = self._settings.dashboard.public_url
        if is_change and not is_same_origin(connection, public_url):
            return self._deny(connection, 403, "auth.other_site")
        roles = roles_for(path)
        if roles is None:
            return None
        if session is None or viewer is None:
            return self._ask_to_sign_in(connection)
        if not may_reach(viewer.user, path):
            return self._deny(connection, 403, "auth.not_for_you")
        # Forms carry the token in a field, which their own route checks.
        if is_change and _is_dash(path):
            token = connection.headers.get(CSRF_HEADER, "")
            if not self._sessions.csrf_matches(session.nonce, token):
                return self._deny(connection, 403, "auth.expired_form")
        return None

    def _ask_to_sign_in(self, connection: HTTPConnection) -> Response:
        path = connection.scope["path"]
        if connection.scope.get("method") not in ("GET", "HEAD") or _is_dash(path):
            return self._deny(connection, 401, "auth.sign_in_first")
        query = connection.scope.get("query_string", b"").decode("latin-1")
        target = f"{path}?{query}" if query else path
        return RedirectResponse(f"/signin?next={quote(target, safe='')}", 303)

    def _deny(self, connection: HTTPConnection, status: int, key: str) -> Response:
        if _is_dash(connection.scope["path"]):
            return JSONResponse({"error": key}, status)
        return refusal_page(connection, self._settings.site, status, key)


def _is_dash(path: str) -> bool:
    return "/_dash-" in path


def _with_private_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _PRIVATE_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
