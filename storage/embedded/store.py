"""The `ReadingStore` of one SQLite file."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from domain.indicators import Grain, IndicatorName, IndicatorValue
from domain.meters import Commodity
from domain.periods import Period
from domain.readings import Quality, Reading
from storage.embedded.interning import Interned
from storage.embedded.schema import MIGRATIONS, STEP_NUMBERS
from storage.embedded.sqlite_file import SqliteFile
from storage.frames import NOT_RECEIVED, readings_frame, rollup_frame, rollup_rows
from storage.instants import instant_of, microseconds
from storage.ports import Step
from storage.refusals import (
    check_indicators,
    check_name,
    is_nameable,
    part_refused,
    reject_when_any,
)

_READINGS = "SELECT time, value, duration_s, quality, received FROM reading WHERE series = ?"
_ONE_READING = """
    SELECT time, value, duration_s, quality, source.name, received
    FROM reading JOIN source ON source.id = reading.source WHERE series = ?
"""
_ROLLUPS = """
    SELECT time, value, coverage, peak, estimated, unplaced, unplaced_from FROM rollup
    WHERE meter = ? AND step = ? AND time >= ? AND time < ? ORDER BY time
"""
_INDICATORS = """
    SELECT name, commodity, first_day, value, unit, coverage, estimated_share FROM indicator
    WHERE building = ? AND grain = ? AND first_day >= ? AND first_day < ?
    ORDER BY first_day, name, commodity
"""


class EmbeddedStore:
    """A `ReadingStore` in one file, safe across threads and processes."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, MIGRATIONS)
        self._series = Interned(self._file, "series", ("meter", "register"))
        self._sources = Interned(self._file, "source", ("name",))
        self._meters = Interned(self._file, "meter", ("name",))

    def prepare(self) -> None:
        """Create or upgrade the file."""
        self._file.prepare()

    def ping(self) -> None:
        """Return when the file can be read."""
        with self._file.reading() as connection:
            self._file.check_present()
            connection.execute("SELECT 1 FROM series LIMIT 1").fetchone()

    def close(self) -> None:
        """Close the connections."""
        self._file.close()

    def write(self, readings: Sequence[Reading]) -> None:
        """Keep readings in one transaction; see `ReadingStore.write`."""
        kept, refused = part_refused(readings)
        if kept:
            series = self._series.number((r.meter_id, r.register) for r in kept)
            sources = self._sources.number((r.source,) for r in kept)
            rows = [
                (
                    series[r.meter_id, r.register],
                    microseconds(r.taken_at),
                    r.value,
                    r.duration_s,
                    int(r.quality),
                    sources[(r.source,)],
                    NOT_RECEIVED if r.received_at is None else microseconds(r.received_at),
                )
                for r in kept
            ]
            with self._file.writing() as connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?, ?, ?, ?)", rows
                )
        reject_when_any(refused, "a name that no store can keep")

    def read(self, meter_id: str, register: str, period: Period) -> pd.DataFrame:
        """Return the readings taken in `period`."""
        bounds = (microseconds(period.start), microseconds(period.end))
        with self._file.reading() as connection:
            series = self._series.find(connection, (meter_id, register))
            rows = connection.execute(
                f"{_READINGS} AND time >= ? AND time < ? ORDER BY time", (series, *bounds)
            ).fetchall()
        time, value, duration_s, quality, received = zip(*rows, strict=True) if rows else ((),) * 5
        return readings_frame(
            np.array(time, dtype=np.int64),
            np.array(value, dtype=np.float64),
            np.array(duration_s, dtype=np.float64),
            np.array(quality, dtype=np.int64),
            np.array(received, dtype=np.int64),
        )

    def last_before(self, meter_id: str, register: str, instant: datetime) -> Reading | None:
        """Return the newest reading taken before `instant`, or None."""
        return self._one(meter_id, register, "time < ? ORDER BY time DESC", instant)

    def first_from(self, meter_id: str, register: str, instant: datetime) -> Reading | None:
        """Return the oldest reading taken at `instant` or after, or None."""
        return self._one(meter_id, register, "time >= ? ORDER BY time", instant)

    def _one(self, meter_id: str, register: str, where: str, instant: datetime) -> Reading | None:
        with self._file.reading() as connection:
            series = self._series.find(connection, (meter_id, register))
            row = connection.execute(
                f"{_ONE_READING} AND {where} LIMIT 1", (series, microseconds(instant))
            ).fetchone()
        return None if row is None else _reading(meter_id, register, row)

    def registers_of(self, meter_id: str) -> tuple[str, ...]:
        """Return the registers that a meter ever reported, sorted."""
        if not is_nameable(meter_id):
            return ()
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT register FROM series WHERE meter = ? AND EXISTS"
                " (SELECT 1 FROM reading WHERE series = series.id) ORDER BY register",
                (meter_id,),
            ).fetchall()
        return tuple(row[0] for row in rows)

    def latest(self, meter_ids: Iterable[str]) -> dict[tuple[str, str], Reading]:
        """Return the newest reading of every register of the meters."""
        newest: dict[tuple[str, str], Reading] = {}
        with self._file.reading() as connection:
            for meter_id in filter(is_nameable, meter_ids):
                series = connection.execute(
                    "SELECT id, register FROM series WHERE meter = ?", (meter_id,)
                ).fetchall()
                for number, register in series:
                    row = connection.execute(
                        f"{_ONE_READING} ORDER BY time DESC LIMIT 1", (number,)
                    ).fetchone()
                    if row is not None:
                        newest[meter_id, register] = _reading(meter_id, register, row)
        return newest

    def write_rollup(self, meter_id: str, step: Step, period: Period, frame: pd.DataFrame) -> None:
        """Replace a meter's roll-up over `period` by `frame`."""
        check_name(meter_id)
        time_us, values = rollup_rows(frame, period)
        meter = self._meters.number([(meter_id,)])[(meter_id,)]
        span = (meter, STEP_NUMBERS[step], microseconds(period.start), microseconds(period.end))
        rows = [
            (*span[:2], time, *row)
            for time, row in zip(time_us.tolist(), values.tolist(), strict=True)
        ]
        with self._file.writing() as connection:
            connection.execute(
                "DELETE FROM rollup WHERE meter = ? AND step = ? AND time >= ? AND time < ?", span
            )
            # SQLite keeps a NaN as NULL.
            connection.executemany("INSERT INTO rollup VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def read_rollup(self, meter_id: str, step: Step, period: Period) -> pd.DataFrame:
        """Return the rows whose start falls in `period`."""
        bounds = (microseconds(period.start), microseconds(period.end))
        with self._file.reading() as connection:
            meter = self._meters.find(connection, (meter_id,))
            rows = connection.execute(_ROLLUPS, (meter, STEP_NUMBERS[step], *bounds)).fetchall()
        time, *columns = zip(*rows, strict=True) if rows else ((),) * 7
        return rollup_frame(
            np.array(time, dtype=np.int64), [np.array(c, dtype=np.float64) for c in columns]
        )

    def write_indicators(self, values: Sequence[IndicatorValue]) -> None:
        """Keep indicators; the same identity again replaces the row."""
        check_indicators(values)
        rows = [
            (
                v.building_id,
                v.grain,
                v.first_day.isoformat(),
                v.name,
                v.commodity or "",
                v.value,
                v.unit,
                v.coverage,
                v.estimated_share,
            )
            for v in values
        ]
        if rows:
            with self._file.writing() as connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO indicator VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
                )

    def read_indicators(
        self,
        building_id: str,
        grain: Grain,
        first: date,
        after_last: date,
        names: Sequence[IndicatorName] = (),
        commodity: Commodity | None = None,
    ) -> tuple[IndicatorValue, ...]:
        """Return those that start in [first, after_last[; no names: all of them."""
        if not is_nameable(building_id):
            return ()
        with self._file.reading() as connection:
            rows = connection.execute(
                _INDICATORS, (building_id, grain, first.isoformat(), after_last.isoformat())
            ).fetchall()
        return tuple(
            IndicatorValue(
                building_id=building_id,
                name=IndicatorName(name),
                commodity=Commodity(of) if of else None,
                grain=grain,
                first_day=date.fromisoformat(day),
                value=value,
                unit=unit,
                coverage=coverage,
                estimated_share=estimated_share,
            )
            for name, of, day, value, unit, coverage, estimated_share in rows
            if (not names or name in names) and (commodity is None or of == commodity)
        )


def _reading(meter_id: str, register: str, row: tuple[int, float, float, int, str, int]) -> Reading:
    time, value, duration_s, quality, source, received = row
    return Reading(
        meter_id=meter_id,
        register=register,
        taken_at=instant_of(time),
        value=value,
        duration_s=duration_s,
        quality=Quality(quality),
        source=source,
        received_at=None if received == NOT_RECEIVED else instant_of(received),
    )
