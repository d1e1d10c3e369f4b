"""What every answer carries to protect its reader, and how long a browser may keep it."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.asset_urls import VERSION

YEAR_S = 31_536_000
_DAY_S = 86_400


class ProtectiveHeaders:
    """Adds a content security policy without any outside host, and its companions."""

    def __init__(self, app: ASGIApp, *, script_hashes: Sequence[str] = ()) -> None:
        """Allow our own files, and the inline scripts that have these hashes."""
        self._app = app
        scripts = " ".join(("'self'", *(f"'{h}'" for h in script_hashes)))
        self._fixed = {
            "content-security-policy": (
                f"default-src 'self'; script-src {scripts}; "
                # Plotly and Dash set style attributes on what they draw.
                "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
                "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; "
                "object-src 'none'; base-uri 'none'; form-action 'self'; "
                "frame-ancestors 'self'"
            ),
            "x-content-type-options": "nosniff",
            "x-frame-options": "SAMEORIGIN",
            "referrer-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=()",
            "cross-origin-opener-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and dress its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._fixed.items():
                    headers.setdefault(name, value)
                headers.setdefault(
                    "cache-control", _cache_for(scope["path"], scope["query_string"])
                )
            await send(message)

        await self._app(scope, receive, dressed)


def _cache_for(path: str, query: bytes) -> str:
    named = query.startswith(f"{VERSION}=".encode())
    if path.startswith("/assets/fonts/") or (named and path.startswith("/assets/")):
        return f"public, max-age={YEAR_S}, immutable"
    if path.startswith("/assets/"):
        return f"public, max-age={_DAY_S}"
    return "no-store"
