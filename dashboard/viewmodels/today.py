"""The day so far, hour by hour, against its linen."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.viewmodels.glance import Age, Glance
from domain.periods import HOUR, Period
from domain.snapshots import HourBand, Verdict

_PARTS = ((5, "night"), (11, "morning"), (14, "midday"), (18, "afternoon"), (24, "evening"))
_OVER = 0.93
"""A peak may stand a little above the upper line: a wide chart shows more."""

_TICK_HOURS = (0, 6, 12, 18, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The one annotation: where the day differs most."""

    at: float
    """Hours since local midnight."""

    expected_kw: float
    measured_kw: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayView:
    """What the today scene says; positions are hours since local midnight."""

    headline: str
    hours: float
    """How long the local day is: 23, 24 or 25."""

    band: tuple[tuple[float, float, float], ...]
    """(hour, low, high) [kW]; empty when nothing is expected yet."""

    threads: tuple[tuple[tuple[float, float], ...], ...]
    """Measured points (hour, kW), one tuple a stretch without a gap."""

    sure: bool
    """False: the thread is drawn in the colour of what is not compared."""

    ticks: tuple[tuple[float, str], ...]
    grid: tuple[tuple[float, str], ...]
    top_kw: float
    note: Note | None
    measured_word: str
    expected_word: str
    total: str
    measured_kwh: float | None
    state: Verdict
    age: Age
    place: str


def today_view(glance: Glance) -> TodayView | None:
    """Decide what the today scene says; None when the day has no hours."""
    hours = glance.snapshot.hours
    if not hours:
        return None
    day = Period.of_day(hours[0].start.astimezone(glance.zone).date(), glance.zone)
    known = glance.early or glance.snapshot.today.verdict is not Verdict.UNKNOWN
    band = _band(hours, day.start) if known else ()
    note = _note(glance, hours, day.start) if band else None
    grid = _grid(glance, hours)
    kwh = glance.snapshot.today.measured_kwh
    words = glance.words
    return TodayView(
        headline=_headline(glance, note, day.start),
        hours=day.hours,
        band=band,
        threads=_threads(hours, day.start),
        sure=bool(band),
        ticks=_ticks(glance, day),
        grid=grid,
        top_kw=grid[-1][0] * 1.12,
        note=note,
        measured_word=words.say("chart.measured"),
        expected_word=words.say("chart.expected") if band else "",
        total=glance.energy(kwh) if kwh is not None else "",
        measured_kwh=kwh,
        state=Verdict.UNKNOWN if glance.early else glance.state,
        age=glance.age,
        place=glance.place,
    )


def _at(hour: HourBand, midnight: datetime) -> float:
    return (hour.start - midnight) / HOUR + 0.5


def _band(
    hours: tuple[HourBand, ...], midnight: datetime
) -> tuple[tuple[float, float, float], ...]:
    return tuple(
        (_at(h, midnight), max(0.0, h.low_kw), h.high_kw)
        for h in hours
        if h.low_kw is not None and h.high_kw is not None
    )


def _threads(
    hours: tuple[HourBand, ...], midnight: datetime
) -> tuple[tuple[tuple[float, float], ...], ...]:
    stretches: list[list[tuple[float, float]]] = []
    joined = False
    for hour in hours:
        if hour.measured_kw is None:
            joined = False
            continue
        if not joined:
            stretches.append([])
            joined = True
        stretches[-1].append((_at(hour, midnight), hour.measured_kw))
    return tuple(map(tuple, stretches))


def _ticks(glance: Glance, day: Period) -> tuple[tuple[float, str], ...]:
    local: date = day.start.astimezone(glance.zone).date()
    ticks = []
    for hour in _TICK_HOURS:
        on = local + timedelta(days=hour // 24)
        instant = datetime(on.year, on.month, on.day, hour % 24, tzinfo=glance.zone)
        at = (instant - day.start) / HOUR
        ticks.append((at, glance.words.say("chart.hour", hour=hour)))
    return tuple(ticks)


def _grid(glance: Glance, hours: tuple[HourBand, ...]) -> tuple[tuple[float, str], ...]:
    """Two round lines, the upper near the top of what is drawn."""
    highest = max(
        (v for h in hours for v in (h.measured_kw, h.high_kw) if v is not None), default=1.0
    )
    half = round_step(max(highest, 0.1) / 2 * _OVER)
    digits = next(n for n in range(4) if n == 3 or abs(round(half, n) - half) < 1e-9)
    return tuple(
        (value, f"{glance.words.number(value, digits)}\u00a0kW") for value in (half, 2 * half)
    )


def round_step(value: float) -> float:
    """Return the smallest of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8 × 10ⁿ not under `value`."""
    scale = 1.0
    while value >= scale * 10:
        scale *= 10
    while value < scale:
        scale /= 10
    steps = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8, 10)
    return next(s * scale for s in steps if s * scale >= value * 0.999)


def _note(glance: Glance, hours: tuple[HourBand, ...], midnight: datetime) -> Note | None:
    """Annotate the measured hour that left its linen by most, if any."""
    found = [
        (abs(h.measured_kw - h.expected_kw), h, h.measured_kw, h.expected_kw)
        for h in hours
        if h.measured_kw is not None and h.expected_kw is not None and _left_the_linen(h)
    ]
    if not found:
        return None
    _, hour, measured, expected = max(found, key=lambda f: f[0])
    difference = measured - expected
    sign = "+" if difference > 0 else ""
    return Note(
        at=_at(hour, midnight),
        expected_kw=expected,
        measured_kw=measured,
        text=sign + glance.power(difference),
    )


def _left_the_linen(hour: HourBand) -> bool:
    measured = hour.measured_kw or 0.0
    low = hour.low_kw if hour.low_kw is not None else measured
    high = hour.high_kw if hour.high_kw is not None else measured
    return measured < low or measured > high


def _headline(glance: Glance, note: Note | None, midnight: datetime) -> str:
    if note is None:
        known = glance.snapshot.today.verdict is not Verdict.UNKNOWN
        key = "beginning" if glance.early else "as_expected" if known else "going_on"
        return glance.words.say(f"today.{key}")
    hour = (midnight + timedelta(hours=note.at)).astimezone(glance.zone).hour
    part = part_of_day(hour)
    way = "lighter" if note.measured_kw < note.expected_kw else "higher"
    return glance.words.say(f"today.{way}.{part}")


def part_of_day(hour: int) -> str:
    """Return the part of the day that a local hour belongs to, `night` to `evening`."""
    return next(name for before, name in _PARTS if hour < before)
