"""Who may come in: sign-in, sessions, roles, and the gate that holds them."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from dashboard.auth.forms import ForgedForm
from dashboard.auth.gate import Gate
from dashboard.auth.refusals import refusal_page
from dashboard.auth.routes import auth_router
from dashboard.auth.sessions import Sessions
from dashboard.auth.throttle import SignInThrottle
from settings.model import Settings
from storage.ports import Records


def install(
    server: FastAPI,
    *,
    settings: Settings,
    records: Records,
    sessions: Sessions,
    throttle: SignInThrottle,
) -> None:
    """Put the gate before every route of `server`, and add the sign-in pages."""
    server.add_middleware(Gate, sessions=sessions, users=records.users, settings=settings)
    server.include_router(
        auth_router(
            settings=settings,
            users=records.users,
            sessions=sessions,
            throttle=throttle,
        )
    )

    async def refuse_forged(request: Request, _error: Exception) -> Response:
        return refusal_page(request, settings.site, 403, "auth.expired_form")

    server.add_exception_handler(ForgedForm, refuse_forged)
