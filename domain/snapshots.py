"""What one wall shows, computed once by the scheduler for a thousand screens.

Numbers only: words, rounding and languages are the dashboard's.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.meters import Commodity
from domain.nudges import Nudge
from domain.targets import Standing, Target


class Verdict(StrEnum):
    """How what was measured compares with what was expected."""

    BETTER = "better"
    AS_EXPECTED = "as_expected"
    ABOVE = "above"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Measured against expected over the same covered hours."""

    verdict: Verdict
    measured_kwh: float | None
    expected_kwh: float | None
    deviation: float | None
    """(measured − expected) / expected [ratio]; None when unknown."""

    dead_band: float | None
    """Half-width within which the verdict is `AS_EXPECTED` [ratio]."""

    coverage: float
    """Share of the compared span that was measured [0..1]."""

    until: datetime | None = None
    """End of the last hour compared [UTC]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HourBand:
    """One hour of today: mean powers [kW], None where unknown."""

    start: datetime
    measured_kw: float | None
    expected_kw: float | None
    low_kw: float | None
    high_kw: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    """One day of the week's strip."""

    day: date
    comparison: Comparison
    """For today: so far."""

    expected_whole_day_kwh: float | None = None


class Medal(StrEnum):
    """Tiers that everybody can reach (CUBE)."""

    GOLD = "gold"
    SILVER = "silver"
    BRONZE = "bronze"


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceEntry:
    """One building in the week's fair comparison with its own expectation."""

    building_id: str
    label: str
    deviation: float | None
    dead_band: float | None
    rank: int | None
    """None: above expectation, or refused. Equal ranks are ties."""

    medal: Medal | None
    sufficient: bool
    """False: not measured well enough to be ranked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetProgress:
    """The running target and where the building stands."""

    target: Target
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class WallSnapshot:
    """Everything a wall screen of one building shows."""

    building_id: str
    building_name: str
    time_zone: str
    made_at: datetime
    commodity: Commodity

    measured_at: datetime | None
    """When the newest reading of the mains was taken [UTC]."""

    cadence_s: float
    """How often the mains report: older than a few of these is stale."""

    live_kw: float | None
    live_at: datetime | None
    today: Comparison
    hours: tuple[HourBand, ...]
    """The local day's 23, 24 or 25 hours."""

    week: tuple[DaySummary, ...]
    """Monday to Sunday of the current local week; days to come have no figure."""

    week_so_far: Comparison
    target: TargetProgress | None = None
    race: tuple[RaceEntry, ...] = ()
    nudge: Nudge | None = None
    backfilled_until: datetime | None = None
    """Set while history is still being filled: how far it has come [UTC]."""

    yesterday: DaySummary | None = None
    """The local day before, whole: what is told until today has begun in earnest."""
