"""What the target pages say, and what a typed target means."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

from dashboard.text.words import Words
from dashboard.viewmodels.amounts import UNKNOWN
from dashboard.viewmodels.target_bullet import BulletView, bullet_view
from domain.errors import InvalidRecord
from domain.meters import Commodity
from domain.targets import Standing, Target, TargetState

LEAST_A_YEAR, MOST_A_YEAR = 0.03, 0.15
"""Outside these a reduction is lost in the noise, or discourages."""

_NUMBER = re.compile(r"[+−-]?\d{1,3}([.,]\d{1,3})?")
NOTE_LENGTH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedTarget:
    """A form as it was typed."""

    building_id: str
    commodity: str
    reduction: str
    first_day: str
    last_day: str
    note: str
    confirmed: bool = False
    """The reader keeps a reduction that we advise against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTarget:
    """A form understood."""

    commodity: Commodity
    reduction: float
    first_day: date
    last_day: date
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCard:
    """One target of the list."""

    id: str
    title: str
    state: TargetState
    state_word: str
    days: str
    note: str
    standing: str
    verdict: str
    """The one word of the standing."""

    bullet: BulletView
    history: tuple[str, ...]
    is_open: bool
    """It may still be edited or ended."""


def read_target(typed: TypedTarget, commodities: Sequence[Commodity]) -> ReadTarget:
    """Understand a form.

    Raises:
        InvalidRecord: Field by field, what is wrong with it.
    """
    wrong: dict[str, str] = {}
    reduction = _share(typed.reduction)
    if reduction is None:
        wrong["reduction"] = "target.reduction_unreadable"
    elif not 0 < reduction < 1:
        wrong["reduction"] = "target.reduction_out_of_range"
    first, last = _day(typed.first_day), _day(typed.last_day)
    wrong |= {
        name: "target.day_unreadable"
        for name, day in (("first_day", first), ("last_day", last))
        if day is None
    }
    if first and last and last < first:
        wrong["last_day"] = "target.days_reversed"
    if typed.commodity not in commodities:
        wrong["commodity"] = "target.commodity_unknown"
    if len(typed.note) > NOTE_LENGTH:
        wrong["note"] = "target.note_long"
    if wrong or reduction is None or first is None or last is None:
        raise InvalidRecord(wrong)
    return ReadTarget(
        commodity=Commodity(typed.commodity),
        reduction=reduction,
        first_day=first,
        last_day=last,
        note=typed.note.strip(),
    )


def advice(read: ReadTarget) -> Literal["trivial", "unreachable"] | None:
    """Return why a reduction is not advised, or None.

    A target over several years asks for its share each year, one of less
    than a year for the whole of it at once.
    """
    years = max(1.0, ((read.last_day - read.first_day).days + 1) / 365.25)
    a_year = read.reduction / years
    if a_year < LEAST_A_YEAR:
        return "trivial"
    return "unreachable" if a_year > MOST_A_YEAR else None


def target_card(
    target: Target,
    standing: Standing | None,
    history: Sequence[Target],
    now: datetime,
    words: Words,
) -> TargetCard:
    """Word one target with every version it had; `now` is in the building's zone."""
    state = target.state_on(now.date())
    commodity = words.say(f"manage.commodity.{target.commodity}")
    return TargetCard(
        id=target.id,
        title=words.say(
            "targets.card", commodity=commodity, reduction=reduction_text(target, words)
        ),
        state=state,
        state_word=words.say(f"targets.state.{state}"),
        days=_days(target, words),
        note=target.note,
        standing=_standing(standing, words),
        verdict=words.say(f"manage.standing.{standing.word if standing else 'waiting'}"),
        bullet=bullet_view(target, standing, words),
        history=tuple(_version(v, now.tzinfo, words) for v in reversed(history)),
        is_open=state is not TargetState.ENDED,
    )


def reduction_text(target: Target, words: Words) -> str:
    """Return what is asked, without a decimal that says nothing."""
    whole = abs(target.reduction * 100 - round(target.reduction * 100)) < 0.05
    return words.percent(-target.reduction, 0 if whole else 1)


def in_words(findings: Mapping[str, str], words: Words) -> dict[str, str]:
    """Return what is wrong, field by field, in the reader's language."""
    return {name: words.say(key) for name, key in findings.items()}


def _standing(standing: Standing | None, words: Words) -> str:
    if standing is None or standing.used_kwh is None or standing.allowed_kwh is None:
        return ""
    deviation, band = standing.deviation, standing.dead_band
    return words.say(
        "targets.standing.text",
        used=words.significant(standing.used_kwh),
        allowed=words.significant(standing.allowed_kwh),
        deviation=UNKNOWN if deviation is None else words.percent(deviation, 1),
        band=UNKNOWN if band is None else words.percent(band, 1, signed=False),
        coverage=words.percent(standing.coverage, 0, signed=False),
    )


def _version(target: Target, zone: tzinfo | None, words: Words) -> str:
    changed = target.changed_at.astimezone(zone) if target.changed_at else None
    line = words.say(
        "targets.history.line",
        version=target.version,
        reduction=reduction_text(target, words),
        days=_days(target, words),
        author=target.author or UNKNOWN,
        at=f"{words.day(changed.date(), 'd MMM y')} {words.hour(changed)}" if changed else UNKNOWN,
    )
    if target.ended_at is None:
        return line
    ended = target.ended_at.astimezone(zone)
    at = f"{words.day(ended.date(), 'd MMM y')} {words.hour(ended)}"
    return f"{line}, {words.say('targets.history.ended', at=at)}"


def _days(target: Target, words: Words) -> str:
    return words.say(
        "targets.days",
        first=words.day(target.first_day, "d MMM y"),
        last=words.day(target.last_day, "d MMM y"),
    )


def _share(text: str) -> float | None:
    """Return a percentage typed in any language as a share; None when it is no number."""
    typed = text.replace("%", "").strip()
    if not _NUMBER.fullmatch(typed):
        return None
    return abs(float(typed.replace(",", ".").replace("−", "-"))) / 100


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2200 else None
