"""Faults of the device itself: what it shows is wrong, or the hour it gives."""

from collections.abc import Callable, Iterable

import numpy as np

from sensors_sim.faults.fault import Fault, FaultKind
from sensors_sim.noise import Integers

IndexAt = Callable[[int], int]
"""The true index at an instant [s since 1970 UTC], in steps of the device."""


def shown_index(
    true_index: Integers,
    epoch_s: Integers,
    index_at: IndexAt,
    capacity: int,
    faults: Iterable[Fault],
) -> Integers:
    """Return what a faulty register shows.

    Args:
        true_index: What a sound one would show, in steps of the device.
        epoch_s: When [s since 1970 UTC].
        index_at: The sound register at any instant.
        capacity: Where it rolls over, in steps of the device.
        faults: Faults of this meter; those that spare its index are passed over.

    Returns:
        The index shown, never negative.
    """
    shown = true_index
    for fault in faults:
        first_s, end_s = _seconds(fault)
        hit = (epoch_s >= first_s) & (epoch_s < end_s)
        if fault.kind is FaultKind.RESET:
            shown = np.where(hit, true_index - index_at(first_s), shown)
        elif fault.kind is FaultKind.STUCK:
            shown = np.where(hit, index_at(first_s), shown)
        elif fault.kind is FaultKind.ROLLOVER:
            # Before the fault too: the register must come close to its last digit.
            shown = (true_index - index_at(first_s)) % capacity
    return np.maximum(shown, 0)


def stuck_at_s(epoch_s: Integers, faults: Iterable[Fault]) -> Integers:
    """Return the instant whose state the device shows: an earlier one while it is stuck."""
    seen = epoch_s
    for fault in faults:
        if fault.kind is FaultKind.STUCK:
            first_s, end_s = _seconds(fault)
            seen = np.where((epoch_s >= first_s) & (epoch_s < end_s), first_s, seen)
    return seen


def clock_s(epoch_s: int, faults: Iterable[Fault]) -> int:
    """Return what the device's clock says at an instant [s since 1970 UTC]."""
    for fault in faults:
        if fault.kind is FaultKind.CLOCK_SKEW:
            first_s, end_s = _seconds(fault)
            if first_s <= epoch_s < end_s:
                return epoch_s + round(fault.amount.total_seconds())
    return epoch_s


def _seconds(fault: Fault) -> tuple[int, int]:
    return int(fault.period.start.timestamp()), int(fault.period.end.timestamp())
