"""A form with a file, met before anybody has agreed to its size."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from starlette.requests import Request
from starlette.types import Message

from dashboard.auth.uploads import TooLargeUpload, read_upload
from dashboard.auth.viewer import Viewer, set_viewer
from domain.accounts import Role, User

_HEAD = (
    b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\nt\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
)
PIECE = 100_000
BOUND = 1_000_000


class Body:
    """A browser that sends as much as it is let."""

    def __init__(self, pieces: int) -> None:
        self._left = pieces
        self.sent = 0

    async def __call__(self) -> Message:
        assert self._left >= 0, "asked for more than there is: a server would wait for ever"
        self._left -= 1
        data = bytes(PIECE) if self.sent else _HEAD
        self.sent += len(data)
        if self._left < 0:
            return {"type": "http.request", "body": b"\r\n--x--\r\n", "more_body": False}
        return {"type": "http.request", "body": data, "more_body": True}


@pytest.fixture(autouse=True)
def signed_in() -> Iterator[None]:
    set_viewer(Viewer(user=User(name="m", role=Role.MANAGER), csrf_token="t"))
    yield
    set_viewer(None)


def _size(body: Body) -> int | None:
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, body)

    async def read() -> int | None:
        async with read_upload(request, BOUND) as upload:
            assert upload.file is not None
            return upload.file.size

    # In a thread: the one that drives a browser may have a loop of its own running.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(copy_context().run, lambda: asyncio.run(read())).result()


def test_a_file_within_the_bound_is_lent() -> None:
    assert _size(Body(pieces=6)) == 5 * PIECE


@pytest.mark.parametrize("pieces", [12, 13, 60])
def test_a_file_beyond_the_bound_is_read_to_its_end_and_thrown_away(pieces: int) -> None:
    body = Body(pieces)
    with pytest.raises(TooLargeUpload):
        _size(body)
    assert body.sent == len(_HEAD) + pieces * PIECE


def test_nobody_can_keep_us_reading_for_ever() -> None:
    body = Body(pieces=1000)
    with pytest.raises(TooLargeUpload):
        _size(body)
    assert body.sent <= 12 * BOUND
