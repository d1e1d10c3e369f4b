"""One building's past of one commodity: hours, weather, calendar, and days alike."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from dashboard.queries.hours import Hours
from dashboard.queries.spans import DaySpan
from domain.events import Event, EventKind
from domain.meters import Meter
from domain.periods import Period
from domain.sites import Building
from indicators.calendars import DayKind, day_kind
from indicators.day_profiles import DayProfiles, profiles_of, total_of
from indicators.expected import HISTORY_DAYS, ExpectedDay, LikeDays

_UNLIKE = frozenset({EventKind.WORKS, EventKind.EXAMS})
"""What is used on such days tells nothing of ordinary ones."""

_LEAST_WARM_HOURS = 6


@dataclass(frozen=True, kw_only=True)
class Past:
    """What the comparisons of one span need; the span may hold the day under way."""

    building: Building
    mains: tuple[Meter, ...]
    thermometer: Meter | None
    events: tuple[Event, ...]
    span: DaySpan
    source: Hours

    @cached_property
    def hours(self) -> pd.DataFrame:
        """The mains' total: roll-up columns by UTC hour, history included."""
        return total_of([self.source.of(meter.id, self._period) for meter in self.mains])

    def hours_in(self, period: Period) -> pd.DataFrame:
        """Return the total's hours inside a period."""
        bounds = pd.DatetimeIndex([period.start, period.end]).as_unit("us")
        first, after_last = self.hours.index.searchsorted(bounds)
        return self.hours.iloc[first:after_last]

    def expect(self, days: Sequence[date]) -> dict[date, ExpectedDay]:
        """Return what is expected on some days; those that cannot be told are left out.

        As on the walls, only what came before a week serves to tell that week.
        """
        found = {}
        for day in days:
            expected = self._like.expect(
                day,
                self._kind(day),
                before=day - timedelta(days=day.weekday()),
                temperature=self._temperature(day),
            )
            if expected is not None:
                found[day] = expected
        return found

    def fingerprint(self, until: date) -> int:
        """Return a number that changes when anything before a day does."""
        end = Period.of_day(until, self.building.zone).start
        frames = [self.hours, *([] if self._warm_hours is None else [self._warm_hours])]
        sum_ = zlib.crc32(repr((self.building, self.events)).encode())
        for frame in frames:
            known = frame.loc[: pd.Timestamp(end) - pd.Timedelta(microseconds=1)]
            sum_ = zlib.crc32(np.ascontiguousarray(known.to_numpy(np.float64)).tobytes(), sum_)
        return sum_

    @property
    def _first(self) -> date:
        return self.span.first - timedelta(days=HISTORY_DAYS + 7)

    @property
    def _period(self) -> Period:
        return Period.of_days(self._first, self.span.after_last, self.building.zone)

    @cached_property
    def _warm_hours(self) -> pd.DataFrame | None:
        if self.thermometer is None:
            return None
        return self.source.of(self.thermometer.id, self._period)

    @cached_property
    def _warmth(self) -> DayProfiles | None:
        if self._warm_hours is None:
            return None
        zone, after = self.building.zone, self.span.after_last
        return profiles_of(self._warm_hours, zone, self._first, after, summed=False)

    @cached_property
    def _like(self) -> LikeDays:
        after = self.span.after_last
        use = profiles_of(self.hours, self.building.zone, self._first, after)
        kinds = {day: self._kind(day) for day in _days(self._first, after) if not self._odd(day)}
        return LikeDays(use, kinds, self._warmth)

    def _kind(self, day: date) -> DayKind:
        return day_kind(self.building, day, self.events)

    def _odd(self, day: date) -> bool:
        whole = Period.of_day(day, self.building.zone)
        return any(
            event.kind in _UNLIKE and event.start < whole.end and event.end > whole.start
            for event in self.events
        )

    def _temperature(self, day: date) -> float | None:
        """Return a day's mean temperature [°C]; a day under way is completed by the eve."""
        warmth = self._warmth
        row = None if warmth is None else warmth.row(day)
        if warmth is None or row is None:
            return None
        rates = warmth.rate[row]
        if day == self.span.after_last - timedelta(days=1) and row:
            rates = np.where(np.isnan(rates), warmth.rate[row - 1], rates)
        known = rates[~np.isnan(rates)]
        return float(known.mean()) if len(known) >= _LEAST_WARM_HOURS else None


def _days(first: date, after_last: date) -> Iterator[date]:
    return (date.fromordinal(n) for n in range(first.toordinal(), after_last.toordinal()))
