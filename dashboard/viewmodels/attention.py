"""What deserves a manager's eye, out of what the portfolio page already knows."""

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.queries.health import MeterHealth
from dashboard.queries.portfolio import BuildingFigures, PortfolioFigures
from dashboard.text.words import NBSP, Words
from dashboard.viewmodels.amounts import energy_text
from dashboard.viewmodels.meter_health import age_text
from dashboard.viewmodels.portfolio_rows import LOW_COVERAGE
from domain.snapshots import Verdict
from domain.targets import StandingWord

MOST_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One thing to look at."""

    title: str
    place: str
    detail: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionView:
    """The list, most at stake first."""

    title: str
    count: str
    matters: tuple[Matter, ...]
    more: str
    """How many are not shown; empty when all are."""

    empty: str
    """Said in place of the list; empty when there is one."""


def attention_view(figures: PortfolioFigures, words: Words) -> AttentionView:
    """Word the list."""
    matters = (
        *_breach(figures, words),
        *_above(figures, words),
        *_targets(figures, words),
        *_silent(figures, words),
        *_thin(figures, words),
    )
    left = len(matters) - MOST_SHOWN
    return AttentionView(
        title=words.say("manage.attention"),
        count=words.say("manage.attention.count", n=words.number(len(matters))) if matters else "",
        matters=matters[:MOST_SHOWN],
        more=words.say("manage.attention.more", n=words.number(left)) if left > 0 else "",
        empty="" if matters else words.say("manage.attention.none"),
    )


def _breach(figures: PortfolioFigures, words: Words) -> Iterator[Matter]:
    if figures.unaccounted:
        yield Matter(
            title=words.say("manage.attention.breach", n=words.number(figures.unaccounted)),
            place=words.say("data.title"),
            detail=words.say("manage.attention.breach.why"),
            href="/manage/data",
        )


def _above(figures: PortfolioFigures, words: Words) -> Iterator[Matter]:
    """Yield buildings beyond their dead-band, the most energy first."""
    over = [b for b in figures.buildings if b.used.verdict is Verdict.ABOVE]
    for b in sorted(over, key=lambda b: b.used.expected - b.used.measured):
        used = b.used
        amount, unit = energy_text(used.measured - used.expected, words)
        yield Matter(
            title=words.say("manage.attention.above", deviation=words.percent(used.deviation or 0)),
            place=b.building.name,
            detail=words.say(
                "manage.attention.above.stake",
                amount=f"{amount}{NBSP}{unit}",
                look=words.say(f"manage.in.{figures.look}").lower(),
            ),
            href=f"/manage/buildings/{b.building.id}?look={figures.look}",
        )


def _targets(figures: PortfolioFigures, words: Words) -> Iterator[Matter]:
    for b in figures.buildings:
        standing = b.standing
        if b.target is None or standing is None or standing.word is not StandingWord.AT_RISK:
            continue
        commodity = words.say(f"manage.commodity.{b.target.commodity}").lower()
        yield Matter(
            title=words.say("manage.attention.target"),
            place=f"{b.building.name}, {commodity}",
            detail=words.say(
                "manage.standing.title",
                asked=words.percent(-b.target.reduction, 1),
                now="—" if standing.deviation is None else words.percent(standing.deviation, 1),
            ),
            href=f"/manage/buildings/{b.building.id}/targets",
        )


def _silent(figures: PortfolioFigures, words: Words) -> Iterator[Matter]:
    names = {b.building.id: b.building.name for b in figures.buildings}
    for state in figures.meters:
        if state.health is MeterHealth.SILENT:
            yield Matter(
                title=words.say("manage.attention.silent", meter=state.meter.name),
                place=names.get(state.meter.building_id, ""),
                detail=age_text(state.newest_at, figures.now, words),
                href=f"/manage/buildings/{state.meter.building_id}",
            )


def _thin(figures: PortfolioFigures, words: Words) -> Iterator[Matter]:
    for b in figures.buildings:
        if _is_thin(b):
            share = words.percent(b.used.coverage, 0, signed=False)
            yield Matter(
                title=words.say("manage.attention.thin", share=share),
                place=b.building.name,
                detail=words.say("manage.attention.thin.why"),
                href=f"/manage/buildings/{b.building.id}?look={figures.look}",
            )


def _is_thin(figures: BuildingFigures) -> bool:
    return figures.used.coverage < LOW_COVERAGE
