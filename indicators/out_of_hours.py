"""How much is used while nobody is meant to be there."""

from collections.abc import Sequence

import pandas as pd

from domain.events import Event
from domain.periods import Period
from domain.sites import Building
from indicators.calendars import open_share
from indicators.totals import covered_hours


def energy_when_closed(
    building: Building, hours: pd.DataFrame, period: Period, events: Sequence[Event] = ()
) -> tuple[float, float]:
    """Return what was used while closed, and in all, over the measured hours [kWh].

    An hour during which the building opens or closes is shared by its minutes.
    Gaps of known total are left out: we do not know on which side they fell.
    """
    laid = covered_hours(hours, period)
    closed = 1.0 - open_share(building, laid.starts, events)
    return float((laid.value * closed).sum()), float(laid.value.sum())


def out_of_hours_share(
    building: Building, hours: pd.DataFrame, period: Period, events: Sequence[Event] = ()
) -> float | None:
    """Return the share of the energy used while closed [0..1], or None.

    Public and school holidays count as closed when the calendar says so.
    """
    closed, whole = energy_when_closed(building, hours, period, events)
    return closed / whole if whole > 0 else None
