"""What is said of a device that belongs to no meter, and of what it probably counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from dashboard.text.units import unit_text
from dashboard.text.words import NBSP, Words
from dashboard.viewmodels.authors import who_text
from dashboard.viewmodels.meters import cadence_text
from dashboard.viewmodels.sizes import counted
from domain.guessing import Certainty, Guess, guess
from domain.registers import Role
from domain.seen_devices import SeenDevice, SeenRegister

SHOWN = 6
"""Registers shown at once; the others unfold."""

_AT_ONCE = 40
"""Devices shown at once: a page of a thousand is searched, not scrolled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """One number that a device sends."""

    name: str
    value: str
    unit: str
    role: str
    """What it is to the device, in words; empty: nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCard:
    """One device that speaks."""

    family: str
    device: str
    title: str
    """What people call it, or its own name."""

    subtitle: str
    topic: str
    heard: str
    guess: str
    why: str
    certainty: Certainty
    registers: tuple[RegisterLine, ...]
    more: tuple[RegisterLine, ...]
    more_label: str
    adopt_href: str
    ignored_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredView:
    """The whole page."""

    waiting: tuple[DeviceCard, ...]
    """Those found, the last heard first; of many, only the first."""

    more: int
    """How many more were found."""

    total: int
    """How many wait, found or not."""

    sought: str
    ignored: tuple[DeviceCard, ...]


def discovered_view(
    devices: Sequence[SeenDevice],
    taken_ids: Collection[str],
    now: datetime,
    words: Words,
    *,
    sought: str = "",
    is_whole: bool = False,
) -> DiscoveredView:
    """Word the page of discovered devices.

    Args:
        devices: All of them, ignored ones included.
        taken_ids: Ids that meters have.
        now: What ages are told from.
        words: The reader's language.
        sought: Part of a name, a topic or a family; empty: all are found.
        is_whole: Show all that are found, however many.
    """
    waiting = [device for device in devices if not device.ignored_by]
    found = [device for device in waiting if _is_sought(device, sought.casefold())]
    shown = found if is_whole else found[:_AT_ONCE]

    def cards(some: Sequence[SeenDevice]) -> tuple[DeviceCard, ...]:
        return tuple(device_card(each, guess(each, taken_ids), now, words) for each in some)

    return DiscoveredView(
        waiting=cards(shown),
        more=len(found) - len(shown),
        total=len(waiting),
        sought=sought,
        ignored=cards([device for device in devices if device.ignored_by]),
    )


def _is_sought(device: SeenDevice, sought: str) -> bool:
    told = (device.label, device.device, device.topic, device.family)
    return any(sought in each.casefold() for each in told)


def device_card(seen: SeenDevice, proposed: Guess, now: datetime, words: Words) -> DeviceCard:
    """Word one device."""
    lines = tuple(register_line(register, words) for register in seen.registers)
    query = urlencode({"family": seen.family, "device": seen.device})
    return DeviceCard(
        family=seen.family,
        device=seen.device,
        title=seen.label or seen.device,
        subtitle=f"{seen.family}, {seen.device}" if seen.label else seen.family,
        topic=seen.topic,
        heard=_heard(seen, now, words),
        guess=_guess_text(proposed, words),
        why=_why(proposed, words),
        certainty=proposed.certainty,
        registers=lines[:SHOWN],
        more=lines[SHOWN:],
        more_label=counted("meters.more_registers", len(lines) - SHOWN, words),
        adopt_href=f"/manage/meters/adopt?{query}",
        ignored_by=who_text(seen.ignored_by, words),
    )


def register_line(register: SeenRegister, words: Words) -> RegisterLine:
    """Word one register with its newest value."""
    told = register.role in (Role.TOTAL, Role.LIVE, Role.PART)
    return RegisterLine(
        name=register.name,
        value=value_text(register.value, words),
        unit=unit_text(register.unit),
        role=words.say(f"meters.role.{register.role}") if told else "",
    )


def value_text(value: float, words: Words) -> str:
    """Return a device's number with the decimals it has, three at most.

    An index is compared with the one the meter itself displays: it is not rounded further.
    """
    decimals = next(n for n in range(4) if n == 3 or round(value, n) == round(value, 3))
    return words.number(value, decimals)


def _heard(seen: SeenDevice, now: datetime, words: Words) -> str:
    age = words.ago(max(0.0, (now - seen.last_at).total_seconds()))
    if seen.messages == 1:
        return words.say("meters.heard.once", ago=age)
    if seen.cadence is None:
        return words.say("meters.heard", ago=age, n=words.number(seen.messages))
    return words.say(
        "meters.heard.every",
        ago=age,
        n=words.number(seen.messages),
        cadence=cadence_text(guess(seen).cadence, words),
    )


def _guess_text(proposed: Guess, words: Words) -> str:
    if proposed.commodity is None:
        return words.say("meters.guess.unknown")
    what = words.say(f"manage.commodity.{proposed.commodity}")
    return words.say(f"meters.guess.{proposed.certainty}", what=what)


def _why(proposed: Guess, words: Words) -> str:
    why = words.say(f"meters.why.{proposed.reason}")
    return f"{why} {words.say('meters.why.pulses')}" if proposed.needs_weight else why


def amount(line: RegisterLine) -> str:
    """Return a value with its unit, held together."""
    return f"{line.value}{NBSP}{line.unit}"
