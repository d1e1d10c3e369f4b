"""From the rows of an answer, one field a line, back to readings and frames."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from domain.readings import Quality, Reading
from storage.frames import NOT_RECEIVED, Integers, readings_frame, rollup_frame
from storage.influx.lines import ALL_UNKNOWN, UNKNOWN
from storage.influx.names import decoded
from storage.instants import instant_of
from storage.ports import ROLLUP_COLUMNS

_NOTHING = pd.Series(index=np.empty(0, dtype=np.int64), dtype=np.float64)


def times_us(frame: pd.DataFrame) -> Integers:
    """Return the `_time` of an answer [µs since 1970 UTC]."""
    instants = pd.to_datetime(frame["_time"], format="ISO8601", utc=True)
    return np.asarray(pd.DatetimeIndex(instants).as_unit("us").asi8, dtype=np.int64)


def by_field(frames: Iterable[pd.DataFrame]) -> dict[str, pd.Series]:
    """Return each field's values by time [µs since 1970 UTC], increasing."""
    fields: dict[str, pd.Series] = {}
    for frame in frames:
        values = pd.Series(frame["_value"].to_numpy(), index=times_us(frame))
        for name, part in values.groupby(frame["_field"].to_numpy()):
            fields[str(name)] = part.sort_index()
    return fields


def frame_of_readings(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return readings; a duration or quality that was not sent is the usual one, 0."""
    fields = by_field(frames)
    value = fields.get("value", _NOTHING)

    def beside(name: str, usual: int) -> pd.Series:
        return fields.get(name, _NOTHING).reindex(value.index, fill_value=usual)

    return readings_frame(
        value.index.to_numpy(dtype=np.int64),
        value.to_numpy(dtype=np.float64),
        beside("duration_s", 0).to_numpy(dtype=np.float64),
        beside("quality", Quality.VALID).to_numpy(dtype=np.int64),
        beside("received_at", NOT_RECEIVED).to_numpy(dtype=np.int64),
    )


def frame_of_rollups(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return roll-ups; a field that is not there, or said to be unknown, is NaN."""
    fields = by_field(frames)
    every_time = [series.index.to_numpy(dtype=np.int64) for series in fields.values()]
    time_us = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *every_time]))
    unknown = fields.get(UNKNOWN, _NOTHING).reindex(time_us, fill_value=0).to_numpy(dtype=np.int64)
    columns = [
        np.where(
            unknown & (1 << place),
            np.nan,
            fields.get(name, _NOTHING).reindex(time_us).to_numpy(dtype=np.float64),
        )
        for place, name in enumerate(ROLLUP_COLUMNS)
    ]
    there = unknown != ALL_UNKNOWN
    return rollup_frame(time_us[there], [column[there] for column in columns])


def readings_of(frames: Iterable[pd.DataFrame]) -> dict[tuple[str, str], Reading]:
    """Return the one reading of each (meter, register) of an answer."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    taken: dict[tuple[str, str], int] = {}
    for frame in frames:
        columns = (frame["meter"], frame["register"], frame["_field"], frame["_value"])
        for instant, meter, register, field, value in zip(times_us(frame), *columns, strict=True):
            key = (decoded(str(meter)), decoded(str(register)))
            found.setdefault(key, {})[field] = value
            taken[key] = int(instant)
    return {
        key: _reading(key, taken[key], fields) for key, fields in found.items() if "value" in fields
    }


def _reading(key: tuple[str, str], time_us: int, fields: dict[str, object]) -> Reading:
    received = int(str(fields.get("received_at", NOT_RECEIVED)))
    return Reading(
        meter_id=key[0],
        register=key[1],
        taken_at=instant_of(time_us),
        value=float(str(fields["value"])),
        duration_s=float(str(fields.get("duration_s", 0.0))),
        quality=Quality(int(str(fields.get("quality", 0)))),
        source=decoded(str(fields.get("source", ""))),
        received_at=None if received == NOT_RECEIVED else instant_of(received),
    )
