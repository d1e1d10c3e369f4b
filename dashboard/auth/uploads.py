"""Reading a form that carries a file, within a bound and without holding the file in memory."""

import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Message, Receive

from dashboard.auth.forms import ForgedForm
from dashboard.auth.sessions import CSRF_FIELD
from dashboard.auth.viewer import Viewer, viewer
from domain.errors import ZainduError

_BESIDE_BYTES = 64 * 1024
"""What the other fields and the frame of a form may take."""

_READ_ON = 10
"""How many times the bound is read and thrown away, so that a browser hears our answer."""


class TooLargeUpload(ZainduError):
    """The file is larger than is allowed; nothing of it was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A form that was sent, its token checked."""

    sender: Viewer
    fields: Mapping[str, str]
    file: UploadFile | None
    """Spooled to a temporary file that goes with the request; None: no file was chosen."""


@asynccontextmanager
async def read_upload(request: Request, max_bytes: int) -> AsyncIterator[Upload]:
    """Lend a form with at most one file.

    Raises:
        TooLargeUpload: The file has more than `max_bytes`.
        ForgedForm: The token is missing or is another session's.
        NotSignedIn: Nobody is signed in.
    """
    sender = viewer()
    body = _Bounded(request.receive, max_bytes + _BESIDE_BYTES)
    try:
        async with Request(request.scope, body).form(max_files=1, max_fields=20) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            if not hmac.compare_digest(
                fields.get(CSRF_FIELD, "").encode(), sender.csrf_token.encode()
            ):
                raise ForgedForm("the form's token is not this session's")
            files = [value for value in form.values() if isinstance(value, UploadFile)]
            file = files[0] if files and files[0].filename else None
            if file is not None and (file.size or 0) > max_bytes:
                raise TooLargeUpload
            yield Upload(sender=sender, fields=fields, file=file)
    except TooLargeUpload:
        await body.read_on(_READ_ON * max_bytes)
        raise


class _Bounded:
    """A request's body, up to a bound."""

    def __init__(self, receive: Receive, max_bytes: int) -> None:
        self._receive = receive
        self._room_bytes = max_bytes
        self._has_more = True

    async def __call__(self) -> Message:
        message = await self._next()
        if self._room_bytes < 0:
            raise TooLargeUpload
        return message

    async def read_on(self, most_bytes: int) -> None:
        """Throw away what still comes: a browser cut off while it sends shows no answer."""
        self._room_bytes = most_bytes
        while self._has_more and self._room_bytes > 0:
            await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        self._has_more = bool(message.get("more_body"))
        self._room_bytes -= len(message.get("body", b""))
        return message
