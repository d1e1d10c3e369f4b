"""Answers in brotli, or gzip for whoever cannot read it; files are pressed once."""

import gzip
from functools import lru_cache

import brotli  # type: ignore[import-untyped]  # ships no types
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SMALLEST = 800
_KINDS = ("text/", "application/json", "application/javascript", "image/svg+xml")
_FILE_PATHS = ("/assets/", "/_dash-component-suites/")


class Compression:
    """Compresses whole text answers; streams and small ones pass as they are."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and press its answer."""
        coding = _coding(scope) if scope["type"] == "http" else ""
        if not coding:
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Press(send, coding, _is_file(scope["path"])))


class _Press:
    """One answer on its way out."""

    def __init__(self, send: Send, coding: str, is_file: bool) -> None:
        self._send = send
        self._coding = coding
        self._is_file = is_file
        self._start: Message | None = None
        self._parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if _worth_it(message):
                self._start = message
            else:
                await self._send(message)
            return
        if self._start is None:
            await self._send(message)
            return
        self._parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            await self._finish(self._start, b"".join(self._parts))

    async def _finish(self, start: Message, body: bytes) -> None:
        headers = MutableHeaders(raw=start["headers"])
        headers.add_vary_header("Accept-Encoding")
        if len(body) >= _SMALLEST:
            body = (_press_file if self._is_file else press)(body, self._coding)
            headers["content-encoding"] = self._coding
            headers["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def press(body: bytes, coding: str, quality: int = 4) -> bytes:
    """Return `body` in a content coding, `br` or `gzip`."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=quality))
    return gzip.compress(body, 5, mtime=0)


@lru_cache(maxsize=64)
def _press_file(body: bytes, coding: str) -> bytes:
    return press(body, coding, quality=6)


def _coding(scope: Scope) -> str:
    accepted = Headers(scope=scope).get("accept-encoding", "")
    codings = {part.split(";")[0].strip() for part in accepted.split(",")}
    return "br" if "br" in codings else "gzip" if "gzip" in codings else ""


def _is_file(path: str) -> bool:
    return any(part in path for part in _FILE_PATHS)


def _worth_it(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return (
        headers.get("content-type", "").startswith(_KINDS)
        # An answer without a length is a stream: an export must start at once.
        and "content-length" in headers
        and "content-encoding" not in headers
        and start["status"] not in (204, 304)
    )
