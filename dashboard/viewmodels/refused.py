"""What the page of refused messages says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dashboard.queries.refused import RefusedFound
from dashboard.text.words import Words
from dashboard.viewmodels.choices import Choice
from dashboard.viewmodels.refused_progress import Progress, progress_of
from dashboard.viewmodels.refused_query import RefusedQuery
from dashboard.viewmodels.sizes import counted, size_text
from domain.dead_letters import DeadLetter
from domain.previews import Preview, preview_of, printable

_PREVIEW_LETTERS = 3000
_HEX_COLUMNS = 8
"""So that a row of bytes fits on a phone."""

_LONGEST_NAME = 160

UNKNOWN_DEVICE = "unknown_device"
"""The code of a message that is read, and whose device feeds no meter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """One message."""

    id: int
    topic: str
    device: str
    device_href: str
    code: str
    cause: str
    """What the code means, and what cures it."""

    detail: str
    """Where exactly, in English, as the decoder said it; empty: it is the cause."""

    adopt_href: str
    """Where a meter is made of its device; empty: it cannot be."""

    ago: str
    at: str
    size: str
    states: tuple[str, ...]
    is_wanted: bool
    looks: str
    preview: Preview


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedView:
    """Everything the page shows."""

    query: RefusedQuery
    sentence: str
    count: str
    number: int
    rows: tuple[RefusedRow, ...]
    codes: tuple[tuple[Choice, str], ...]
    devices: tuple[tuple[Choice, str], ...]
    filters: tuple[Choice, ...]
    """Each a filter in force; its address drops it."""

    older_href: str
    newest_href: str
    progress: Progress | None
    notice: str
    csrf_token: str


def refused_view(
    query: RefusedQuery,
    found: RefusedFound,
    *,
    bound_bytes: int,
    now: datetime,
    zone: ZoneInfo,
    words: Words,
    csrf_token: str,
    notice: str = "",
) -> RefusedView:
    """Say what was found."""
    oldest_id = found.letters[-1].id if found.letters else None
    older = replace(query, before=str(oldest_id))
    return RefusedView(
        query=query,
        sentence=_sentence(found, bound_bytes, now, words),
        count=_count(found.found.number, words, is_open=query.is_open),
        number=found.found.number,
        rows=tuple(
            _row(letter, query, now, zone, words, is_adoptable=_is_adoptable(letter, found))
            for letter in found.letters
        ),
        codes=_codes(query, found, words),
        devices=_devices(query, found, words),
        filters=_filters(query, words),
        older_href=_page_href(older) if found.has_older else "",
        newest_href=query.href() if query.before else "",
        progress=progress_of(found, now, words),
        notice=notice,
        csrf_token=csrf_token,
    )


def _page_href(query: RefusedQuery) -> str:
    return query.href(before=query.before)


def _sentence(found: RefusedFound, bound_bytes: int, now: datetime, words: Words) -> str:
    kept = found.kept
    if kept.oldest_at is None:
        return words.say("refused.none")
    return counted(
        "refused.sentence",
        kept.number,
        words,
        size=size_text(kept.weight_bytes, words),
        bound=size_text(bound_bytes, words),
        oldest=words.ago((now - kept.oldest_at).total_seconds()),
    )


def _count(number: int, words: Words, *, is_open: bool) -> str:
    return counted("refused.found" if is_open else "refused.found.filtered", number, words)


def _row(
    letter: DeadLetter,
    query: RefusedQuery,
    now: datetime,
    zone: ZoneInfo,
    words: Words,
    *,
    is_adoptable: bool,
) -> RefusedRow:
    at = letter.received_at.astimezone(zone)
    preview = preview_of(letter.payload, most_letters=_PREVIEW_LETTERS, hex_columns=_HEX_COLUMNS)
    whose = {"family": letter.family, "device": letter.device}
    of_device = replace(query, **whose)
    cause = cause_text(letter.code, words)
    return RefusedRow(
        id=letter.id or 0,
        topic=_short(letter.topic),
        device=_short(f"{letter.family} {letter.device}") if letter.device else "",
        device_href=of_device.href(),
        code=code_text(letter.code, words),
        cause=cause or printable(letter.reason),
        detail=printable(letter.reason) if cause else "",
        adopt_href=f"/manage/meters/adopt?{urlencode(whose)}" if is_adoptable else "",
        ago=words.ago((now - letter.received_at).total_seconds()),
        at=f"{words.day(at.date(), 'd MMMM y')}, {words.hour(at)}",
        size=size_text(letter.size, words),
        states=tuple(_states(letter, words)),
        is_wanted=letter.wanted_at is not None,
        looks=words.say(f"refused.payload.{preview.looks}"),
        preview=preview,
    )


def _states(letter: DeadLetter, words: Words) -> list[str]:
    states = []
    if letter.wanted_at is not None:
        states.append(words.say("refused.state.wanted"))
    if not letter.is_whole:
        kept = size_text(len(letter.payload), words)
        states.append(words.say("refused.state.cut", kept=kept))
    elif letter.attempts == 1:
        states.append(words.say("refused.state.again"))
    elif letter.attempts:
        states.append(words.say("refused.state.again.n", n=words.number(letter.attempts)))
    if letter.retained:
        states.append(words.say("refused.state.retained"))
    return states


def _is_adoptable(letter: DeadLetter, found: RefusedFound) -> bool:
    return (letter.family, letter.device) in found.adoptable and letter.code == UNKNOWN_DEVICE


def cause_text(code: str, words: Words) -> str:
    """Return what a code means and what cures it; empty where no words say it."""
    key = f"refused.cause.{code}"
    return words.say(key) if words.knows(key) else ""


def code_text(code: str, words: Words) -> str:
    """Return the words for a code; a new one is shown as it stands."""
    key = f"refused.code.{code}"
    return words.say(key) if words.knows(key) else printable(code)


def _codes(
    query: RefusedQuery, found: RefusedFound, words: Words
) -> tuple[tuple[Choice, str], ...]:
    return tuple(
        (
            Choice(
                label=code_text(code, words),
                href=replace(query, code="" if code == query.code else code).href(),
                current=code == query.code,
            ),
            words.number(number),
        )
        for code, number in found.codes.items()
    )


def _devices(
    query: RefusedQuery, found: RefusedFound, words: Words
) -> tuple[tuple[Choice, str], ...]:
    choices = []
    for each in found.devices:
        current = (each.family, each.device) == (query.family, query.device)
        wanted = ("", "") if current else (each.family, each.device)
        href = replace(query, family=wanted[0], device=wanted[1]).href()
        label = _short(f"{each.family} {each.device}")
        choice = Choice(label=label, href=href, current=current)
        choices.append((choice, words.number(each.number)))
    return tuple(choices)


def _filters(query: RefusedQuery, words: Words) -> tuple[Choice, ...]:
    device = " ".join(filter(None, (query.family, query.device)))
    named: Mapping[tuple[str, ...], str] = {
        ("code",): code_text(query.code, words) if query.code else "",
        ("family", "device"): _short(device),
        ("topic",): _short(query.topic),
        ("text",): _short(query.text),
        ("days",): words.say(f"refused.days.{query.days}") if query.days else "",
    }
    return tuple(
        Choice(label=text, href=replace(query, **dict.fromkeys(names, "")).href(), current=True)
        for names, text in named.items()
        if text
    )


def _short(name: str) -> str:
    safe = printable(name)
    return safe if len(safe) <= _LONGEST_NAME else f"{safe[: _LONGEST_NAME - 1]}…"
