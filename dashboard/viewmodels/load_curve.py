"""The load curve and the heat map, ready to be drawn."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard.queries.building import BuildingRead, heat_span
from dashboard.text.words import Words
from domain.calendars import DayType
from domain.meters import Commodity
from domain.periods import Period
from domain.sites import Building
from indicators.calendars import day_type, open_periods
from indicators.day_profiles import LEAST_HOUR_COVERAGE

Floats = tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCurve:
    """Mean rates over time; local clock times; None where unknown."""

    times: tuple[datetime, ...]
    measured: Floats
    low: Floats
    high: Floats
    unit: str
    tints: tuple[tuple[datetime, datetime], ...]
    """Days on which the building is closed, as spans of local clock time."""

    events: tuple[tuple[datetime, datetime, str], ...]
    day_labels: tuple[tuple[datetime, str], ...]
    expected_word: str
    closed_word: str
    empty: str
    """Said in place of the chart when nothing was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """Mean rate by clock hour (rows) and day (columns)."""

    days: tuple[date, ...]
    rates: tuple[Floats, ...]
    """24 rows, one value a day; None where unknown."""

    unit: str
    top: float
    """Rate of the darkest cell."""

    frames: tuple[tuple[int, float, float], ...]
    """(column, from, to): opening hours of a day [clock hours]."""

    day_labels: tuple[tuple[int, str], ...]
    legend: str
    scale_top: str
    empty: str


def rate_unit(commodity: Commodity | None) -> str:
    """Return the unit of a commodity's mean rate."""
    return "m³/h" if commodity is Commodity.WATER else "kW"


def load_curve(read: BuildingRead, words: Words) -> LoadCurve:
    """Return the curve of the look: hours, or days over a year."""
    zone = read.query.building.zone
    times, measured, low, high = _series(read, zone)
    known = any(value is not None for value in measured)
    days = list(dict.fromkeys(t.date() for t in times))
    return LoadCurve(
        times=times,
        measured=measured,
        low=low,
        high=high,
        unit=rate_unit(read.query.commodity),
        tints=tuple(_closed_days(read.query.building, days, read)) if read.days is None else (),
        events=tuple((_clock(e.start, zone), _clock(e.end, zone), e.text) for e in read.events),
        day_labels=tuple(_day_labels(days, words)),
        expected_word=words.say("manage.curve.expected"),
        closed_word=words.say("manage.curve.closed"),
        empty="" if known else words.say("manage.curve.empty"),
    )


def _series(
    read: BuildingRead, zone: ZoneInfo
) -> tuple[tuple[datetime, ...], Floats, Floats, Floats]:
    if read.days is not None:
        noons = [_clock(at, zone) + timedelta(hours=12) for at in _instants(read.days)]
        unknown: Floats = (None,) * len(noons)
        return tuple(noons), _floats(mean_rate(read.days) / 24), unknown, unknown
    if read.curve is None:
        return (), (), (), ()
    span = read.query.span
    period = Period.of_days(span.first, span.after_last + timedelta(days=1), zone)
    index = pd.date_range(period.start, period.end, freq="h", inclusive="left")
    hours = read.curve.hours.reindex(index)
    times = [_clock(at, zone) for at in _instants(hours)]
    bands = {day: expected.band() for day, expected in read.curve.expected.items()}
    low = [bands[t.date()][0][t.hour] if t.date() in bands else None for t in times]
    high = [bands[t.date()][1][t.hour] if t.date() in bands else None for t in times]
    return tuple(times), _floats(mean_rate(hours)), _floats(low), _floats(high)


def mean_rate(rollup: pd.DataFrame) -> pd.Series:
    """Return what each step's covered part used, brought to the whole step.

    NaN where too little of the step was measured to speak of a mean.
    """
    covered = rollup["coverage"].where(rollup["coverage"] >= LEAST_HOUR_COVERAGE)
    return rollup["value"] / covered


def heat_map(read: BuildingRead, words: Words) -> HeatMap:
    """Return the last four weeks, hour by hour."""
    building, span = read.query.building, heat_span(read.query)
    days = tuple(
        date.fromordinal(n) for n in range(span.first.toordinal(), span.after_last.toordinal())
    )
    cells: dict[tuple[int, date], float] = {}
    if read.heat is not None:
        rates = _floats(mean_rate(read.heat))
        for instant, rate in zip(_instants(read.heat), rates, strict=True):
            at = _clock(instant, building.zone)
            if rate is not None:
                cells[at.hour, at.date()] = rate
    top = sorted(cells.values())[int(len(cells) * 0.98)] if cells else 0.0
    unit = rate_unit(read.query.commodity)
    return HeatMap(
        days=days,
        rates=tuple(tuple(cells.get((hour, day)) for day in days) for hour in range(24)),
        unit=unit,
        top=top,
        frames=tuple(_frames(building, days, read)),
        day_labels=tuple(
            (at, words.day(day, "EEE d MMM")) for at, day in enumerate(days) if day.weekday() == 0
        ),
        legend=words.say("manage.heat.frame"),
        scale_top=words.say("manage.heat.top", value=words.significant(top, 2), unit=unit),
        empty="" if cells else words.say("manage.curve.empty"),
    )


def _frames(
    building: Building, days: tuple[date, ...], read: BuildingRead
) -> Iterator[tuple[int, float, float]]:
    for at, day in enumerate(days):
        for span in open_periods(building, day, read.events):
            start, end = _clock(span.start, building.zone), _clock(span.end, building.zone)
            yield at, start.hour + start.minute / 60, end.hour + end.minute / 60


def _closed_days(
    building: Building, days: list[date], read: BuildingRead
) -> Iterator[tuple[datetime, datetime]]:
    """Yield closed days, neighbours joined."""
    open_until: datetime | None = None
    started: datetime | None = None
    for day in days:
        start = datetime.combine(day, datetime.min.time())
        if day_type(building, day, read.events) is DayType.WORKING:
            if started is not None and open_until is not None:
                yield started, open_until
            started = None
        else:
            started = started or start
            open_until = start + timedelta(days=1)
    if started is not None and open_until is not None:
        yield started, open_until


def _day_labels(days: list[date], words: Words) -> Iterator[tuple[datetime, str]]:
    noon = timedelta(hours=12)
    if len(days) > 60:
        for day in days:
            if day.day == 1 and day.month % 2 == 1:
                yield datetime.combine(day, datetime.min.time()), words.day(day, "MMM")
        return
    for day in days:
        if len(days) <= 10 or day.weekday() == 0:
            yield datetime.combine(day, datetime.min.time()) + noon, words.day(day, "EEE d")


def _clock(at: datetime, zone: ZoneInfo) -> datetime:
    """Return local clock time, without its offset: what an axis shows."""
    return at.astimezone(zone).replace(tzinfo=None)


def _instants(frame: pd.DataFrame) -> list[datetime]:
    return [pd.Timestamp(at).to_pydatetime() for at in frame.index]


def _floats(values: Iterable[float | None]) -> Floats:
    return tuple(None if v is None or math.isnan(v) else float(v) for v in values)
