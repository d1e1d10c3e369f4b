"""The demo's accounts: made up once, printed at each start, readable by their owner only."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from domain.accounts import Role, User
from storage.ports import UserRecords
from zaindu.private_file import write_private

_ROLES = {"admin": Role.ADMIN, "manager": Role.MANAGER, "utility": Role.UTILITY}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account to sign in with."""

    name: str
    password: str
    """"" when somebody changed it since."""


def demo_accounts(users: UserRecords, folder: Path) -> tuple[DemoAccount, ...]:
    """Return the demo's accounts, made at the first call."""
    path = folder / "accounts.json"
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    made = {name: kept.get(name) or secrets.token_urlsafe(9) for name in _ROLES}
    if made != kept:
        _keep(path, made)
    return tuple(_account(users, name, made[name]) for name in _ROLES)


def _account(users: UserRecords, name: str, password: str) -> DemoAccount:
    if users.get(name) is None:
        users.add(User(name=name, role=_ROLES[name]), password)
    still = users.authenticate(name, password) is not None
    return DemoAccount(name=name, password=password if still else "")


def _keep(path: Path, passwords: dict[str, str]) -> None:
    """Write the passwords before they are used, so that none is ever lost."""
    fresh = path.with_suffix(".new")
    write_private(fresh, json.dumps(passwords))
    fresh.replace(path)
