"""What every scene needs to know: the snapshot, the moment, the reader's language, the age."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.text.words import Words
from domain.snapshots import Verdict, WallSnapshot

_LATE_CADENCES = 3
_LATE_AT_LEAST = timedelta(minutes=15)
_FORGOTTEN = timedelta(hours=24)
_A_WEEK_DAYS = 7


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
    def state(self) -> Verdict:
        """The verdict that still holds."""
        return Verdict.UNKNOWN if self.age.forgotten else self.snapshot.today.verdict

    @property
    def day_word(self) -> str:
        """`aujourd’hui`, or the day that the figures are about."""
        made = self.snapshot.made_at.astimezone(self.zone).date()
        days = (self.local_now.date() - made).days
        if days <= 0:
            return self.words.say("day.today")
        if days == 1:
            return self.words.say("day.yesterday")
        return self.words.day(made, "EEEE")

    def tells_percent(self) -> bool:
        """Tell whether a deviation may be written: never without its dead-band."""
        today = self.snapshot.today
        return (
            self.state is not Verdict.UNKNOWN
            and today.deviation is not None
            and today.dead_band is not None
        )

    def power(self, kw: float) -> str:
        """Return a power to two or three significant digits with its unit."""
        return f"{rough(self.words.significant(kw, 2 if abs(kw) >= 1 else 1))}\u00a0kW"

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
