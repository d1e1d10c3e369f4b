"""Which role may reach which part of the site."""

from domain.accounts import Role, User
from domain.sites import Building, Portfolio

_AREAS: tuple[tuple[str, frozenset[Role]], ...] = (
    ("/manage/users", frozenset({Role.ADMIN})),
    ("/manage", frozenset({Role.MANAGER, Role.ADMIN})),
    ("/reports", frozenset({Role.MANAGER, Role.UTILITY, Role.ADMIN})),
    ("/account", frozenset(Role)),
)
"""Longest prefix first; what stands under none of them is open to everybody."""

_OF_NO_BUILDING = ("/manage/data/refused",)
"""What belongs to no building is only for who may see them all."""

API_ROLES = frozenset({Role.MANAGER, Role.UTILITY, Role.ADMIN})

_OPEN_FILES = "/manage/_dash-component-suites/"
"""Dash's own scripts: the same for everybody, and cacheable."""


def roles_for(path: str) -> frozenset[Role] | None:
    """Return the roles that may reach a path; None when it is open to everybody."""
    if path.startswith(_OPEN_FILES):
        return None
    for prefix, roles in _AREAS:
        if path == prefix or path.startswith(prefix + "/"):
            return roles
    return None


def may_reach(user: User, path: str) -> bool:
    """Tell whether an account may reach a path; one that is open to everybody, it may."""
    roles = roles_for(path)
    if roles is not None and user.role not in roles:
        return False
    return not user.building_ids or not path.startswith(_OF_NO_BUILDING)


def sees_refused(user: User) -> bool:
    """Tell whether an account may see messages that could not be read.

    They are nobody's: which building they tell of is what is not known.
    """
    return may_reach(user, _OF_NO_BUILDING[0])


def home_of(user: User) -> str:
    """Return where an account goes after signing in."""
    if user.role in (Role.MANAGER, Role.ADMIN):
        return "/manage"
    return "/reports" if user.role is Role.UTILITY else "/"


def buildings_for(user: User, portfolio: Portfolio) -> tuple[Building, ...]:
    """Return the living buildings an account reaches, in the portfolio's order."""
    return tuple(b for b in portfolio.buildings if user.may_see(b.id) and not b.retired)
