"""Instants as an operator types them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.errors import ConfigError


def instant_of(option: str, typed: str, zone: str) -> datetime:
    """Return what was typed: a day, or an ISO 8601 time; local in `zone` without offset.

    Raises:
        ConfigError: It is neither.
    """
    try:
        instant = datetime.fromisoformat(typed)
    except ValueError:
        raise ConfigError(
            [f"{option} '{typed}' is no time: write 2026-01-31 or 2026-01-31T08:30"]
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(zone))
