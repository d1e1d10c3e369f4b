"""Telegraf and whatever else publishes InfluxDB's line protocol, or Telegraf's JSON.

The device is the series. A field is known by its name, as those of LoRaWAN
codecs are; one called `value` by the name of its measurement, or by a tag
`unit`.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Family, Reader
from ingest.decoders.gathering import Gathering
from ingest.decoders.json_body import parse_object
from ingest.decoders.line_protocol import Point, first_line_of, is_line, lines_of, point_of
from ingest.decoders.lorawan_fields import gather_fields, kind_by_unit_in_name
from ingest.decoders.series import series_of

NAME = "influx"

_PREFIX = "telegraf/"
_MOST_COMPLAINTS = 20
_CURE = "put it in the field's name, energy_kwh, or in a tag unit"
_BARE_ENERGIES = frozenset(("wh", "kwh", "mwh"))


def claim(topic: str) -> Reader | None:
    """Return the reader of Telegraf's own topics, `telegraf/<host>/<plugin>`."""
    return read if topic.startswith(_PREFIX) else None


def recognise(_topic: str, body: object) -> Reader | None:
    """Return a reader for Telegraf's JSON: one metric, or many as `metrics`."""
    if type(body) is not dict:
        return None
    metrics = body.get("metrics")
    first = metrics[0] if type(metrics) is list and metrics else body
    if type(first) is not dict or type(first.get("name")) is not str:
        return None
    return read if type(first.get("fields")) is dict and "timestamp" in first else None


def recognise_bytes(_topic: str, payload: bytes) -> Reader | None:
    """Return a reader for a text whose first line is a point."""
    return read if is_line(first_line_of(payload)) else None


def read(payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of every point of a message.

    Raises:
        RejectedMessage: It is neither lines nor Telegraf's JSON, or none of its
            numbers is one.
    """
    whole = Gathering("", None)
    is_json = payload.lstrip()[:1] == b"{"
    points = points_of_json(payload, zone, whole) if is_json else points_of_lines(payload, whole)
    for path, point in points:
        found = Gathering(point.series.device, point.time)
        _gather(found, point, path)
        whole.readings += found.readings
        whole.complaints += found.complaints
    del whole.complaints[_MOST_COMPLAINTS:]
    return whole.decoded(NAME)


def points_of_lines(payload: bytes, whole: Gathering) -> Iterator[tuple[str, Point]]:
    """Yield each line with its path; one that cannot be read is complained of.

    Raises:
        RejectedMessage: The payload is no text, or empty.
    """
    lines = lines_of(payload)
    if not lines:
        raise RejectedMessage("the payload is empty", code="not_a_line")
    for place, line in enumerate(lines):
        try:
            yield f"[{place}]", point_of(line)
        except RejectedMessage as rejection:
            whole.complaints.append(f"[{place}]: {rejection.reason}")


def points_of_json(payload: bytes, zone: ZoneInfo, whole: Gathering) -> Iterator[tuple[str, Point]]:
    """Yield each metric of Telegraf's JSON with its path.

    Raises:
        RejectedMessage: It is no JSON object.
    """
    body = parse_object(payload)
    batch = body.get("metrics")
    metrics = batch if type(batch) is list else [body]
    for place, metric in enumerate(metrics):
        path = f"metrics[{place}]." if metrics is batch else ""
        fields = metric.get("fields") if type(metric) is dict else None
        if type(fields) is not dict or type(metric.get("name")) is not str:
            whole.complain(path.rstrip("."), "is no metric with name and fields")
            continue
        tags = metric.get("tags")
        known = tags.items() if type(tags) is dict else ()
        series = series_of(metric["name"], ((name, str(value)[:200]) for name, value in known))
        yield f"{path}fields", Point(series, fields, _taken_at(metric.get("timestamp"), zone))


def _taken_at(stamp: object, zone: ZoneInfo) -> datetime | None:
    if type(stamp) is int:
        return instants.from_sized_epoch(stamp)
    return instants.from_any(stamp, zone, "timestamp")


def _gather(found: Gathering, point: Point, path: str) -> None:
    fields: dict[str, object] = {}
    for name, value in point.fields.items():
        if type(value) is not float and type(value) is not int:
            continue  # texts and truth values tell of a state
        if name == "value" and (kind := kind_by_unit_in_name(point.series.measurement)):
            found.add(kind, name, value, f"{path}.{name}")
        elif name.lower() in _BARE_ENERGIES:
            found.complaints.append(
                f"{path}.{name[:20]} does not say whether it is an index; "
                "call an index energy_kwh or the like"
            )
        else:
            fields[name] = value
    if fields:
        unit = point.series.unit
        gather_fields(found, fields if unit is None else fields | {"unit": unit}, path, cure=_CURE)


FAMILY = Family(NAME, claim, recognise, recognise_bytes)
