"""Who may see and change what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What an account is for."""

    OCCUPANT = "occupant"
    """Screens only."""

    MANAGER = "manager"
    UTILITY = "utility"
    """Reports and the API only."""

    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account; its password hash never leaves the records."""

    name: str
    role: Role
    building_ids: tuple[str, ...] = ()
    """The only buildings it may see; empty: all."""

    language: str = ""
    disabled: bool = False

    session_epoch: int = 0
    """Grows when the password changes, which ends its sessions."""

    def may_see(self, building_id: str) -> bool:
        """Tell whether the account reaches a building."""
        return not self.building_ids or building_id in self.building_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A key to the API; only its hash is kept."""

    id: str
    label: str
    user_name: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
