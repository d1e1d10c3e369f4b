"""One building's past as the indicators want it: totals, days, weather, calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from domain.events import Event, EventKind
from domain.meters import Commodity, Meter
from domain.periods import Period
from domain.sites import Building, Portfolio
from indicators.calendars import DayKind, day_kind
from indicators.day_profiles import DayProfiles, profiles_of, total_of
from indicators.expected import HISTORY_DAYS, ExpectedDay, LikeDays
from scheduler.hour_history import HourHistory

_UNLIKE = (EventKind.WORKS, EventKind.EXAMS)
"""What is used on such days says nothing of ordinary ones."""

_LEAST_TODAY = 6
"""Hours of temperature after which today's own mean is taken."""


def main_commodity(portfolio: Portfolio, building_id: str) -> Commodity | None:
    """Return what a building's wall speaks of: electricity, else its first energy."""
    mains = [m for m in portfolio.meters_of(building_id) if m.is_main and not m.retired]
    energies = [m.commodity for m in mains if m.commodity.is_energy]
    if Commodity.ELECTRICITY in energies:
        return Commodity.ELECTRICITY
    return energies[0] if energies else None


@dataclass(frozen=True, kw_only=True)
class BuildingPast:
    """The past of some meters of one building, up to now."""

    building: Building
    meters: tuple[Meter, ...]
    """They are added up: mains of one commodity, or one sub-meter."""

    thermometer: Meter | None
    events: tuple[Event, ...]
    now: datetime
    history: HourHistory
    days_back: int = HISTORY_DAYS + 14

    @cached_property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.building.zone).date()

    @cached_property
    def monday(self) -> date:
        """The first day of the local week."""
        return self.today - timedelta(days=self.today.weekday())

    @cached_property
    def first(self) -> date:
        """The first local day looked at."""
        return self.today - timedelta(days=self.days_back)

    @cached_property
    def period(self) -> Period:
        """From the first day looked at to the end of today."""
        return Period.of_days(self.first, self.today + timedelta(days=1), self.building.zone)

    @cached_property
    def hours(self) -> pd.DataFrame:
        """The total's hours: roll-up columns by UTC hour."""
        return total_of([self.history.hours(meter.id, self.period) for meter in self.meters])

    @cached_property
    def warmth(self) -> DayProfiles | None:
        """Outdoor temperatures."""
        if self.thermometer is None:
            return None
        hours = self.history.hours(self.thermometer.id, self.period)
        after = self.today + timedelta(days=1)
        return profiles_of(hours, self.building.zone, self.first, after, summed=False)

    def kind(self, day: date) -> DayKind:
        """Return what kind of day it is."""
        return day_kind(self.building, day, self.events)

    def expect(self, days: Sequence[date], *, before: date) -> dict[date, ExpectedDay]:
        """Return what is expected on some days, out of those before a day."""
        found = {}
        for day in days:
            expected = self._like.expect(
                day, self.kind(day), before=before, temperature=self.temperature(day)
            )
            if expected is not None:
                found[day] = expected
        return found

    def temperature(self, day: date) -> float | None:
        """Return a day's mean outdoor temperature [°C]; for today, so far or lately."""
        if self.warmth is None:
            return None
        row = self.warmth.row(day)
        if row is None:
            return None
        rates = self.warmth.rate[row]
        if day == self.today and (~np.isnan(rates)).sum() < self.warmth.rate.shape[1]:
            return self._temperature_lately(rates, row)
        mean = float(self.warmth.mean[row])
        return None if np.isnan(mean) else mean

    def _temperature_lately(self, rates: np.ndarray, row: int) -> float | None:
        """Complete the day with yesterday's same hours: the best guess of a day under way."""
        yesterday = self.warmth.rate[row - 1] if self.warmth is not None and row else rates
        whole = np.where(np.isnan(rates), yesterday, rates)
        known = whole[~np.isnan(whole)]
        return float(known.mean()) if len(known) >= _LEAST_TODAY else None

    @cached_property
    def _like(self) -> LikeDays:
        zone = self.building.zone
        use = profiles_of(self.hours, zone, self.first, self.today + timedelta(days=1))
        days = [self.first + timedelta(days=n) for n in range(self.days_back + 1)]
        kinds = {day: self.kind(day) for day in days if not self._is_unlike(day)}
        return LikeDays(use, kinds, self.warmth)

    def _is_unlike(self, day: date) -> bool:
        whole = Period.of_day(day, self.building.zone)
        return any(
            event.kind in _UNLIKE and event.start < whole.end and event.end > whole.start
            for event in self.events
        )
