"""Who is looking, for the request being answered."""

from contextvars import ContextVar
from dataclasses import dataclass

from domain.accounts import User
from domain.errors import ZainduError


class NotSignedIn(ZainduError):
    """Nobody is signed in; the caller must refuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A signed-in account and what its forms must carry."""

    user: User
    csrf_token: str


_viewer: ContextVar[Viewer | None] = ContextVar("zaindu_viewer", default=None)


def set_viewer(viewer: Viewer | None) -> None:
    """Remember who is looking while this request is answered."""
    _viewer.set(viewer)


def find_viewer() -> Viewer | None:
    """Return who is looking, or None."""
    return _viewer.get()


def viewer() -> Viewer:
    """Return who is looking.

    Raises:
        NotSignedIn: Nobody is; the gate should not have let the request through.
    """
    found = _viewer.get()
    if found is None:
        raise NotSignedIn("nobody is signed in")
    return found
