"""The load curve and the heat map, ready to be drawn."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard.queries.building import BuildingRead, heat_span
from dashboard.queries.comparing import DayFigure
from dashboard.queries.spans import Look
from dashboard.text.words import Words
from domain.calendars import DayType
from domain.events import Event
from domain.meters import Commodity
from domain.periods import Period
from domain.sites import Building
from indicators.calendars import day_type, open_periods
from indicators.day_profiles import LEAST_HOUR_COVERAGE

DAY_BY_DAY = 10
"""Up to so many days, each has its label."""

LEAST_WEEK, LEAST_COMPARED = 4, 5
"""A week has at least so many measured days, and compared ones for its linen."""

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
    separators: str
    """Of decimals, then of thousands, in the reader's language."""

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

    frames: tuple[tuple[int, int, float, float], ...]
    """(column, column after, from, to): days with the same opening hours [clock hours]."""

    day_labels: tuple[tuple[int, str], ...]
    legend: str
    scale_top: str
    separators: str
    """Of decimals, then of thousands, in the reader's language."""

    empty: str


def rate_unit(commodity: Commodity | None) -> str:
    """Return the unit of a commodity's mean rate."""
    return "m³/h" if commodity is Commodity.WATER else "kW"


def load_curve(read: BuildingRead, words: Words) -> LoadCurve:
    """Return the curve of the look: hours, or weeks over a year."""
    yearly = read.query.look is Look.YEAR
    times, measured, low, high = _by_week(read) if yearly else _by_hour(read)
    known = any(value is not None for value in measured)
    days = list(dict.fromkeys(t.date() for t in times))
    zone = read.query.building.zone
    closed = () if yearly else tuple(_closed_days(read.query.building, days, read))
    return LoadCurve(
        times=times,
        measured=measured,
        low=low,
        high=high,
        unit=rate_unit(read.query.commodity),
        tints=closed,
        events=tuple((_clock(e.start, zone), _clock(e.end, zone), e.text) for e in read.events),
        day_labels=tuple(_day_labels(days, words)),
        expected_word=words.say("manage.curve.expected_week" if yearly else "manage.curve.expected")
        if any(edge is not None for edge in low)
        else "",
        closed_word=words.say("manage.curve.closed") if closed else "",
        separators=words.separators,
        empty="" if known else words.say("manage.curve.empty"),
    )


Series = tuple[tuple[datetime, ...], Floats, Floats, Floats]


def _by_week(read: BuildingRead) -> Series:
    """Return the mean rate of each seven days at their middle.

    The edges are those of single days, averaged: days of a week err together.
    """
    days = read.used.days
    weeks = [days[at : at + 7] for at in range(len(days) % 7, len(days), 7)]
    means, edges = zip(*(_week(week) for week in weeks), strict=True) if weeks else ((), ())
    return (
        tuple(datetime.combine(week[3].day, time(12)) for week in weeks),
        tuple(means),
        tuple(None if e is None else max(0.0, e[0] - e[1]) for e in edges),
        tuple(None if e is None else e[0] + e[1] for e in edges),
    )


def _week(days: Sequence[DayFigure]) -> tuple[float | None, tuple[float, float] | None]:
    """Return a week's mean rate, and the expected one with its half-width."""
    measured = [d for d in days if d.measured is not None]
    pairs = [d for d in measured if d.expected is not None and d.error is not None]
    # Where almost every day can be compared, both sides tell of the same days.
    known = pairs if len(pairs) >= LEAST_COMPARED else measured
    hours = sum(d.hours for d in known)
    if len(known) < LEAST_WEEK or not hours:
        return None, None
    mean = sum(d.measured or 0.0 for d in known) / hours
    if len(pairs) < LEAST_COMPARED:
        return mean, None
    expected = sum(d.expected or 0.0 for d in known) / hours
    return mean, (expected, sum(d.error or 0.0 for d in known) / (24 * len(known)))


def _by_hour(read: BuildingRead) -> Series:
    if read.hours is None:
        return (), (), (), ()
    span, zone = read.query.span, read.query.building.zone
    period = Period.of_days(span.first, span.after_last + timedelta(days=1), zone)
    index = pd.date_range(period.start, period.end, freq="h", inclusive="left")
    hours = read.hours.reindex(index)
    times = [_clock(at, zone) for at in _instants(hours)]
    bands = read.bands
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
    days = tuple(span.days())
    cells: dict[tuple[int, date], float] = {}
    if read.hours is not None:
        shown = read.hours.loc[pd.Timestamp(span.period(building.zone).start) :]
        for instant, rate in zip(_instants(shown), _floats(mean_rate(shown)), strict=True):
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
        frames=tuple(opening_frames(building, days, read.events)),
        day_labels=tuple(
            (at, words.day(day, "EEE d MMM")) for at, day in enumerate(days) if day.weekday() == 0
        ),
        legend=words.say("manage.heat.frame"),
        scale_top=words.say("manage.heat.top", value=words.significant(top, 2), unit=unit),
        separators=words.separators,
        empty="" if cells else words.say("manage.curve.empty"),
    )


def opening_frames(
    building: Building, days: tuple[date, ...], events: Sequence[Event]
) -> Iterator[tuple[int, int, float, float]]:
    """Yield opening hours, neighbouring days with the same ones in one frame."""
    running: dict[tuple[float, float], int] = {}
    for at, day in enumerate(days):
        todays = {_open_hours(span, building.zone) for span in open_periods(building, day, events)}
        for hours in [hours for hours in running if hours not in todays]:
            yield running.pop(hours), at, *hours
        for hours in todays:
            running.setdefault(hours, at)
    for hours, since in running.items():
        yield since, len(days), *hours


def _open_hours(span: Period, zone: ZoneInfo) -> tuple[float, float]:
    start, end = _clock(span.start, zone), _clock(span.end, zone)
    until = end.hour + end.minute / 60
    return start.hour + start.minute / 60, until or 24.0


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
    if days and (days[-1] - days[0]).days > 60:
        for ordinal in range(days[0].toordinal(), days[-1].toordinal()):
            day = date.fromordinal(ordinal)
            if day.day == 1 and day.month % 2 == 1:
                yield datetime.combine(day, time()), words.day(day, "MMM")
        return
    # Day by day the name stands over the number, so that a phone has room for each.
    pattern = "EEE'<br>'d" if len(days) <= DAY_BY_DAY else "EEE d"
    for day in days:
        if len(days) <= DAY_BY_DAY or day.weekday() == 0:
            yield datetime.combine(day, time()) + noon, words.day(day, pattern)


def _clock(at: datetime, zone: ZoneInfo) -> datetime:
    """Return local clock time, without its offset: what an axis shows."""
    return at.astimezone(zone).replace(tzinfo=None)


def _instants(frame: pd.DataFrame) -> list[datetime]:
    return [pd.Timestamp(at).to_pydatetime() for at in frame.index]


def _floats(values: Iterable[float | None]) -> Floats:
    return tuple(None if v is None or math.isnan(v) else float(v) for v in values)
