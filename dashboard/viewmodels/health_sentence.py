"""How the data is, in one sentence, and what asks for somebody at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.queries.data_health import DataHealth, MeterDays
from dashboard.queries.ingest_state import IngestState
from dashboard.text.words import Words
from domain.breaches import Breach
from domain.reconciliations import DayWord

_LACKS = (
    ("refused", (DayWord.REFUSED,)),
    ("holes", (DayWord.THIN, DayWord.SILENT)),
    ("slow", (DayWord.SLOW,)),
)
_WEEK_S = 6 * 86_400


def health_sentence(health: DataHealth, words: Words) -> str:
    """Return the sentence, with `*` around what is set in bold."""
    if not health.meters:
        return words.say("health.sentence.no_meter")
    parts = [
        _complete(health, words),
        *_silent(health, words),
        *_holes(health, words),
        *_new(health, words),
    ]
    return words.say("health.sentence.end", text=words.say("health.sentence.join").join(parts))


def health_alerts(health: DataHealth, words: Words) -> tuple[str, ...]:
    """Return what is worth interrupting somebody for."""
    return (
        *_breaches(health, words),
        *_unheard(health.ingest, health.now, words),
        *_cut_off(health.ingest, health.now, words),
    )


def breach_text(breach: Breach, words: Words) -> str:
    """Say where the messages do not add up."""
    n = words.number(breach.messages)
    if breach.day is None:
        return words.say("health.breach.worker", worker=breach.worker, n=n)
    return words.say("health.breach.day", worker=breach.worker, day=words.day(breach.day), n=n)


def since_text(newest_at: datetime, now: datetime, zone: ZoneInfo, words: Words) -> str:
    """Return since when a meter is silent: an hour, a weekday with it, then a date."""
    at, today = newest_at.astimezone(zone), now.astimezone(zone).date()
    if at.date() == today:
        return words.say("health.since.hour", hour=words.hour(at))
    if (now - newest_at).total_seconds() < _WEEK_S:
        day = words.day(at.date(), "EEEE")
        return words.say("health.since.weekday", day=day, hour=words.hour(at))
    return words.say("health.since.date", day=words.day(at.date(), "d MMMM"))


def _complete(health: DataHealth, words: Words) -> str:
    total, complete = len(health.meters), len(health.complete)
    judged = max(len(each.lately(health.days)) for each in health.meters)
    if not judged:
        number = "one" if total == 1 else "some"
        return words.say(f"health.sentence.unjudged.{number}", n=words.number(total))
    span = words.say("health.in.days" if judged > 1 else "health.in.day", n=judged)
    key = _which(complete, total)
    return words.say(
        f"health.sentence.{key}", span=span, n=words.number(complete), total=words.number(total)
    )


def _which(complete: int, total: int) -> str:
    if complete == total:
        return "all" if total > 1 else "only"
    return {0: "none", 1: "one"}.get(complete, "some")


def _silent(health: DataHealth, words: Words) -> Iterator[str]:
    silent = [each for each in health.meters if each.is_silent]
    if len(silent) == 1:
        yield _the_silent_one(silent[0], health.now, words)
    elif silent:
        yield words.say("health.sentence.silent.some", n=words.number(len(silent)))


def _the_silent_one(each: MeterDays, now: datetime, words: Words) -> str:
    meter = f"{each.meter.name}, {each.building.label}"
    if each.state.newest_at is None:
        return words.say("health.sentence.never.one", meter=meter)
    since = since_text(each.state.newest_at, now, each.building.zone, words)
    return words.say("health.sentence.silent.one", since=since, meter=meter)


def _holes(health: DataHealth, words: Words) -> Iterator[str]:
    """Yield what the meters that are heard lack, each in the worst of its ways."""
    left = [each for each in health.meters if not each.is_silent]
    for key, wanted in _LACKS:
        those = _with(left, health, wanted)
        left = [each for each in left if each not in those]
        if those:
            number = "one" if len(those) == 1 else "some"
            yield words.say(f"health.sentence.{key}.{number}", n=words.number(len(those)))


def _new(health: DataHealth, words: Words) -> Iterator[str]:
    """Yield how many are heard and not judged yet, where others are: nothing is wrong with them."""
    new = [each for each in health.meters if not each.is_silent and not each.lately(health.days)]
    if new and any(each.lately(health.days) for each in health.meters):
        number = "one" if len(new) == 1 else "some"
        yield words.say(f"health.sentence.new.{number}", n=words.number(len(new)))


def _with(
    meters: Sequence[MeterDays], health: DataHealth, wanted: Sequence[DayWord]
) -> list[MeterDays]:
    return [e for e in meters if any(word in wanted for word in e.lately(health.days))]


def _breaches(health: DataHealth, words: Words) -> Iterator[str]:
    for breach in health.ingest.breaches:
        yield words.say("health.alert.breach", where=breach_text(breach, words))
    for each in health.meters:
        for row in each.days.values():
            if row.word is DayWord.BREACH:
                where = words.say(
                    "health.breach.meter", meter=each.meter.name, day=words.day(row.day)
                )
                yield words.say("health.alert.breach", where=where)


def _unheard(ingest: IngestState, now: datetime, words: Words) -> Iterator[str]:
    if ingest.is_heard:
        return
    if ingest.heard_at is None:
        yield words.say("health.alert.never_heard")
    else:
        ago = words.ago((now - ingest.heard_at).total_seconds())
        yield words.say("health.alert.unheard", ago=ago)


def _cut_off(ingest: IngestState, now: datetime, words: Words) -> Iterator[str]:
    if ingest.cut_off_since is not None:
        ago = words.ago((now - ingest.cut_off_since).total_seconds())
        yield words.say("health.alert.cut_off", ago=ago)
