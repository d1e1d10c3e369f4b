"""The week, Monday to Sunday: a cloth for each day, a thread for what was measured."""

from dataclasses import dataclass

from dashboard.viewmodels.glance import Age, Glance
from domain.snapshots import DaySummary, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class DayColumn:
    """One day of the week."""

    label: str
    is_today: bool
    expected_kwh: float | None
    """The whole day's expectation [kWh]."""

    expected_so_far_kwh: float | None
    """For today: the expectation of the compared hours [kWh]."""

    measured_kwh: float | None
    state: Verdict | None
    """None: still to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekView:
    """What the week scene says."""

    headline: str
    percent: str
    days: tuple[DayColumn, ...]
    top_kwh: float
    measured_word: str
    expected_word: str
    total: str
    measured_kwh: float | None
    state: Verdict
    age: Age
    place: str


def week_view(glance: Glance) -> WeekView | None:
    """Decide what the week scene says; None when no day was measured or expected."""
    columns = tuple(_column(glance, day) for day in glance.snapshot.week)
    highest = max(
        (v for c in columns for v in (c.expected_kwh, c.measured_kwh) if v is not None),
        default=0.0,
    )
    if highest <= 0 or all(c.measured_kwh is None for c in columns):
        return None
    so_far, words = glance.snapshot.week_so_far, glance.words
    # On a Monday before school the week is a few hours of a night.
    verdict = Verdict.UNKNOWN if glance.early and columns[0].is_today else so_far.verdict
    told = (
        verdict is not Verdict.UNKNOWN
        and so_far.deviation is not None
        and so_far.dead_band is not None
    )
    return WeekView(
        headline=words.say(f"week.{verdict.value}"),
        percent=_percent(glance) if told else "",
        days=columns,
        top_kwh=highest,
        measured_word=words.say("chart.measured"),
        expected_word=words.say("chart.expected"),
        total=glance.energy(so_far.measured_kwh) if so_far.measured_kwh is not None else "",
        measured_kwh=so_far.measured_kwh,
        state=verdict,
        age=glance.age,
        place=glance.place,
    )


def _percent(glance: Glance) -> str:
    so_far, words = glance.snapshot.week_so_far, glance.words
    band = words.percent(so_far.dead_band or 0.0, signed=False)
    return f"{words.percent(so_far.deviation or 0.0)} (±\u00a0{band})"


def _column(glance: Glance, day: DaySummary) -> DayColumn:
    today = glance.local_now.date()
    compared = day.comparison
    to_come = day.day > today
    whole = day.expected_whole_day_kwh
    return DayColumn(
        label=glance.words.number(day.day.day),
        is_today=day.day == today,
        expected_kwh=whole if whole is not None else compared.expected_kwh,
        expected_so_far_kwh=compared.expected_kwh if day.day == today else None,
        measured_kwh=None if to_come else compared.measured_kwh,
        state=None if to_come else compared.verdict,
    )
