"""Faults on the way: when a message arrives, if it does, and how often."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sensors_sim.faults.fault import Fault, FaultKind
from sensors_sim.noise import draw, stream

_ECHO = timedelta(seconds=2)
"""The second delivery of a duplicate comes so much later."""


def arrivals(sent_at: datetime, faults: Iterable[Fault], seed: int) -> tuple[datetime, ...]:
    """Return when a message sent at an instant arrives: never, once or twice.

    Args:
        sent_at: When the device sent it.
        faults: Faults of this meter; those of the device itself are passed over.
        seed: Settles how much each message is held back.
    """
    times = [sent_at]
    for fault in faults:
        if sent_at not in fault.period:
            continue
        if fault.kind is FaultKind.GAP:
            return ()
        if fault.kind is FaultKind.LATE:
            times = [at + fault.amount for at in times]
        elif fault.kind is FaultKind.DUPLICATE:
            times += [at + _ECHO for at in times]
        elif fault.kind is FaultKind.OUT_OF_ORDER:
            held = _held_back(sent_at, fault, seed)
            times = [at + held for at in times]
    return tuple(times)


def longest_delay(faults: Iterable[Fault]) -> timedelta:
    """Return how long after it was sent a message may still arrive."""
    return sum(
        (f.amount for f in faults if f.kind in (FaultKind.LATE, FaultKind.OUT_OF_ORDER)),
        start=_ECHO,
    )


def _held_back(sent_at: datetime, fault: Fault, seed: int) -> timedelta:
    share = draw(stream(seed, "disorder", fault.meter_id), int(sent_at.timestamp()))
    return timedelta(seconds=round(share * fault.amount.total_seconds()))
