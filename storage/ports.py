"""What the rest of the program may ask of a store.

Frames are pandas, indexed by UTC instants (in microseconds) under the name
`time`, increasing. Every method may raise `StorageUnavailable`; writes may raise
`StorageRejected`. A write that returns is durable.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

import pandas as pd

from domain.accounts import ApiToken, User
from domain.events import Event
from domain.indicators import Grain, IndicatorName, IndicatorValue
from domain.meters import Commodity, Meter
from domain.nudges import Answer, Exposure, Nudge
from domain.periods import Period
from domain.readings import Reading
from domain.sites import Building, Portfolio
from domain.snapshots import WallSnapshot
from domain.targets import Standing, Target
from storage.ingest_ports import (
    AnnouncementRecords,
    DeadLetterRecords,
    ImportRecords,
    ReconciliationRecords,
    SeenDeviceRecords,
    TallyRecords,
)


class Step(StrEnum):
    """Resolution of a roll-up."""

    HOUR = "hour"
    """UTC hours."""

    DAY = "day"
    """Local days of the meter's building, stamped with their start in UTC."""


READING_COLUMNS = ("value", "duration_s", "quality", "received_at")
"""Columns of a frame of readings: float, float, int, UTC instant or NaT."""

ROLLUP_COLUMNS = ("value", "coverage", "peak", "estimated", "unplaced", "unplaced_from")
"""Columns of a roll-up, all float, one row a step:

* `value`: energy [kWh], volume [m³] or time-weighted mean [°C] of the covered
  part; NaN when nothing was measured;
* `coverage`: covered share of the step [0..1];
* `peak`: highest mean rate of one interval [kW, m³/h, °C]; NaN as above;
* `estimated`: part of `value` that is an estimate [same unit as value];
* `unplaced`: quantity known to have been used in a gap that ends in this step,
  without knowing when [kWh, m³]; 0 when none;
* `unplaced_from`: when that gap started [s since 1970 UTC]; NaN when none.
"""


class ReadingStore(Protocol):
    """Readings as they came, roll-ups, and indicators."""

    def prepare(self) -> None:
        """Create what is missing: buckets with their retention, tables."""

    def ping(self) -> None:
        """Return when the store answers; raise `StorageUnavailable` otherwise."""

    def write(self, readings: Sequence[Reading]) -> None:
        """Keep readings; the same (meter, register, time) again replaces the row.

        Raises:
            StorageRejected: The store will never take some of them, which are
                in the error's `refused`; the others are kept.
            StorageUnavailable: Try again later; some may have been kept.
        """

    def read(self, meter_id: str, register: str, period: Period) -> pd.DataFrame:
        """Return the readings taken in `period`: `READING_COLUMNS`."""

    def last_before(self, meter_id: str, register: str, instant: datetime) -> Reading | None:
        """Return the newest reading taken before `instant`, or None."""

    def first_from(self, meter_id: str, register: str, instant: datetime) -> Reading | None:
        """Return the oldest reading taken at `instant` or after, or None."""

    def registers_of(self, meter_id: str) -> tuple[str, ...]:
        """Return the registers that a meter ever reported, sorted."""

    def latest(self, meter_ids: Iterable[str]) -> dict[tuple[str, str], Reading]:
        """Return the newest reading of every register of the meters."""

    def write_rollup(self, meter_id: str, step: Step, period: Period, frame: pd.DataFrame) -> None:
        """Replace a meter's roll-up over `period` by `frame` (`ROLLUP_COLUMNS`).

        A row of which every column is NaN is left out.

        Raises:
            StorageRejected: A row lies outside `period`, twice, or is infinite.
        """

    def read_rollup(self, meter_id: str, step: Step, period: Period) -> pd.DataFrame:
        """Return the rows whose start falls in `period`: `ROLLUP_COLUMNS`."""

    def write_indicators(self, values: Sequence[IndicatorValue]) -> None:
        """Keep indicators; the same identity again replaces the row."""

    def read_indicators(
        self,
        building_id: str,
        grain: Grain,
        first: date,
        after_last: date,
        names: Sequence[IndicatorName] = (),
        commodity: Commodity | None = None,
    ) -> tuple[IndicatorValue, ...]:
        """Return those that start in [first, after_last[; no names: all of them.

        `commodity` None asks for every commodity and for all energies together.
        """

    def close(self) -> None:
        """Release connections."""


class PortfolioRecords(Protocol):
    """Buildings, zones and meters: the portfolio's one home."""

    def apply_config(self, declared: Portfolio) -> None:
        """Make what config declares true; retire what it no longer declares.

        Raises:
            InvalidRecord: An id would change its meaning (another commodity, unit…).
        """

    def portfolio(self) -> Portfolio:
        """Return everything known, retired included."""

    def add_building(self, building: Building, author: str) -> None:
        """Keep a building declared on screen."""

    def add_meter(self, meter: Meter, author: str) -> None:
        """Keep a meter declared on screen."""

    def edit_meter(self, meter: Meter, author: str) -> None:
        """Change a meter that was declared on screen; its commodity and building stay.

        Raises:
            InvalidRecord: It is config's, or another meter than it was.
        """

    def added_meters(self) -> Mapping[str, str]:
        """Return who last declared each meter that comes from a screen, by id."""


class TargetRecords(Protocol):
    """Targets, append-only: every version stays."""

    def add(self, target: Target) -> None:
        """Keep a new target; raises `InvalidRecord` when it overlaps a running one."""

    def edit(self, target: Target) -> None:
        """Keep a next version; `target.version` must be the present one plus one."""

    def end(self, target_id: str, author: str, at: datetime) -> None:
        """End a target now."""

    def get(self, target_id: str) -> Target:
        """Return the present version, or raise `NotFound`."""

    def all(self, building_id: str | None = None) -> tuple[Target, ...]:
        """Return present versions, newest first."""

    def history(self, target_id: str) -> tuple[Target, ...]:
        """Return every version, oldest first."""

    def keep_standing(self, standing: Standing) -> None:
        """Keep where a building stands."""

    def standing(self, target_id: str) -> Standing | None:
        """Return the newest standing."""


class UserRecords(Protocol):
    """Accounts and API tokens. Hashes never leave."""

    def add(self, user: User, password: str) -> None:
        """Create an account; raises `InvalidRecord` (taken, weak password)."""

    def set_password(self, name: str, password: str) -> None:
        """Change a password, which ends its sessions."""

    def update(self, user: User) -> None:
        """Change role, buildings, language or disabled."""

    def remove(self, name: str) -> None:
        """Delete an account and its tokens."""

    def get(self, name: str) -> User | None:
        """Return the account, or None."""

    def all(self) -> tuple[User, ...]:
        """Return every account by name."""

    def authenticate(self, name: str, password: str) -> User | None:
        """Return the account when the password is right; takes the same time when not."""

    def issue_token(self, user_name: str, label: str, expires_at: datetime | None) -> str:
        """Return a new secret, shown once."""

    def tokens(self, user_name: str | None = None) -> tuple[ApiToken, ...]:
        """Return the tokens, secrets excluded."""

    def revoke_token(self, token_id: str) -> None:
        """End a token."""

    def by_token(self, secret: str) -> User | None:
        """Return the account a living token belongs to."""


class DirtySpanRecords(Protocol):
    """Hours whose roll-up no longer tells what the readings say."""

    def mark(self, hours: Iterable[tuple[str, datetime]]) -> None:
        """Mark (meter, UTC hour) after its readings are durable."""

    def pending(self, limit: int = 10_000) -> Sequence[tuple[str, datetime, int]]:
        """Return (meter, hour, version), newest hours first."""

    def clear(self, done: Iterable[tuple[str, datetime, int]]) -> None:
        """Forget those not marked again since `pending` returned them."""

    def count(self) -> int:
        """Return how many hours are dirty."""


class SnapshotRecords(Protocol):
    """The newest wall snapshot of each building."""

    def put(self, snapshot: WallSnapshot) -> None:
        """Replace the building's snapshot."""

    def get(self, building_id: str) -> WallSnapshot | None:
        """Return it, or None while there is none."""

    def versions(self) -> Mapping[str, datetime]:
        """Return when each building's snapshot was made: cheap to poll."""


class NudgeRecords(Protocol):
    """Nudges, that they were shown, and what was answered."""

    def add(self, nudge: Nudge) -> None:
        """Keep a nudge."""

    def newest(self, building_id: str, limit: int = 20) -> tuple[Nudge, ...]:
        """Return the newest first."""

    def keep_exposures(self, exposures: Sequence[Exposure]) -> None:
        """Keep that nudges were shown."""

    def answer(self, nudge_id: str, answer: Answer, reason: str, at: datetime) -> int:
        """Keep an anonymous answer; return its id."""

    def withdraw_answer(self, answer_id: int) -> None:
        """Forget an answer ("Annuler")."""

    def answers(self, nudge_id: str) -> Mapping[Answer, int]:
        """Return how many answered what."""


class EventRecords(Protocol):
    """What a comparison must know."""

    def add(self, event: Event) -> None:
        """Keep an event."""

    def remove(self, event_id: str, author: str) -> None:
        """Withdraw an event."""

    def between(self, building_id: str, period: Period) -> tuple[Event, ...]:
        """Return the events that touch `period`, by start."""


class JobRecords(Protocol):
    """How far each scheduled job has come, so that a missed run is caught up."""

    def done_until(self, job: str, key: str = "") -> datetime | None:
        """Return the instant up to which the job's work is done."""

    def set_done_until(self, job: str, instant: datetime, key: str = "") -> None:
        """Remember it."""

    def note(self, key: str) -> str | None:
        """Return a small remembered text (back-fill progress, …)."""

    def set_note(self, key: str, text: str) -> None:
        """Remember a small text."""

    def notes(self, prefix: str) -> Mapping[str, str]:
        """Return the remembered texts whose key starts with `prefix`, by whole key."""


class Records(Protocol):
    """Everything kept beside the readings, one database."""

    @property
    def portfolio(self) -> PortfolioRecords: ...
    @property
    def targets(self) -> TargetRecords: ...
    @property
    def users(self) -> UserRecords: ...
    @property
    def dead_letters(self) -> DeadLetterRecords: ...
    @property
    def seen_devices(self) -> SeenDeviceRecords: ...
    @property
    def dirty(self) -> DirtySpanRecords: ...
    @property
    def snapshots(self) -> SnapshotRecords: ...
    @property
    def nudges(self) -> NudgeRecords: ...
    @property
    def events(self) -> EventRecords: ...
    @property
    def jobs(self) -> JobRecords: ...
    @property
    def imports(self) -> ImportRecords: ...
    @property
    def tallies(self) -> TallyRecords: ...
    @property
    def reconciliations(self) -> ReconciliationRecords: ...
    @property
    def announcements(self) -> AnnouncementRecords: ...

    def together(self) -> AbstractContextManager[None]:
        """Make what this thread keeps inside the block durable at once, or none of it.

        A block inside another is a part of it.
        """

    def ping(self) -> None:
        """Return when the database answers; raise `StorageUnavailable` otherwise."""

    def close(self) -> None:
        """Release connections."""
