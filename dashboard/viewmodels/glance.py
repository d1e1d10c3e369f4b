"""What every scene needs to know: the snapshot, the moment, the reader's language, the age."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.text.words import Words
from domain.periods import HOUR
from domain.snapshots import Comparison, DaySummary, Verdict, WallSnapshot

_LATE_CADENCES = 3
_LATE_AT_LEAST = timedelta(minutes=15)
_FORGOTTEN = timedelta(hours=24)
_A_WEEK_DAYS = 7
_BEGUN = 0.1
"""Share of a day's expected energy after which the day speaks for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How old what is shown is."""

    text: str
    """`il y a 4 min`; when late, the hour or day it was measured; empty when never."""

    hour: str
    """When it was measured, for a screen that lost the network; empty when never."""

    stale: bool
    """The meters have been silent for too long: no live power."""

    forgotten: bool
    """Silent for a day or more: the last verdict no longer says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """One look at one building's screen."""

    snapshot: WallSnapshot
    now: datetime
    """UTC."""

    words: Words
    place: str
    """The building's name, or its short name when that is too long for a wall."""

    @property
    def zone(self) -> ZoneInfo:
        """The building's time zone."""
        return ZoneInfo(self.snapshot.time_zone)

    @property
    def local_now(self) -> datetime:
        """The clock on the building's wall."""
        return self.now.astimezone(self.zone)

    @property
    def age(self) -> Age:
        """How old the newest reading is."""
        measured_at = self.snapshot.measured_at
        if measured_at is None:
            return Age(text="", hour="", stale=True, forgotten=True)
        lag = self.now - measured_at
        late = timedelta(seconds=self.snapshot.cadence_s * _LATE_CADENCES)
        stale = lag > max(late, _LATE_AT_LEAST)
        hour = self._measured(measured_at)
        return Age(
            text=hour if stale else self.words.ago(max(0.0, lag.total_seconds())),
            hour=hour,
            stale=stale,
            forgotten=lag >= _FORGOTTEN,
        )

    def _measured(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        days = (self.local_now.date() - local.date()).days
        hour = self.words.hour(local, minutes=days == 0)
        if days <= 0:
            return self.words.say("age.today", hour=hour)
        if days == 1:
            return self.words.say("age.yesterday", hour=hour)
        if days < _A_WEEK_DAYS:
            return self.words.say("age.weekday", day=self.words.day(local.date(), "EEEE"))
        return self.words.say("age.date", day=self.words.day(local.date(), "d MMMM"))

    @property
    def early(self) -> bool:
        """Tell whether the day has hardly begun: a night says nothing of a school."""
        made = self.snapshot.made_at
        hours = [(h.start + HOUR, h.expected_kw or 0.0) for h in self.snapshot.hours]
        if not hours or not hours[0][0] - HOUR <= made < hours[-1][0]:
            return False
        whole = sum(kw for _, kw in hours)
        return sum(kw for end, kw in hours if end <= made) < _BEGUN * whole

    @property
    def told(self) -> Comparison:
        """The comparison that is told: yesterday's until today has begun."""
        yesterday = self._yesterday
        return self.snapshot.today if yesterday is None else yesterday.comparison

    @property
    def _yesterday(self) -> DaySummary | None:
        day = self.snapshot.yesterday
        known = day is not None and day.comparison.verdict is not Verdict.UNKNOWN
        return day if known and self.early else None

    @property
    def state(self) -> Verdict:
        """The verdict that still holds."""
        return Verdict.UNKNOWN if self.age.forgotten else self.told.verdict

    @property
    def made_on(self) -> date:
        """The local day in which the snapshot was made."""
        return self.snapshot.made_at.astimezone(self.zone).date()

    @property
    def day_word(self) -> str:
        """`aujourd’hui`, or the day that the figures are about."""
        yesterday = self._yesterday
        about = self.made_on if yesterday is None else yesterday.day
        days = (self.local_now.date() - about).days
        if days <= 0:
            return self.words.say("day.today")
        if days == 1:
            return self.words.say("day.yesterday")
        return self.words.day(about, "EEEE")

    def tells_percent(self) -> bool:
        """Tell whether a deviation may be written: never without its dead-band."""
        return (
            self.state is not Verdict.UNKNOWN
            and self.told.deviation is not None
            and self.told.dead_band is not None
        )

    def power(self, kw: float) -> str:
        """Return a power to two significant digits, or to a tenth of a kilowatt, with its unit."""
        return f"{rough(self.words.significant(kw, 2))}\u00a0kW"

    def energy(self, kwh: float) -> str:
        """Return an energy to four significant digits with its unit."""
        return f"{self.words.significant(kwh, 4)}\u00a0kWh"


def rough(figure: str) -> str:
    """Return a figure without a decimal that would pretend to be exact."""
    for mark in (",0", ".0"):
        figure = figure.removesuffix(mark)
    return figure


def place_of(name: str, label: str, most_words: int = 2, most_letters: int = 20) -> str:
    """Return the name when a wall has room for it, the short name otherwise."""
    fits = len(name.split()) <= most_words and len(name) <= most_letters
    return name if fits or not label else label
