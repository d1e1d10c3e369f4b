"""What the page about the data's health says."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from dashboard.queries.data_health import DataHealth, MeterDays
from dashboard.text.words import Words
from dashboard.viewmodels.choices import Choice
from dashboard.viewmodels.health_sentence import health_alerts, health_sentence
from dashboard.viewmodels.ingest_facts import Fact, WorkersView, ingest_facts, workers_view
from dashboard.viewmodels.meter_rows import DayHead, MeterRow, day_heads, meter_row
from domain.reconciliations import DayWord

FEW_METERS = 60
"""Beyond that many, the page starts with those that ask for a look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingMeters:
    """The lines of one building."""

    name: str
    href: str
    rows: tuple[MeterRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataHealthView:
    """The whole page."""

    title: str
    sentence: str
    """With `*` around what is set in bold."""

    alerts: tuple[str, ...]
    facts: tuple[Fact, ...]
    workers: WorkersView | None
    filters: tuple[Choice, ...]
    heads: tuple[DayHead, ...]
    chosen: str
    """The day whose figures stand beside the squares."""

    buildings: tuple[BuildingMeters, ...]
    legend: tuple[tuple[str, str], ...]
    """Drawing and word."""

    notes: tuple[str, ...]
    empty: str
    """Said in place of the lines; empty when there are some."""


def data_health_view(
    health: DataHealth, words: Words, *, only_matters: bool | None = None
) -> DataHealthView:
    """Word the page.

    Args:
        health: What was read.
        words: The reader's language.
        only_matters: Whether only meters that ask for a look are shown; None leaves
            it to their number.
    """
    narrow = len(health.meters) > FEW_METERS if only_matters is None else only_matters
    shown = [each for each in health.meters if not narrow or _asks_for_a_look(each, health)]
    return DataHealthView(
        title=words.say("data.title"),
        sentence=health_sentence(health, words),
        alerts=health_alerts(health, words),
        facts=ingest_facts(health, words),
        workers=workers_view(health, words),
        filters=_filters(health, narrow, words),
        heads=day_heads(health, narrow, words),
        chosen=words.day(health.chosen),
        buildings=tuple(_groups(shown, health, words)),
        legend=tuple((mark, words.say(f"health.word.{mark}")) for mark in (*DayWord, "none")),
        notes=tuple(_notes(health, words)),
        empty=""
        if shown
        else words.say(f"health.empty.{'matters' if health.meters else 'meters'}"),
    )


def _asks_for_a_look(each: MeterDays, health: DataHealth) -> bool:
    return each.is_silent or any(word is not DayWord.WHOLE for word in each.lately(health.days))


def _filters(health: DataHealth, narrow: bool, words: Words) -> tuple[Choice, ...]:
    number = sum(1 for each in health.meters if _asks_for_a_look(each, health))
    return tuple(
        Choice(
            label=words.say(f"health.show.{key}", n=words.number(n)),
            href=f"/manage/data?day={health.chosen}&show={key}",
            current=narrow == (key == "matters"),
        )
        for key, n in (("all", len(health.meters)), ("matters", number))
    )


def _groups(shown: list[MeterDays], health: DataHealth, words: Words) -> Iterator[BuildingMeters]:
    ordered = sorted(shown, key=lambda each: each.building.name)
    for building, group in groupby(ordered, key=lambda each: each.building):
        yield BuildingMeters(
            name=building.name,
            href=f"/manage/buildings/{building.id}",
            rows=tuple(meter_row(each, health, words) for each in group),
        )


def _notes(health: DataHealth, words: Words) -> Iterator[str]:
    if health.fed_by_files:
        number = "one" if health.fed_by_files == 1 else "some"
        yield words.say(f"health.note.files.{number}", n=words.number(health.fed_by_files))
    yield words.say("health.note.days")
