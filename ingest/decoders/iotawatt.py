"""IoTaWatt's InfluxDB uploader, relayed to topics under `iotawatt/`.

An IoTaWatt posts by HTTP; a relay such as Telegraf brings its lines to MQTT.
Its energies are those of one posting interval, not indexes, and its stamps are
when the interval began. How long it was is known where a message brings two or
more (*bulk send*); else each is taken as used since the one before. Which unit
a line has is only known where the uploader is told to write it: `$units` as
field key, in the measurement or in a tag.
"""

import re
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.registers import Accumulation, Quantity
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Family, Reader
from ingest.decoders.gathering import Gathering, Kind, apparent, power
from ingest.decoders.influx import points_of_lines
from ingest.decoders.line_protocol import Point

NAME = "iotawatt"

_PREFIX = "iotawatt/"
_LONGEST_NAME = 120
_MOST_COMPLAINTS = 20

_LONGEST_POSTING_S = 86_400.0
"""Two stamps further apart are those of a clock that was set in between."""


def _energy_of_interval(unit: str) -> Kind:
    return Kind(Quantity.ENERGY, unit, Accumulation.DELTA, Role.TOTAL)


_UNITS: dict[str, Kind | None] = {
    "watts": power("W", Role.LIVE),
    "kw": power("kW", Role.LIVE),
    "va": apparent("VA"),
    "wh": _energy_of_interval("Wh"),
    "kwh": _energy_of_interval("kWh"),
    **dict.fromkeys(("volts", "amps", "vah", "hz", "pf", "var", "varh")),
}
"""As the uploader writes them; None: of no interest here."""

_HEAP = "heap"


def claim(topic: str) -> Reader | None:
    """Return the reader of `iotawatt/<anything>`."""
    return read if topic.startswith(_PREFIX) else None


def recognise(_topic: str, _body: object) -> Reader | None:
    """Recognise nothing: its lines look like everybody's."""
    return None


def read(payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Return the readings of every line.

    Raises:
        RejectedMessage: It is no text, or no line can be read.
    """
    if not payload:
        return Decoded(NAME)
    whole = Gathering("", None)
    for path, point in points_of_lines(payload, whole):
        found = Gathering(point.series.device, point.time)
        _gather(found, point, path)
        whole.readings += found.readings
        whole.complaints += found.complaints
    del whole.complaints[_MOST_COMPLAINTS:]
    _measure_intervals(whole)
    return whole.decoded(NAME)


def _measure_intervals(whole: Gathering) -> None:
    times = sorted({reading.time for reading in whole.readings if reading.time is not None})
    if len(times) > 1:
        interval_s = min((later - earlier).total_seconds() for earlier, later in pairwise(times))
        if interval_s > _LONGEST_POSTING_S:
            return
        whole.readings = [
            reading._replace(duration_s=interval_s)
            if reading.accumulation is Accumulation.DELTA
            else reading
            for reading in whole.readings
        ]


def _gather(found: Gathering, point: Point, path: str) -> None:
    for name, value in point.fields.items():
        for word in (name, *(tag[1] for tag in point.series.tags), point.series.measurement):
            unit = _unit_in(word) if len(word) <= _LONGEST_NAME else None
            if unit is not None:
                break
        else:
            if point.series.measurement != _HEAP:
                found.complain(
                    f"{path}.{name}", "names no unit; make $units the uploader's field key"
                )
            continue
        kind = _UNITS[unit]
        if kind is not None:
            found.add(kind, name, value, f"{path}.{name}")


@lru_cache(maxsize=1024)
def _unit_in(word: str) -> str | None:
    """Return the unit that a word is, or ends in: `kWh`, `solar.kWh`."""
    last = re.split(r"[._ ]", word)[-1].lower()
    return last if last in _UNITS else None


FAMILY = Family(NAME, claim, recognise)
