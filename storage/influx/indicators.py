"""Indicators in their bucket: one row a (building, name, commodity, grain, first day)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd

from domain.errors import StorageRejected
from domain.indicators import Grain, IndicatorName, IndicatorValue
from domain.meters import Commodity
from domain.periods import Period
from storage.influx import flux
from storage.influx.answers import times_us
from storage.influx.lines import ALL_ENERGIES, INDICATOR, indicator_line
from storage.influx.names import decoded, encoded
from storage.influx.server import InfluxServer, PoisonLines
from storage.instants import instant_of
from storage.refusals import check_indicators, is_nameable

_Identity = tuple[str, str, date]
"""Name, commodity tag and first day, within one building and grain."""


class InfluxIndicators:
    """Writes and reads one bucket of indicators."""

    def __init__(self, server: InfluxServer, bucket: str) -> None:
        self._server = server
        self._bucket = bucket

    def write(self, values: Sequence[IndicatorValue]) -> None:
        """Keep indicators; the same identity again replaces the row."""
        check_indicators(values)
        try:
            self._server.write(self._bucket, [indicator_line(v) for v in values])
        except PoisonLines as error:
            raise StorageRejected(f"indicators: {error}") from error

    def read(
        self,
        building_id: str,
        grain: Grain,
        first: date,
        after_last: date,
        names: Sequence[IndicatorName],
        commodity: Commodity | None,
    ) -> tuple[IndicatorValue, ...]:
        """Return those that start in [first, after_last[; no names: all of them."""
        if after_last <= first:
            return ()
        tags: dict[str, str | Iterable[str]] = {}
        if names:
            tags["indicator"] = [name.value for name in names]
        if commodity is not None:
            tags["commodity"] = commodity.value
        last = after_last - timedelta(days=1)
        found = self._fields(building_id, grain, first, last, tags)
        in_order = sorted(found.items(), key=lambda item: (item[0][2], item[0][0], item[0][1]))
        return tuple(_indicator(building_id, grain, key, fields) for key, fields in in_order)

    def _fields(
        self,
        building_id: str,
        grain: Grain,
        first: date,
        last: date,
        tags: dict[str, str | Iterable[str]],
    ) -> dict[_Identity, dict[str, object]]:
        """Return the fields of each row that starts from `first` to `last`, included."""
        held = flux.within(Period(_midnight(first), _midnight(last) + timedelta(days=1)))
        found: dict[_Identity, dict[str, object]] = {}
        if held is None or not is_nameable(building_id):
            return found
        tags = {"building": encoded(building_id), "grain": grain.value} | tags
        rows = flux.rows(self._bucket, held, _measurement=INDICATOR, **tags)
        columns = ["indicator", "commodity", "_field", "_value"]
        kept = ", ".join(map(flux.text, ["_time", *columns]))
        for frame in self._server.query(f"{rows} |> keep(columns: [{kept}])"):
            for time_us, row in zip(times_us(frame), _cells(frame, columns), strict=True):
                name, commodity, field, value = row
                key = (str(name), str(commodity), instant_of(int(time_us)).date())
                found.setdefault(key, {})[str(field)] = value
        return found


def _cells(frame: pd.DataFrame, columns: list[str]) -> Iterable[tuple[object, ...]]:
    return zip(*(frame[name].tolist() for name in columns), strict=True)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def _indicator(
    building_id: str, grain: Grain, key: _Identity, fields: dict[str, object]
) -> IndicatorValue:
    name, commodity, first_day = key
    value = None if fields.get("known") == "false" else fields.get("value")
    return IndicatorValue(
        building_id=building_id,
        name=IndicatorName(name),
        commodity=None if commodity == ALL_ENERGIES else Commodity(commodity),
        grain=grain,
        first_day=first_day,
        value=None if value is None else float(str(value)),
        unit=decoded(str(fields["unit"])),
        coverage=float(str(fields["coverage"])),
        estimated_share=float(str(fields["estimated_share"])),
    )
