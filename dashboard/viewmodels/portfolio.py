"""What the portfolio page says."""

from dataclasses import dataclass

from dashboard.queries.portfolio import BuildingFigures, PortfolioFigures
from dashboard.text.words import Words
from dashboard.viewmodels.amounts import energy_text
from dashboard.viewmodels.attention import AttentionView, attention_view
from dashboard.viewmodels.choices import Choice, look_choices
from dashboard.viewmodels.meter_health import HealthView, age_line, health_view
from dashboard.viewmodels.portfolio_rows import BuildingRow, building_row
from dashboard.viewmodels.strip import StripBuilding, StripView, strip_view


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioView:
    """The whole page."""

    title: str
    sentence: str
    """With `*` around what is set in bold."""

    age: str
    """Until when the data goes; empty without any."""

    looks: tuple[Choice, ...]
    headings: tuple[str, ...]
    """Of the table's columns."""

    strip: StripView
    rows: tuple[BuildingRow, ...]
    empty: str
    """Said in place of the table when there is no building."""

    attention: AttentionView
    health_title: str
    health: HealthView


_HEADINGS = ("building", "spark", "energy", "deviation", "target", "intensity", "coverage")


def portfolio_view(figures: PortfolioFigures, words: Words) -> PortfolioView:
    """Word the page."""
    worst_first = sorted(figures.buildings, key=_worst_first)
    rows = tuple(building_row(b, figures.look, figures.now, words) for b in worst_first)
    return PortfolioView(
        title=words.say("manage.portfolio"),
        sentence=_sentence(figures, words),
        age=_age(figures, words),
        looks=look_choices(figures.look, "/manage", words),
        headings=tuple(
            words.say(f"manage.spark.{figures.look}" if h == "spark" else f"manage.heading.{h}")
            for h in _HEADINGS
        ),
        strip=strip_view(
            [
                StripBuilding(
                    name=building.building.label,
                    href=row.href,
                    verdict=row.verdict,
                    word=row.verdict_word,
                    deviation=building.used.deviation,
                    dead_band=building.used.dead_band,
                )
                for row, building in zip(rows, worst_first, strict=True)
            ],
            words,
        ),
        rows=rows,
        empty="" if rows else words.say("manage.portfolio.empty"),
        attention=attention_view(figures, words),
        health_title=words.say("manage.health"),
        health=health_view(
            figures.meters,
            figures.dead_letters,
            figures.now,
            words,
            unaccounted=figures.unaccounted,
        ),
    )


def _worst_first(figures: BuildingFigures) -> tuple[bool, float]:
    deviation = figures.used.deviation
    return deviation is None, -(deviation or 0.0)


def _age(figures: PortfolioFigures, words: Words) -> str:
    heard = [b for b in figures.buildings if b.newest_at is not None]
    if not heard:
        return ""
    newest = max(heard, key=lambda b: b.newest_at or figures.now)
    return age_line(newest.newest_at, figures.now, newest.building.zone, words)


def _sentence(figures: PortfolioFigures, words: Words) -> str:
    whole = figures.whole
    if whole.used is None:
        return words.say("manage.portfolio.nothing")
    total, unit = energy_text(whole.used, words)
    measured = sum(1 for b in figures.buildings if b.used.used is not None)
    amount = {
        "look": words.say(f"manage.in.{figures.look}"),
        "n": words.number(measured),
        "total": total,
        "unit": unit,
    }
    if whole.deviation is None or whole.dead_band is None:
        return words.say("manage.portfolio.uncompared", **amount)
    return words.say(
        "manage.portfolio.sentence",
        verdict=words.say(f"manage.verdict.{whole.verdict}"),
        deviation=words.percent(whole.deviation, 1),
        band=words.percent(whole.dead_band, 1, signed=False),
        **amount,
    )
