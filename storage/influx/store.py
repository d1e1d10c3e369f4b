"""The `ReadingStore` of an InfluxDB 2."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import numpy as np
import pandas as pd

from domain.errors import StorageRejected
from domain.indicators import Grain, IndicatorName, IndicatorValue
from domain.meters import Commodity
from domain.periods import Period
from domain.readings import Reading
from storage.frames import instants_us, rollup_rows
from storage.influx import answers, flux
from storage.influx.indicators import InfluxIndicators
from storage.influx.lines import READING, ROLLUP, ReadingLines, rollup_lines
from storage.influx.names import encoded
from storage.influx.server import Buckets, InfluxServer, PoisonLines
from storage.instants import microseconds
from storage.ports import Step
from storage.refusals import check_name, is_nameable, part_refused, reject_when_any

_BATCH = 10_000
_RAW_SHARD_DAYS, _ROLLUP_SHARD_DAYS, _INDICATORS_SHARD_DAYS = 28, 182, 364
# Most readings have the usual quality and no duration: zeros are not worth sending.
_FIELDS_READ = """
sent = (tables=<-) => tables |> keep(columns: ["_time", "_field", "_value"])
rows() |> filter(fn: (r) => r._field == "value") |> sent() |> yield(name: "value")
rows() |> filter(fn: (r) => r._field == "received_at") |> sent() |> yield(name: "received_at")
rows() |> filter(fn: (r) => r._field == "quality") |> filter(fn: (r) => r._value != 0)
    |> sent() |> yield(name: "quality")
rows() |> filter(fn: (r) => r._field == "duration_s") |> filter(fn: (r) => r._value != 0.0)
    |> sent() |> yield(name: "duration_s")
"""
_LOWER_BOUND = re.compile(r"Retention Policy Lower Bound at (\S+)")


class InfluxStore:
    """A `ReadingStore` in three buckets of one organisation."""

    def __init__(
        self, *, url: str, org: str, token: str, buckets: Buckets, timeout_s: float = 10.0
    ) -> None:
        self._server = InfluxServer(url=url, org=org, token=token, timeout_s=timeout_s)
        self._buckets = buckets
        self._lines = ReadingLines()
        self._indicators = InfluxIndicators(self._server, buckets.indicators)

    def prepare(self) -> None:
        """Create the buckets that are missing; those that exist keep their retention."""
        b = self._buckets
        for name, retention_days, shard_days in (
            (b.raw, b.raw_retention_days, _RAW_SHARD_DAYS),
            (b.rollup, b.rollup_retention_days, _ROLLUP_SHARD_DAYS),
            (b.indicators, b.indicators_retention_days, _INDICATORS_SHARD_DAYS),
        ):
            if not self._server.has_bucket(name):
                self._server.create_bucket(name, retention_days, shard_days)

    def ping(self) -> None:
        """Return when the server answers and takes our token."""
        self._server.has_bucket(self._buckets.raw)

    def close(self) -> None:
        """Release connections."""
        self._server.close()

    def write(self, readings: Sequence[Reading]) -> None:
        """Keep readings, some thousands a request; see `ReadingStore.write`."""
        kept, refused = part_refused(readings)
        reason = "a name that no store can keep"
        for first in range(0, len(kept), _BATCH):
            batch = kept[first : first + _BATCH]
            try:
                self._server.write(self._buckets.raw, self._lines.lines(batch))
            except PoisonLines as error:
                reason = str(error)
                refused += tuple(self._write_the_rest(batch, reason))
        reject_when_any(refused, reason)

    def _write_the_rest(self, readings: Sequence[Reading], reason: str) -> list[Reading]:
        """Keep the readings of a refused batch that can be; return the others."""
        if len(readings) == 1:
            return list(readings)
        refused, parts = _apart(readings, reason)
        for part in parts:
            try:
                self._server.write(self._buckets.raw, self._lines.lines(part))
            except PoisonLines as error:
                refused += self._write_the_rest(part, str(error))
        return refused

    def read(self, meter_id: str, register: str, period: Period) -> pd.DataFrame:
        """Return the readings taken in `period`."""
        return answers.frame_of_readings(self._raw(meter_id, register, period, _FIELDS_READ))

    def last_before(self, meter_id: str, register: str, instant: datetime) -> Reading | None:
        """Return the newest reading taken before `instant`, or None."""
        return self._one(meter_id, register, Period(flux.EARLIEST, _held(instant)), "last")

    def first_from(self, meter_id: str, register: str, instant: datetime) -> Reading | None:
        """Return the oldest reading taken at `instant` or after, or None."""
        return self._one(meter_id, register, Period(_held(instant), flux.LATEST), "first")

    def _one(self, meter_id: str, register: str, period: Period, pick: str) -> Reading | None:
        frames = self._raw(meter_id, register, period, f"rows() |> {pick}()")
        return next(iter(answers.readings_of(frames).values()), None)

    def _raw(
        self, meter_id: str, register: str, period: Period, then: str
    ) -> Sequence[pd.DataFrame]:
        held = flux.within(period)
        if held is None or not is_nameable(meter_id) or not is_nameable(register):
            return ()
        tags = {"meter": encoded(meter_id), "register": encoded(register)}
        rows = flux.rows(self._buckets.raw, held, _measurement=READING, **tags)
        return self._server.query(f"rows = () => {rows}\n{then}")

    def registers_of(self, meter_id: str) -> tuple[str, ...]:
        """Return the registers that a meter ever reported, sorted."""
        return tuple(sorted(register for _, register in self.latest([meter_id])))

    def latest(self, meter_ids: Iterable[str]) -> dict[tuple[str, str], Reading]:
        """Return the newest reading of every register of the meters."""
        meters = [encoded(meter_id) for meter_id in meter_ids if is_nameable(meter_id)]
        if not meters:
            return {}
        always = Period(flux.EARLIEST, flux.LATEST)
        rows = flux.rows(self._buckets.raw, always, _measurement=READING, meter=meters)
        return answers.readings_of(self._server.query(f"{rows} |> last()"))

    def write_rollup(self, meter_id: str, step: Step, period: Period, frame: pd.DataFrame) -> None:
        """Replace a meter's roll-up over `period` by `frame`, in one write."""
        check_name(meter_id)
        time_us, values = rollup_rows(frame, period)
        before_us = instants_us(self.read_rollup(meter_id, step, period))
        withdrawn_us = np.setdiff1d(before_us, time_us)
        try:
            lines = list(rollup_lines(meter_id, step, time_us, values, withdrawn_us))
            self._server.write(self._buckets.rollup, lines)
        except PoisonLines as error:
            raise StorageRejected(f"roll-up of {meter_id!r}: {error}") from error

    def read_rollup(self, meter_id: str, step: Step, period: Period) -> pd.DataFrame:
        """Return the rows whose start falls in `period`."""
        held = flux.within(period)
        frames: Sequence[pd.DataFrame] = ()
        if held is not None and is_nameable(meter_id):
            tags = {"meter": encoded(meter_id), "step": step.value}
            rows = flux.rows(self._buckets.rollup, held, _measurement=ROLLUP, **tags)
            frames = self._server.query(f'{rows} |> keep(columns: ["_time", "_field", "_value"])')
        return answers.frame_of_rollups(frames)

    def write_indicators(self, values: Sequence[IndicatorValue]) -> None:
        """Keep indicators; the same identity again replaces the row."""
        self._indicators.write(values)

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
        return self._indicators.read(building_id, grain, first, after_last, names, commodity)


def _held(instant: datetime) -> datetime:
    return min(max(instant, flux.EARLIEST), flux.LATEST)


def _apart(
    readings: Sequence[Reading], reason: str
) -> tuple[list[Reading], Sequence[Sequence[Reading]]]:
    """Return the readings of a refused batch that are lost, and parts to try again.

    When the bucket says how far back it keeps, that settles all the old ones
    at once; otherwise halves close in on what it refuses.
    """
    bound = _LOWER_BOUND.search(reason)
    oldest = microseconds(pd.Timestamp(bound.group(1)).to_pydatetime(warn=False)) if bound else None
    if oldest is not None:
        lost = [r for r in readings if microseconds(r.taken_at) <= oldest]
        if lost:
            return lost, [[r for r in readings if microseconds(r.taken_at) > oldest]]
    half = len(readings) // 2
    return [], (readings[:half], readings[half:])
