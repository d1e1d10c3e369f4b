"""What is said of the meters' freshness."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.queries.health import MeterHealth, MeterState
from dashboard.text.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSquare:
    """One meter as a square, with what a pointer resting on it reads."""

    health: MeterHealth
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthLine:
    """One line of the legend under the squares; `mark` names its drawing."""

    mark: str
    label: str
    count: str
    href: str = ""
    """Where more is told; empty: nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthView:
    """The squares and their legend."""

    squares: tuple[MeterSquare, ...]
    total: str
    lines: tuple[HealthLine, ...]


def health_view(
    states: Sequence[MeterState],
    refused_messages: int | None,
    now: datetime,
    words: Words,
    *,
    unaccounted: int = 0,
) -> HealthView:
    """Word the data's health; states nobody is in are left out, except the good one."""
    lines = [
        HealthLine(
            mark=str(health),
            label=_label(health, [s for s in states if s.health is health], words),
            count=words.number(sum(1 for s in states if s.health is health)),
        )
        for health in MeterHealth
        if health is MeterHealth.ON_TIME or any(s.health is health for s in states)
    ]
    lines += [
        HealthLine(
            mark=mark,
            label=words.say(f"manage.health.{mark}"),
            count=words.number(n),
            href=href,
        )
        for mark, n, href in (
            ("refused", refused_messages, "/manage/data/refused"),
            ("breach", unaccounted, "/manage/data"),
        )
        if n
    ]
    return HealthView(
        squares=tuple(
            MeterSquare(health=state.health, title=_title(state, now, words))
            for state in sorted(states, key=lambda s: list(MeterHealth).index(s.health))
        ),
        total=words.say("manage.health.meters", n=words.number(len(states))),
        lines=tuple(lines),
    )


def age_text(newest_at: datetime | None, now: datetime, words: Words) -> str:
    """Return how old the newest reading is, in words."""
    if newest_at is None:
        return words.say("manage.health.never")
    return words.ago(max(0.0, (now - newest_at).total_seconds()))


def state_age(state: MeterState, now: datetime, words: Words) -> str:
    """Return how old a meter's newest reading is; nobody waits to hear what files fill."""
    if state.newest_at is None and state.health is MeterHealth.FILED:
        return words.say("manage.health.filed.none")
    return age_text(state.newest_at, now, words)


def age_line(newest_at: datetime | None, now: datetime, zone: ZoneInfo, words: Words) -> str:
    """Return until when the data goes, in words; empty when there is none."""
    if newest_at is None:
        return ""
    at, today = newest_at.astimezone(zone), now.astimezone(zone).date()
    hour = words.hour(at)
    until = hour if at.date() == today else f"{words.day(at.date(), 'd MMM')}, {hour}"
    return words.say("manage.age.until", time=until, ago=age_text(newest_at, now, words))


def _title(state: MeterState, now: datetime, words: Words) -> str:
    word = words.say(f"manage.health.{state.health}")
    return f"{state.meter.name} ({state.meter.id}) : {word}, {state_age(state, now, words)}"


def _label(health: MeterHealth, states: Sequence[MeterState], words: Words) -> str:
    word = words.say(f"manage.health.{health}")
    if health is MeterHealth.ON_TIME or len(states) != 1:
        return word
    return f"{word} : {states[0].meter.name}"
