"""The lines of the portfolio's table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.queries.portfolio import BuildingFigures
from dashboard.queries.spans import Look
from dashboard.queries.standing import UsedAgainstExpected
from dashboard.text.words import NBSP, Words
from dashboard.viewmodels.amounts import UNKNOWN
from dashboard.viewmodels.meter_health import age_text
from dashboard.viewmodels.target_bullet import BulletView, bullet_view
from domain.snapshots import Verdict

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
    band: str
    """The half-width within which the deviation says nothing; empty without one."""

    bullet: BulletView
    intensity: str
    coverage: str
    coverage_is_low: bool
    age: str
    """How old the newest reading is."""


def building_row(figures: BuildingFigures, look: Look, now: datetime, words: Words) -> BuildingRow:
    """Word one building; too thin data says so instead of a figure."""
    building, used = figures.building, figures.used
    verdict = used.verdict
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
        spark=spark_of(used, look),
        energy_mwh=_mwh(used.used, words),
        deviation=_deviation_text(used, words),
        band=f"±{NBSP}{words.percent(used.dead_band, 1, signed=False)}" if used.dead_band else "",
        bullet=bullet_view(figures.target, figures.standing, words),
        intensity=UNKNOWN
        if figures.intensity_kwh_m2 is None
        else words.number(figures.intensity_kwh_m2),
        coverage=words.percent(used.coverage, 0, signed=False),
        coverage_is_low=used.coverage < LOW_COVERAGE,
        age=age_text(figures.newest_at, now, words),
    )


def spark_of(used: UsedAgainstExpected, look: Look) -> Spark:
    """Return the small curve: days, or weeks over a year."""
    size = 7 if look is Look.YEAR else 1
    groups = [
        used.days[at : at + size] for at in range(len(used.days) % size, len(used.days), size)
    ]
    return Spark(
        measured=tuple(_mean([d.measured for d in group]) for group in groups),
        expected=tuple(_mean([d.expected for d in group]) for group in groups),
        dead_band=used.dead_band or 0.0,
        verdict=used.verdict,
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _mwh(kwh: float | None, words: Words) -> str:
    if kwh is None:
        return UNKNOWN
    return words.number(kwh / 1000, 2 if kwh < 1000 else 1)


def _deviation_text(used: UsedAgainstExpected, words: Words) -> str:
    if used.deviation is not None:
        return words.percent(used.deviation, 1)
    return words.say("manage.insufficient" if used.used is not None else "manage.no_data")
