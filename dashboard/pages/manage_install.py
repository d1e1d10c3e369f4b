"""Everything private in one place: the gate, the manage pages, reports and the account."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dash import Dash
from fastapi import FastAPI, Request
from starlette.responses import Response

from dashboard import auth
from dashboard.auth.sessions import Sessions
from dashboard.auth.throttle import SignInThrottle
from dashboard.pages import manage, mistakes
from dashboard.pages.manage_account_routes import account_router, token_router
from dashboard.pages.manage_data_routes import data_router
from dashboard.pages.manage_desk import Desk
from dashboard.pages.manage_discovered_routes import discovered_router
from dashboard.pages.manage_files_routes import files_router
from dashboard.pages.manage_meters_routes import meters_router
from dashboard.pages.manage_refused_routes import refused_router
from dashboard.pages.manage_target_routes import target_router
from dashboard.pages.manage_users_routes import users_router
from dashboard.pages.reports_routes import reports_router
from domain.errors import NotFound
from settings.model import Settings
from storage.ports import ReadingStore, Records


def _utc_now() -> datetime:
    return datetime.now(UTC)


def install(
    server: FastAPI,
    *,
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    secret_key: str,
    now: Callable[[], datetime] = _utc_now,
) -> Dash:
    """Add the private pages to `server`, and the gate before all of it.

    Returns:
        The Dash application of the manage pages; its inline script's hash
        belongs in the content security policy.
    """
    sessions = Sessions(secret_key, timedelta(hours=settings.dashboard.session_hours))
    throttle = SignInThrottle()
    desk = Desk(settings=settings, readings=readings, records=records, now=now)
    app = manage.install(server, settings=settings, readings=readings, records=records, now=now)
    for router in (
        target_router(desk),
        meters_router(desk),
        discovered_router(desk),
        users_router(desk),
        data_router(desk),
        account_router(desk, sessions, throttle),
        token_router(desk),
        refused_router(desk),
        files_router(desk),
        reports_router(desk),
    ):
        server.include_router(router)

    async def not_found(request: Request, _error: Exception) -> Response:
        return mistakes.mistake(request, settings, 404)

    server.add_exception_handler(NotFound, not_found)
    auth.install(server, settings=settings, records=records, sessions=sessions, throttle=throttle)
    return app
