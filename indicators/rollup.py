"""Intervals → UTC hours → local days, coverage kept."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from domain.meters import Commodity
from domain.periods import Period
from indicators.intervals import HOUR_US, Intervals, instants_us, micros

ROLLUP_COLUMNS = ("value", "coverage", "peak", "estimated", "unplaced", "unplaced_from")
"""Columns of a roll-up, one row a step; see `docs/nomenclature.md`."""

PEAK_US = HOUR_US // 6
"""A peak is a mean over ten minutes, the step of French load curves."""

PEAK_COVERAGE = 0.5
"""Share of its ten minutes that must be covered before a peak is believed."""

_SLOTS = HOUR_US // PEAK_US


def hours_of(intervals: Intervals, commodity: Commodity, span: Period) -> pd.DataFrame:
    """Roll intervals up into the UTC hours of a span.

    Short intervals are spread evenly over their length; long ones are put,
    unplaced, on the hour in which they end.

    Args:
        intervals: All those that touch the span.
        commodity: Temperature is averaged, everything else summed.
        span: From one whole UTC hour to another.

    Returns:
        `ROLLUP_COLUMNS`, one row for each hour that something is known of.
    """
    first = micros(span.start) // HOUR_US
    count = micros(span.end) // HOUR_US - first
    known = intervals.only(~np.isnan(intervals.quantity))
    table = _spread(known.only(~known.long), first, count)
    if commodity is Commodity.OUTDOOR_TEMPERATURE:
        with np.errstate(invalid="ignore"):
            table["value"] = table["value"] / table["coverage"]
    _put_unplaced(table, known.only(known.long), first)
    index = pd.DatetimeIndex(
        ((first + np.arange(count)) * HOUR_US).astype("datetime64[us]"), tz="UTC", name="time"
    )
    frame = pd.DataFrame(table, index=index, columns=list(ROLLUP_COLUMNS))
    return frame[(frame["coverage"] > 0) | frame["unplaced_from"].notna()]


def days_of(hours: pd.DataFrame, commodity: Commodity, zone: ZoneInfo) -> pd.DataFrame:
    """Roll UTC hours up into local days of 23, 24 or 25 hours.

    Args:
        hours: `ROLLUP_COLUMNS` by UTC hour; whole days, whatever hours are missing.
        commodity: Temperature is averaged, everything else summed.
        zone: The building's.

    Returns:
        `ROLLUP_COLUMNS` by the UTC instant at which each local day starts.

    Raises:
        ValueError: The zone's midnights do not fall on whole UTC hours.
    """
    require_whole_hours(zone)
    if hours.empty:
        return hours[list(ROLLUP_COLUMNS)].copy()
    midnights = _midnights(hours.index, zone)
    lengths = np.diff(midnights) // HOUR_US
    at = instants_us(hours.index)
    day = np.searchsorted(midnights, at, side="right") - 1
    # Without a NaN in sight: pandas adds otherwise where there is one, and a day's last bit would
    # depend on its neighbours. Days of which nothing is known are made NaN again below.
    hours = hours.fillna({"value": 0.0, "estimated": 0.0})
    grouped = hours.groupby(day)
    covered = grouped["coverage"].sum()
    frame = pd.DataFrame({name: grouped[name].sum() for name in ("value", "estimated")})
    if commodity is Commodity.OUTDOOR_TEMPERATURE:
        frame["value"] = (hours["value"] * hours["coverage"]).groupby(day).sum() / covered
    frame["coverage"] = covered / lengths[covered.index]
    frame["peak"] = grouped["peak"].max()
    frame["unplaced"] = grouped["unplaced"].sum()
    frame["unplaced_from"] = grouped["unplaced_from"].min()
    frame.loc[frame["coverage"] == 0, "value"] = np.nan
    frame.index = pd.DatetimeIndex(
        midnights[frame.index.to_numpy()].astype("datetime64[us]"), tz="UTC", name="time"
    )
    return frame[list(ROLLUP_COLUMNS)]


def require_whole_hours(zone: ZoneInfo) -> None:
    """Refuse a zone whose days do not start on whole UTC hours.

    Raises:
        ValueError: Its offset is not a whole number of hours (India, Nepal…).
    """
    for month in (1, 7):
        offset = pd.Timestamp(year=2026, month=month, day=1, tz=zone).utcoffset()
        if offset is None or offset % timedelta(hours=1):
            raise ValueError(
                f"time zone {zone.key}: its offset from UTC is not a whole number of hours, "
                "and roll-ups are made of UTC hours"
            )


def no_hours() -> pd.DataFrame:
    """Return a roll-up without a row."""
    return pd.DataFrame(
        {name: np.zeros(0) for name in ROLLUP_COLUMNS},
        index=pd.DatetimeIndex([], tz="UTC", name="time").as_unit("us"),
    )


def _spread(short: Intervals, first: int, count: int) -> dict[str, np.ndarray]:
    """Spread short intervals over ten-minute slots, and those over hours.

    Each slot is the sum of its own pieces in time order, so an hour comes out
    the same to the last bit whatever else is computed with it.
    """
    from_slot, slots = first * _SLOTS, count * _SLOTS
    begin = short.start // PEAK_US
    pieces = (short.end - 1) // PEAK_US - begin + 1
    owner = np.repeat(np.arange(len(begin)), pieces)
    slot = begin[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    inside = (slot >= from_slot) & (slot < from_slot + slots)
    owner, slot = owner[inside], slot[inside]
    start = np.maximum(short.start[owner], slot * PEAK_US)
    length = np.minimum(short.end[owner], (slot + 1) * PEAK_US) - start
    share = length / (short.end - short.start)[owner]
    quantity = short.quantity[owner] * share
    at = slot - from_slot

    def by_slot(weights: np.ndarray) -> np.ndarray:
        return np.bincount(at, weights=weights, minlength=slots).reshape(count, _SLOTS)

    value, covered = by_slot(quantity), by_slot(length) / PEAK_US
    estimated = by_slot(np.where(short.estimated[owner], quantity, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(covered >= PEAK_COVERAGE, value / covered * _SLOTS, -np.inf)
    peak = rate.max(axis=1)
    coverage = covered.sum(axis=1) / _SLOTS
    return {
        "value": np.where(coverage > 0, value.sum(axis=1), np.nan),
        "coverage": np.minimum(coverage, 1.0),
        "peak": np.where(np.isfinite(peak), peak, np.nan),
        "estimated": estimated.sum(axis=1),
        "unplaced": np.zeros(count),
        "unplaced_from": np.full(count, np.nan),
    }


def _put_unplaced(table: dict[str, np.ndarray], long: Intervals, first: int) -> None:
    """Put what a gap is known to hold on the hour in which it ends."""
    count = len(table["unplaced"])
    at = (long.end - 1) // HOUR_US - first
    inside = (at >= 0) & (at < count)
    np.add.at(table["unplaced"], at[inside], long.quantity[inside])
    np.fmin.at(table["unplaced_from"], at[inside], long.start[inside] / 1e6)


def _midnights(index: pd.Index, zone: ZoneInfo) -> np.ndarray:
    """Return every local midnight around an index [µs since 1970]."""
    local = pd.DatetimeIndex([index[0], index[-1]]).tz_convert(zone).tz_localize(None).normalize()
    days = pd.date_range(local[0], local[1] + pd.Timedelta(days=1), freq="D")
    return instants_us(
        days.tz_localize(zone, ambiguous=True, nonexistent="shift_forward").tz_convert("UTC")
    )
