"""How our cookies are set and cleared."""

from typing import Literal, TypedDict

from starlette.responses import Response

from dashboard.auth.sessions import COOKIE, CSRF_COOKIE, FORM_COOKIE, Sessions
from settings.model import DashboardSettings


class _Flags(TypedDict):
    secure: bool
    samesite: Literal["lax"]
    path: str


def _flags(settings: DashboardSettings) -> _Flags:
    return {
        "secure": settings.public_url.startswith("https://"),
        "samesite": "lax",
        "path": "/",
    }


def set_session(
    response: Response, sessions: Sessions, settings: DashboardSettings, cookie: str
) -> None:
    """Open the session in the browser, with the token its scripts must send back."""
    seconds = int(sessions.lifetime.total_seconds())
    session = sessions.read(cookie)
    nonce = session.nonce if session else ""
    response.set_cookie(COOKIE, cookie, max_age=seconds, httponly=True, **_flags(settings))
    response.set_cookie(
        CSRF_COOKIE, sessions.csrf_token(nonce), max_age=seconds, **_flags(settings)
    )
    response.delete_cookie(FORM_COOKIE, httponly=True, **_flags(settings))


def clear_session(response: Response, settings: DashboardSettings) -> None:
    """Close the session in the browser."""
    response.delete_cookie(COOKIE, httponly=True, **_flags(settings))
    response.delete_cookie(CSRF_COOKIE, **_flags(settings))


def set_form_nonce(response: Response, settings: DashboardSettings, nonce: str) -> None:
    """Tie the sign-in form to this browser for a while."""
    response.set_cookie(FORM_COOKIE, nonce, max_age=86400, httponly=True, **_flags(settings))
