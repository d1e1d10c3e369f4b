"""How the data of some buildings came in: now, and over the last days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.queries.health import MeterHealth, MeterState, read_health
from dashboard.queries.ingest_state import IngestState, read_ingest
from domain.meters import Meter
from domain.reconciliations import DayWord, Reconciliation
from domain.sites import Building, Portfolio
from domain.tallies import DayTally, over_workers
from storage.ports import ReadingStore, Records

SHOWN_DAYS = 14
JUDGED_DAYS = 7
"""The sentence speaks of that many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterDays:
    """One meter that a device feeds: its state now, and its last days."""

    building: Building
    state: MeterState
    days: Mapping[date, Reconciliation]
    tally: DayTally | None
    """What became of its messages on the chosen day."""

    @property
    def meter(self) -> Meter:
        """The meter."""
        return self.state.meter

    @property
    def is_silent(self) -> bool:
        """Tell whether nothing comes from it now."""
        return self.state.health is MeterHealth.SILENT

    def lately(self, days: Sequence[date]) -> list[DayWord]:
        """Return the words of the newest judged days."""
        return [self.days[day].word for day in days[-JUDGED_DAYS:] if day in self.days]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataHealth:
    """The whole page."""

    now: datetime
    days: tuple[date, ...]
    """The last whole days, oldest first."""

    chosen: date
    meters: tuple[MeterDays, ...]
    fed_by_files: int
    """Meters that no device feeds: nothing is expected of them."""

    ingest: IngestState
    dead_letters: int | None
    """None for who sees only some buildings: nobody can tell whose they are."""

    @property
    def complete(self) -> tuple[MeterDays, ...]:
        """Those heard now and without a hole lately."""
        return tuple(
            each
            for each in self.meters
            if not each.is_silent
            and (words := each.lately(self.days))
            and all(word is DayWord.WHOLE for word in words)
        )

    @property
    def is_sound(self) -> bool:
        """Tell whether nobody has to get up: ingest listens, no meter silent, sums right."""
        return (
            self.ingest.is_listening
            and not self.ingest.breaches
            and not any(each.is_silent for each in self.meters)
            and not any(
                row.word is DayWord.BREACH for each in self.meters for row in each.days.values()
            )
        )


def read_data_health(
    readings: ReadingStore,
    records: Records,
    portfolio: Portfolio,
    buildings: Sequence[Building],
    now: datetime,
    *,
    chosen: date | None = None,
    sees_all: bool,
) -> DataHealth:
    """Read how the data of these buildings is."""
    by_id = {building.id: building for building in buildings}
    living = [m for m in portfolio.meters if m.building_id in by_id and not m.retired]
    fed = [meter for meter in living if meter.is_published]
    days = _whole_days(buildings, now)
    day = chosen if chosen in days else days[-1]
    ids = [meter.id for meter in fed]
    judged = _by_meter(records.reconciliations.between(days[0], days[-1] + timedelta(days=1), ids))
    tallies = over_workers(records.tallies.between(day, day + timedelta(days=1), ids))
    return DataHealth(
        now=now,
        days=days,
        chosen=day,
        meters=tuple(
            MeterDays(
                building=by_id[state.meter.building_id],
                state=state,
                days=judged.get(state.meter.id, {}),
                tally=tallies.get((day, state.meter.id)),
            )
            for state in read_health(readings, fed, now)
        ),
        fed_by_files=len(living) - len(fed),
        ingest=read_ingest(records, now),
        dead_letters=records.dead_letters.count() if sees_all else None,
    )


def _whole_days(buildings: Sequence[Building], now: datetime) -> tuple[date, ...]:
    today = now.astimezone(buildings[0].zone).date() if buildings else now.date()
    return tuple(today - timedelta(days=back) for back in range(SHOWN_DAYS, 0, -1))


def _by_meter(
    rows: Sequence[Reconciliation],
) -> dict[str, dict[date, Reconciliation]]:
    found: dict[str, dict[date, Reconciliation]] = {}
    for row in rows:
        found.setdefault(row.meter_id, {})[row.day] = row
    return found
