"""What the portfolio page says."""

from dataclasses import dataclass

from dashboard.queries.portfolio import BuildingFigures, PortfolioFigures
from dashboard.text.words import Words
from dashboard.viewmodels.amounts import energy_text
from dashboard.viewmodels.choices import Choice, look_choices
from dashboard.viewmodels.meter_health import HealthView, health_view
from dashboard.viewmodels.portfolio_rows import BuildingRow, building_row, comparable_deviation
from dashboard.viewmodels.strip import StripBuilding, StripView, strip_view
from indicators.verdict import verdict as verdict_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioView:
    """The whole page."""

    title: str
    sentence: str
    """With `*` around what is set in bold."""

    looks: tuple[Choice, ...]
    headings: tuple[str, ...]
    """Of the table's columns."""

    strip: StripView
    rows: tuple[BuildingRow, ...]
    empty: str
    """Said in place of the table when there is no building."""

    health_title: str
    health: HealthView


_HEADINGS = ("building", "spark", "energy", "deviation", "target", "intensity", "coverage")


def portfolio_view(figures: PortfolioFigures, dead_band: float, words: Words) -> PortfolioView:
    """Word the page.

    Args:
        figures: What was read.
        dead_band: Half-width within which a deviation says nothing [ratio].
        words: The reader's language.
    """
    worst_first = sorted(figures.buildings, key=_worst_first)
    rows = tuple(building_row(b, figures.look, dead_band, figures.now, words) for b in worst_first)
    return PortfolioView(
        title=words.say("manage.portfolio"),
        sentence=_sentence(figures, dead_band, words),
        looks=look_choices(figures.look, "/manage", words),
        headings=tuple(
            words.say(f"manage.spark.{figures.look}" if h == "spark" else f"manage.heading.{h}")
            for h in _HEADINGS
        ),
        strip=strip_view(
            [
                StripBuilding(
                    name=row.name,
                    href=row.href,
                    verdict=row.verdict,
                    word=row.verdict_word,
                    deviation=comparable_deviation(building.used),
                )
                for row, building in zip(rows, worst_first, strict=True)
            ],
            dead_band,
            words,
        ),
        rows=rows,
        empty="" if rows else words.say("manage.portfolio.empty"),
        health_title=words.say("manage.health"),
        health=health_view(figures.meters, figures.dead_letters, figures.now, words),
    )


def _worst_first(figures: BuildingFigures) -> tuple[bool, float]:
    deviation = comparable_deviation(figures.used)
    return deviation is None, -(deviation or 0.0)


def _sentence(figures: PortfolioFigures, dead_band: float, words: Words) -> str:
    used = [b.used for b in figures.buildings if b.used.used is not None]
    if not used:
        return words.say("manage.portfolio.nothing")
    total, unit = energy_text(sum(u.used or 0.0 for u in used), words)
    amount = {"look": words.say(f"manage.in.{figures.look}"), "n": words.number(len(used))}
    compared = [u for u in used if comparable_deviation(u) is not None]
    expected = sum(u.expected_kwh for u in compared)
    if not expected:
        return words.say("manage.portfolio.uncompared", total=total, unit=unit, **amount)
    deviation = sum(u.compared_kwh for u in compared) / expected - 1
    return words.say(
        "manage.portfolio.sentence",
        total=total,
        unit=unit,
        verdict=words.say(f"manage.verdict.{verdict_of(deviation, dead_band)}"),
        deviation=words.percent(deviation, 1),
        band=words.percent(dead_band, 1, signed=False),
        **amount,
    )
