"""The lines of the portfolio's table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.queries.portfolio import BuildingFigures
from dashboard.queries.spans import Look
from dashboard.queries.standing import UsedAgainstExpected
from dashboard.text.words import Words
from dashboard.viewmodels.amounts import UNKNOWN
from dashboard.viewmodels.meter_health import age_text
from dashboard.viewmodels.target_bullet import BulletView, bullet_view
from domain.snapshots import Verdict
from indicators.verdict import verdict as verdict_of

MIN_COVERAGE = 0.5
"""A building measured less than half the time is not compared."""

LOW_COVERAGE = 0.9
"""Below this the share deserves a manager's eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """Measured and expected, a point a day or a week; None where unknown."""

    measured: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    dead_band: float
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingRow:
    """One line of the table."""

    href: str
    name: str
    detail: str
    verdict: Verdict
    verdict_word: str
    spark: Spark
    energy_mwh: str
    deviation: str
    bullet: BulletView
    intensity: str
    coverage: str
    coverage_is_low: bool
    age: str
    """How old the newest reading is; empty while the coverage is good."""


def building_row(
    figures: BuildingFigures, look: Look, dead_band: float, now: datetime, words: Words
) -> BuildingRow:
    """Word one building; too thin data says so instead of a figure."""
    building, used = figures.building, figures.used
    deviation = comparable_deviation(used)
    verdict = verdict_of(deviation, dead_band)
    low = used.coverage < LOW_COVERAGE
    return BuildingRow(
        href=f"/manage/buildings/{building.id}?look={look}",
        name=building.name,
        detail=words.say(
            "manage.building.detail",
            use=words.say(f"manage.use.{building.use}"),
            area=words.number(building.floor_area_m2),
        ),
        verdict=verdict,
        verdict_word=words.say(f"manage.verdict.{verdict}"),
        spark=spark_of(used, look, dead_band, verdict),
        energy_mwh=_mwh(used.used, words),
        deviation=_deviation_text(used, deviation, words),
        bullet=bullet_view(figures.target, figures.standing, words),
        intensity=UNKNOWN
        if figures.intensity_kwh_m2 is None
        else words.number(figures.intensity_kwh_m2),
        coverage=words.percent(used.coverage, 0, signed=False),
        coverage_is_low=low,
        age=age_text(figures.newest_at, now, words) if low else "",
    )


def comparable_deviation(used: UsedAgainstExpected) -> float | None:
    """Return the deviation [ratio] unless too little was measured to say it."""
    return used.deviation if used.coverage >= MIN_COVERAGE else None


def spark_of(used: UsedAgainstExpected, look: Look, dead_band: float, verdict: Verdict) -> Spark:
    """Return the small curve: days, or weeks over a year."""
    size = 7 if look is Look.YEAR else 1
    groups = [used.days[at : at + size] for at in range(0, len(used.days), size)]
    return Spark(
        measured=tuple(_mean([d.measured_kwh for d in group]) for group in groups),
        expected=tuple(_mean([d.expected_kwh for d in group]) for group in groups),
        dead_band=dead_band,
        verdict=verdict,
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _mwh(kwh: float | None, words: Words) -> str:
    if kwh is None:
        return UNKNOWN
    return words.number(kwh / 1000, 2 if kwh < 1000 else 1)


def _deviation_text(used: UsedAgainstExpected, deviation: float | None, words: Words) -> str:
    if deviation is not None:
        return words.percent(deviation, 1)
    return words.say("manage.insufficient" if used.used is not None else "manage.no_data")
