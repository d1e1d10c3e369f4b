"""What every route of the API needs: the stores, the clock, and who is calling."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from dashboard.api.problems import Problem
from dashboard.auth.policy import API_ROLES, buildings_for
from dashboard.auth.viewer import find_viewer
from domain.accounts import User
from domain.meters import Meter
from domain.sites import Building
from settings.model import Settings
from storage.ports import ReadingStore, Records


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContext:
    """The parts the API is built on."""

    settings: Settings
    readings: ReadingStore
    records: Records
    now: Callable[[], datetime]


_bearer = HTTPBearer(auto_error=False, description="A token from the account page")


async def _caller(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> User:
    """Return the account behind the token, or behind the session of a browser."""
    context: ApiContext = request.app.state.context
    if credentials is not None:
        # A wrong token is refused even beside a good session: the caller meant the token.
        user = await asyncio.to_thread(context.records.users.by_token, credentials.credentials)
    else:
        present = find_viewer()
        user = present.user if present else None
    if user is None or user.disabled:
        raise Problem(401, "who_are_you")
    if user.role not in API_ROLES:
        raise Problem(403, "not_your_role")
    return user


Caller: TypeAlias = Annotated[User, Depends(_caller)]


def _context(request: Request) -> ApiContext:
    context: ApiContext = request.app.state.context
    return context


Context: TypeAlias = Annotated[ApiContext, Depends(_context)]


def building_of(context: ApiContext, caller: User, building_id: str) -> Building:
    """Return a building the caller may see; another's is as unknown as none.

    Raises:
        Problem: There is none.
    """
    for building in buildings_for(caller, context.records.portfolio.portfolio()):
        if building.id == building_id:
            return building
    raise Problem(404, "no_such_building", parameter="building_id", id=building_id)


def meter_of(context: ApiContext, caller: User, meter_id: str) -> tuple[Building, Meter]:
    """Return a meter of a building the caller may see, and that building.

    Raises:
        Problem: There is none.
    """
    portfolio = context.records.portfolio.portfolio()
    meter = portfolio.meter(meter_id)
    for building in buildings_for(caller, portfolio):
        if meter is not None and building.id == meter.building_id:
            return building, meter
    raise Problem(404, "no_such_meter", parameter="meter_id", id=meter_id)
