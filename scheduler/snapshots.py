"""One wall snapshot a building: everything its screens show, computed once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from domain.events import Event
from domain.meters import Commodity
from domain.nudges import Nudge
from domain.periods import Period
from domain.sites import Building, Portfolio
from domain.snapshots import (
    Comparison,
    DaySummary,
    HourBand,
    RaceEntry,
    TargetProgress,
    WallSnapshot,
)
from domain.targets import TargetState
from indicators.day_profiles import CLOCK_HOURS, clock_of
from indicators.expected import ExpectedDay
from indicators.race import Runner, race
from indicators.totals import covered_hours
from indicators.verdict import compare, nothing_known
from scheduler.building_past import BuildingPast, main_commodity
from scheduler.hour_history import HourHistory
from scheduler.live import live
from scheduler.suggestions import suggest
from settings.model import IndicatorSettings
from storage.ports import ReadingStore, Records

log = logging.getLogger(__name__)

BACKFILL_NOTE = "backfill.until"
"""Remembered by whoever fills the past: an ISO instant, or empty."""

LEAST_SHOWN = 0.25
"""Share of an hour that must be measured before its mean power is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Week:
    """A building's week, measured and expected."""

    past: BuildingPast
    expected: dict[date, ExpectedDay]
    so_far: Comparison
    race: Comparison


class Snapshots:
    """Computes and keeps the snapshots."""

    def __init__(
        self,
        settings: IndicatorSettings,
        readings: ReadingStore,
        records: Records,
        history: HourHistory,
    ) -> None:
        """Work between the stores."""
        self._settings = settings
        self._readings = readings
        self._records = records
        self._history = history

    def run(self, portfolio: Portfolio, now: datetime) -> None:
        """Make a snapshot of every building that has an energy meter.

        Raises:
            StorageUnavailable: Some snapshots may be of now, others older.
        """
        weeks = {
            b.id: week
            for b in portfolio.buildings
            if not b.retired and (week := self._week(portfolio, b, now)) is not None
        }
        least = self._settings.min_day_coverage
        runners = [
            Runner(building_id=key, label=w.past.building.label, week=w.race)
            for key, w in weeks.items()
        ]
        entries = race(runners, least_coverage=least)
        for week in weeks.values():
            self._records.snapshots.put(self._snapshot(portfolio, week, entries, now))

    def _week(self, portfolio: Portfolio, building: Building, now: datetime) -> _Week | None:
        commodity = main_commodity(portfolio, building.id)
        if commodity is None:
            return None
        past = BuildingPast(
            building=building,
            meters=portfolio.mains_of(building.id, commodity),
            thermometer=portfolio.thermometer_of(building),
            events=_events(self._records, building, now),
            now=now,
            history=self._history,
        )
        days = [past.monday + timedelta(days=n) for n in range(7)]
        expected = past.expect(days, before=past.monday)
        so_far = self._compare(past, past.monday, now, expected)
        return _Week(
            past=past, expected=expected, so_far=so_far, race=self._race_week(past, so_far, now)
        )

    def _race_week(self, past: BuildingPast, so_far: Comparison, now: datetime) -> Comparison:
        """On a Monday there is no week to speak of yet: last week's is shown."""
        if past.today != past.monday:
            return so_far
        last = past.monday - timedelta(days=7)
        expected = past.expect([last + timedelta(days=n) for n in range(7)], before=last)
        end = Period.of_day(past.monday, past.building.zone).start
        return self._compare(past, last, min(end, now), expected)

    def _compare(
        self, past: BuildingPast, first: date, end: datetime, expected: dict[date, ExpectedDay]
    ) -> Comparison:
        start = Period.of_day(first, past.building.zone).start
        return compare(
            past.hours,
            Period(start, end),
            expected,
            past.building.zone,
            floor=self._settings.dead_band_floor,
            least_coverage=self._settings.min_day_coverage,
        )

    def _snapshot(
        self,
        portfolio: Portfolio,
        week: _Week,
        entries: Sequence[RaceEntry],
        now: datetime,
    ) -> WallSnapshot:
        past, building = week.past, week.past.building
        now_live = live(self._readings, past.meters, now)
        commodity = past.meters[0].commodity
        return WallSnapshot(
            building_id=building.id,
            building_name=building.name,
            time_zone=building.time_zone,
            made_at=now,
            commodity=commodity,
            measured_at=now_live.measured_at,
            cadence_s=max(meter.cadence.total_seconds() for meter in past.meters),
            live_kw=now_live.kw,
            live_at=now_live.at,
            today=self._compare(past, past.today, now, week.expected),
            hours=_hours_of_today(past, week.expected.get(past.today)),
            week=self._days(week, now),
            week_so_far=week.so_far,
            target=self._target(building, commodity, past.today),
            race=tuple(entries) if len(entries) > 1 else (),
            nudge=self._nudge(portfolio, week, now),
            backfilled_until=_instant(self._records.jobs.note(BACKFILL_NOTE)),
            yesterday=self._yesterday(past, week.expected),
        )

    def _yesterday(self, past: BuildingPast, expected: dict[date, ExpectedDay]) -> DaySummary:
        """The whole day before; on a Monday it belongs to the week before."""
        day = past.today - timedelta(days=1)
        if day < past.monday:
            expected = past.expect([day], before=past.monday - timedelta(days=7))
        whole = Period.of_day(day, past.building.zone)
        return DaySummary(
            day=day,
            comparison=self._compare(past, day, whole.end, expected),
            expected_whole_day_kwh=_whole_day(whole, past, expected.get(day)),
        )

    def _days(self, week: _Week, now: datetime) -> tuple[DaySummary, ...]:
        past, summaries = week.past, []
        for ahead in range(7):
            day = past.monday + timedelta(days=ahead)
            whole = Period.of_day(day, past.building.zone)
            begun = day <= past.today
            expected = week.expected.get(day)
            summaries.append(
                DaySummary(
                    day=day,
                    comparison=self._compare(past, day, min(whole.end, now), week.expected)
                    if begun
                    else nothing_known(),
                    expected_whole_day_kwh=_whole_day(whole, past, expected),
                )
            )
        return tuple(summaries)

    def _target(self, building: Building, commodity: Commodity, day: date) -> TargetProgress | None:
        for target in self._records.targets.all(building.id):
            if target.commodity is commodity and target.state_on(day) is TargetState.RUNNING:
                standing = self._records.targets.standing(target.id)
                return (
                    None if standing is None else TargetProgress(target=target, standing=standing)
                )
        return None

    def _nudge(self, portfolio: Portfolio, week: _Week, now: datetime) -> Nudge | None:
        past = week.past
        newest = self._records.nudges.newest(past.building.id, 1)
        last = newest[0] if newest else None
        nudge = suggest(
            portfolio,
            past,
            last,
            now,
            floor=self._settings.dead_band_floor,
            least_coverage=self._settings.min_day_coverage,
        )
        if nudge is not None and nudge != last:
            self._records.nudges.add(nudge)
        return nudge


def _hours_of_today(past: BuildingPast, expected: ExpectedDay | None) -> tuple[HourBand, ...]:
    zone = past.building.zone
    today = Period.of_day(past.today, zone)
    laid = covered_hours(past.hours, today)
    _, clock = clock_of(laid.starts, zone, past.today)
    unknown = np.full(CLOCK_HOURS, np.nan)
    low, high = expected.band() if expected else (unknown, unknown)
    rate = expected.rate if expected else unknown
    shown = laid.coverage >= LEAST_SHOWN
    measured = np.where(shown, laid.value / np.where(shown, laid.coverage, 1.0), np.nan)
    return tuple(
        HourBand(
            start=start.to_pydatetime(),
            measured_kw=_known(measured[at]),
            expected_kw=_known(rate[hour]),
            low_kw=_known(low[hour]),
            high_kw=_known(high[hour]),
        )
        for at, (start, hour) in enumerate(zip(laid.starts, clock, strict=True))
    )


def _whole_day(whole: Period, past: BuildingPast, expected: ExpectedDay | None) -> float | None:
    if expected is None:
        return None
    laid = covered_hours(past.hours.iloc[:0], whole)
    _, clock = clock_of(laid.starts, past.building.zone, expected.day)
    return _known(float(expected.rate[clock].sum()))


def _events(records: Records, building: Building, now: datetime) -> tuple[Event, ...]:
    looked_at = Period(now - timedelta(days=450), now + timedelta(days=30))
    return tuple(records.events.between(building.id, looked_at))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
