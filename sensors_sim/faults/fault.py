"""One fault, and how it is ordered on a command line."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.errors import ConfigError
from domain.periods import Period

PARIS = ZoneInfo("Europe/Paris")

_FOREVER = timedelta(days=36_500)
_EXAMPLE = "gap:jf-elec:2026-11-20T08:00/3h"
_UNITS: Mapping[str, timedelta] = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_LENGTH = re.compile(r"([+-]?\d+(?:\.\d+)?)([smhd])", re.ASCII)


class FaultKind(StrEnum):
    """What goes wrong."""

    RESET = "reset"
    """The register starts again from 0, as when the device is replaced."""

    ROLLOVER = "rollover"
    """The register passes its last digit and starts again from 0."""

    GAP = "gap"
    """Nothing is sent."""

    STUCK = "stuck"
    """The same values are sent again and again."""

    DUPLICATE = "duplicate"
    """Each message is delivered twice."""

    LATE = "late"
    """Messages are delivered later, by `amount`."""

    OUT_OF_ORDER = "out-of-order"
    """Messages overtake one another, held back by up to `amount`."""

    CLOCK_SKEW = "clock-skew"
    """The device's clock is wrong by `amount`; fast when positive."""


_DEFAULT_LENGTH: Mapping[FaultKind, timedelta] = {
    FaultKind.RESET: _FOREVER,
    FaultKind.ROLLOVER: _FOREVER,
}
_DEFAULT_AMOUNT: Mapping[FaultKind, timedelta] = {
    FaultKind.LATE: timedelta(hours=1),
    FaultKind.OUT_OF_ORDER: timedelta(minutes=30),
    FaultKind.CLOCK_SKEW: timedelta(minutes=10),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of one meter."""

    kind: FaultKind
    meter_id: str
    period: Period
    """When the messages it touches are measured."""

    amount: timedelta = timedelta(0)
    """How late, how disordered or how wrong; see `FaultKind`."""


def parse_fault(text: str, zone: ZoneInfo = PARIS) -> Fault:
    """Read a fault written `kind:meter:start/length/amount`.

    `length` and `amount` may be left out: a fault lasts an hour, a reset and a
    rollover for ever. They are written 90s, 45m, 3h or 2d.

    Args:
        text: For instance `gap:jf-elec:2026-11-20T08:00/3h`.
        zone: The zone of a start that names none.

    Raises:
        ConfigError: It is not written that way; says which part.
    """
    parts = text.split(":", 2)
    if len(parts) != 3 or not parts[1]:
        raise _misspelt(text, f"write it kind:meter:start/length, for instance {_EXAMPLE}")
    kind = _kind(text, parts[0])
    start_text, *lengths = parts[2].split("/")
    if len(lengths) > 2:
        raise _misspelt(text, "a start, a length and an amount are all it takes")
    start = _start(text, start_text, zone)
    length = _length(text, lengths[0]) if lengths else _DEFAULT_LENGTH.get(kind, _UNITS["h"])
    if length <= timedelta(0):
        raise _misspelt(text, "its length must be positive")
    amount = (
        _length(text, lengths[1]) if len(lengths) == 2 else _DEFAULT_AMOUNT.get(kind, timedelta(0))
    )
    if amount < timedelta(0) and kind is not FaultKind.CLOCK_SKEW:
        raise _misspelt(text, "only a clock can be wrong by a negative amount")
    return Fault(kind=kind, meter_id=parts[1], period=Period(start, start + length), amount=amount)


def check_meters(faults: Iterable[Fault], meter_ids: Collection[str]) -> None:
    """See that each fault hits a meter.

    Raises:
        ConfigError: One does not; every such fault is named.
    """
    findings = []
    for fault in faults:
        if fault.meter_id not in meter_ids:
            near = difflib.get_close_matches(fault.meter_id, list(meter_ids), n=1)
            advice = f"; did you mean {near[0]!r}?" if near else ""
            findings.append(f"fault {fault.kind}: no simulated meter {fault.meter_id!r}{advice}")
    if findings:
        raise ConfigError(findings)


def _kind(text: str, word: str) -> FaultKind:
    name = word.strip().lower().replace("_", "-")
    try:
        return FaultKind(name)
    except ValueError:
        near = difflib.get_close_matches(name, [kind.value for kind in FaultKind], n=1)
        advice = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(FaultKind)}"
        raise _misspelt(text, f"there is no fault {word!r}; {advice}") from None


def _start(text: str, word: str, zone: ZoneInfo) -> datetime:
    try:
        start = datetime.fromisoformat(word)
    except ValueError:
        raise _misspelt(text, f"{word!r} is no date; write 2026-11-20T08:00") from None
    return start if start.tzinfo else start.replace(tzinfo=zone)


def _length(text: str, word: str) -> timedelta:
    found = _LENGTH.fullmatch(word.strip())
    if found is None:
        raise _misspelt(text, f"{word!r} is no length; write 90s, 45m, 3h or 2d")
    return float(found[1]) * _UNITS[found[2]]


def _misspelt(text: str, advice: str) -> ConfigError:
    return ConfigError([f"fault {text!r}: {advice}"])
