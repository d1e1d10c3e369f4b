"""One line a meter: its days as squares, what it does now, the chosen day's figures."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from dashboard.queries.data_health import DataHealth, MeterDays
from dashboard.text.words import NBSP, Words
from dashboard.viewmodels.health_sentence import since_text
from dashboard.viewmodels.meter_health import age_text
from domain.reconciliations import Reconciliation

_NOTHING = "—"
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHead:
    """A column of the matrix."""

    initial: str
    number: str
    title: str
    href: str
    is_chosen: bool
    is_week_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """One square."""

    mark: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of the chosen day."""

    label: str
    text: str
    href: str = ""
    is_wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRow:
    """The line."""

    id: str
    name: str
    detail: str
    cells: tuple[DayCell, ...]
    now_mark: str
    now: str
    is_silent: bool
    figures: tuple[Figure, ...]


def day_heads(health: DataHealth, only_matters: bool, words: Words) -> tuple[DayHead, ...]:
    """Return the columns; each leads to its day's figures."""
    show = "matters" if only_matters else "all"
    return tuple(
        DayHead(
            initial=words.day(day, "EEEEE"),
            number=str(day.day),
            title=words.day(day),
            href=f"/manage/data?day={day}&show={show}",
            is_chosen=day == health.chosen,
            is_week_end=day.weekday() >= _SATURDAY,
        )
        for day in health.days
    )


def meter_row(each: MeterDays, health: DataHealth, words: Words) -> MeterRow:
    """Word one meter."""
    state = each.state
    return MeterRow(
        id=each.meter.id,
        name=each.meter.name,
        detail=words.say(f"manage.commodity.{each.meter.commodity}"),
        cells=tuple(_cell(each, day, day == health.chosen, words) for day in health.days),
        now_mark=str(state.health),
        now=_now(each, health.now, words),
        is_silent=each.is_silent,
        figures=_figures(each, health.chosen, words, sees_refused=health.dead_letters is not None),
    )


def _now(each: MeterDays, now: datetime, words: Words) -> str:
    newest_at = each.state.newest_at
    if newest_at is None or not each.is_silent:
        return age_text(newest_at, now, words)
    since = since_text(newest_at, now, each.building.zone, words)
    return words.say("health.now.silent", since=since)


def _cell(each: MeterDays, day: date, is_chosen: bool, words: Words) -> DayCell:
    row = each.days.get(day)
    when = words.day(day, "EEE d MMM")
    if row is None:
        word = words.say("health.word.none")
        return DayCell(mark="none", title=f"{when}{NBSP}: {word}", is_chosen=is_chosen)
    told = words.say(
        "health.cell",
        day=when,
        word=words.say(f"health.word.{row.word}"),
        measured=words.number(row.measured),
        expected=words.number(row.expected),
    )
    if row.dead_lettered:
        told += words.say("health.cell.refused", n=words.number(row.dead_lettered))
    return DayCell(mark=str(row.word), title=told, is_chosen=is_chosen)


def _figures(each: MeterDays, day: date, words: Words, *, sees_refused: bool) -> tuple[Figure, ...]:
    """Return the day's figures; messages are counted by the tallies, which are newer."""
    row, tally = each.days.get(day), each.tally
    refused = tally.dead_lettered if tally else 0
    texts = {
        "expected": words.number(row.expected) if row else _NOTHING,
        "measured": words.number(row.measured) if row else _NOTHING,
        "gap": _gap(row, words),
        "late": words.number(tally.late) if tally else _NOTHING,
        "duplicate": words.number(tally.duplicate) if tally else _NOTHING,
        "refused": words.number(refused) if tally else _NOTHING,
    }
    device = each.meter.source.device if each.meter.source else ""
    is_open = refused and sees_refused
    href = f"/manage/data/refused?device={quote(device, safe='')}" if is_open else ""
    return tuple(
        Figure(
            label=words.say(f"health.figure.{key}"),
            text=text,
            href=href if key == "refused" else "",
            is_wrong=key == "measured" and row is not None and row.word not in ("whole", "slow"),
        )
        for key, text in texts.items()
    )


def _gap(row: Reconciliation | None, words: Words) -> str:
    if row is None or row.longest_gap_s is None:
        return _NOTHING
    if row.longest_gap_s < 60:
        return f"{words.number(row.longest_gap_s)}{NBSP}s"
    minutes = round(row.longest_gap_s / 60)
    if minutes < 120:
        return f"{words.number(minutes)}{NBSP}min"
    return f"{words.number(minutes / 60, 1)}{NBSP}h"
