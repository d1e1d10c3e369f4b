"""Series in a file's unit → values in the unit that is stored, and readings of a meter."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.readings import Quality, Reading
from domain.registers import Accumulation, Quantity, register_name
from domain.units import quantity_of, to_canonical
from ingest.importers.series import Series

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUALITIES = {int(quality): quality for quality in Quality}
"""Looked up rather than made anew for each value of a load curve."""


def stored_quantity(series: Series) -> Quantity:
    """Return what a series is stored as: the mean power of intervals is their energy."""
    return kept_quantity(series.quantity, series.unit, series.accumulation)


def kept_quantity(quantity: Quantity, unit: str, accumulation: Accumulation) -> Quantity:
    """Return as what a quantity of that unit is stored.

    >>> kept_quantity(Quantity.POWER, "W", Accumulation.DELTA).value
    'energy'
    """
    is_mean_power = accumulation is Accumulation.DELTA and quantity_of(unit) is Quantity.POWER
    return Quantity.ENERGY if is_mean_power else quantity


def canonical_values(series: Series) -> NDArray[np.float64]:
    """Return a series' values in the canonical unit of `stored_quantity`.

    Raises:
        ValueError: Its unit does not measure its quantity.
    """
    if stored_quantity(series) is Quantity.ENERGY and quantity_of(series.unit) is Quantity.POWER:
        kw = series.value * to_canonical(1.0, series.unit, Quantity.POWER)
        energy_kwh: NDArray[np.float64] = kw * (series.duration_s / 3600)
        return energy_kwh
    zero = to_canonical(0.0, series.unit, series.quantity)
    slope = to_canonical(1.0, series.unit, series.quantity) - zero
    values: NDArray[np.float64] = series.value * slope + zero
    return values


def stored_name(series: Series, own_name: str) -> str:
    """Return the stored register's name.

    Raises:
        ValueError: Its quantity is never accumulated that way.
    """
    return register_name(stored_quantity(series), series.accumulation, own_name)


def readings_of(
    series: Series,
    kept: NDArray[np.bool_],
    *,
    meter_id: str,
    register: str,
    scale: float,
    source: str,
) -> Iterator[Reading]:
    """Yield the kept values as readings of one register of a meter.

    Args:
        series: What the file told.
        kept: Which of its values go to the meter.
        meter_id: Whose they become.
        register: The stored register's name.
        scale: Multiplies each value, in the canonical unit.
        source: What brought them.
    """
    values = canonical_values(series) * scale
    columns = (series.time_us, values, series.duration_s, series.quality)
    for time_us, value, duration_s, quality in zip(
        *(column[kept].tolist() for column in columns), strict=True
    ):
        yield Reading(
            meter_id=meter_id,
            register=register,
            taken_at=_EPOCH + timedelta(microseconds=time_us),
            value=value,
            duration_s=duration_s,
            quality=_QUALITIES[quality],
            source=source,
        )
