"""Line protocol, written directly: the client's `Point` objects cost five times more.

Times are in microseconds, which is all that a `datetime` holds.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time

from domain.indicators import IndicatorValue
from domain.readings import Reading
from storage.frames import NOT_RECEIVED, Floats, Integers
from storage.influx.names import encoded
from storage.instants import microseconds
from storage.ports import ROLLUP_COLUMNS, Step

READING = "reading"
ROLLUP = "rollup"
INDICATOR = "indicator"

ALL_ENERGIES = "all"
"""The commodity tag of an indicator about all energies together; none may be empty."""


UNKNOWN = "unknown"
"""The field of a roll-up that says which columns are unknown: bit n for the nth."""

ALL_UNKNOWN = (1 << len(ROLLUP_COLUMNS)) - 1
"""A row of which nothing is known: it was withdrawn."""


class ReadingLines:
    """Writes readings as lines; remembers the texts that come again and again."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, str], str] = {}
        self._sources: dict[str, str] = {}

    def lines(self, readings: Sequence[Reading]) -> list[str]:
        """Return one line a reading, with every field."""
        return [self._line(r) for r in readings]

    def _line(self, r: Reading) -> str:
        key = (r.meter_id, r.register)
        series = self._series.get(key)
        if series is None:
            series = f"{READING},meter={encoded(r.meter_id)},register={encoded(r.register)}"
            self._series[key] = series
        source = self._sources.get(r.source)
        if source is None:
            source = self._sources[r.source] = encoded(r.source)
        received = NOT_RECEIVED if r.received_at is None else microseconds(r.received_at)
        return (
            f"{series} value={float(r.value)!r},duration_s={float(r.duration_s)!r},"
            f'quality={int(r.quality)}i,source="{source}",received_at={received}i '
            f"{microseconds(r.taken_at)}"
        )


def rollup_lines(
    meter_id: str, step: Step, time_us: Integers, values: Floats, withdrawn_us: Integers
) -> Iterator[str]:
    """Yield one line a row, and one for each row that is no more.

    InfluxDB keeps no NaN, and a field that is not written leaves its old value
    standing. So each row says which of its columns are unknown: one write
    replaces it whole, where deleting first would leave a hole for others to see.
    """
    series = f"{ROLLUP},meter={encoded(meter_id)},step={step.value}"
    for instant, row in zip(time_us.tolist(), values.tolist(), strict=True):
        fields = [
            f"{name}={value!r}"
            for name, value in zip(ROLLUP_COLUMNS, row, strict=True)
            if value == value
        ]
        unknown = sum(1 << place for place, value in enumerate(row) if value != value)
        yield f"{series} {','.join(fields)},{UNKNOWN}={unknown}i {instant}"
    for instant in withdrawn_us.tolist():
        yield f"{series} {UNKNOWN}={ALL_UNKNOWN}i {instant}"


def indicator_line(v: IndicatorValue) -> str:
    """Return an indicator's line; `known` says whether its value is to be believed.

    A value that is no longer known cannot be taken out without deleting the row.
    """
    value = "" if v.value is None else f"value={float(v.value)!r},"
    return (
        f"{INDICATOR},building={encoded(v.building_id)},indicator={v.name.value},"
        f"commodity={v.commodity.value if v.commodity else ALL_ENERGIES},grain={v.grain.value} "
        f'{value}known={v.value is not None},unit="{encoded(v.unit)}",'
        f"coverage={float(v.coverage)!r},estimated_share={float(v.estimated_share)!r} "
        f"{microseconds(day_stamp(v))}"
    )


def day_stamp(v: IndicatorValue) -> datetime:
    """Return the instant under which a local day is kept: its date's midnight in UTC."""
    return datetime.combine(v.first_day, time.min, tzinfo=UTC)
