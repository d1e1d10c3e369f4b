"""`zaindu decode`: what would be made of these messages, one JSON line for each."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded, DecodedReading
from ingest.decoders.json_body import JsonObject, kind_of, parse_object
from ingest.decoders.memory import Memory
from ingest.decoders.registry import PARIS, Decoders
from settings.model import MappingSettings

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_FURTHEST = timedelta(days=3653)


def decode_lines(
    lines: Iterable[bytes],
    mappings: Sequence[MappingSettings] = (),
    naive_zone: ZoneInfo = PARIS,
) -> Iterator[bytes]:
    """Yield one JSON line, without its line feed, for each line that is not blank.

    What a line announces is known to the lines after it.

    Args:
        lines: `{"topic": …, "payload": text}`; `payload_b64` or `payload_hex` for what is no text.
        mappings: The `[[mappings]]` of a configuration.
        naive_zone: The zone of local times that come without an offset.
    """
    decoders = Decoders(mappings, naive_zone, memory=Memory())
    for line in lines:
        if line.strip():
            yield orjson.dumps(_answer(decoders, line))


def _answer(decoders: Decoders, line: bytes) -> JsonObject:
    family = None
    try:
        topic, payload = _message(line)
        family = decoders.family_of(topic, payload)
        decoded = decoders.decode(topic, payload)
        _check_dates(decoded)
    except RejectedMessage as rejection:
        return {"family": family, "readings": [], "rejected": rejection.reason}
    return {
        "family": decoded.family,
        "readings": [_as_json(reading) for reading in decoded.readings],
        "rejected": "; ".join(decoded.complaints) or None,
    }


def _message(line: bytes) -> tuple[str, bytes]:
    try:
        body = parse_object(line)
    except RejectedMessage as rejection:
        reason = rejection.reason.replace("the payload", "the line", 1)
        raise RejectedMessage(reason) from None
    topic = body.get("topic")
    if not isinstance(topic, str):
        raise RejectedMessage(f"the line's topic is {kind_of(topic)}, not a text")
    return topic, _payload(body)


def _payload(body: JsonObject) -> bytes:
    payload = body.get("payload")
    try:
        if "payload_b64" in body:
            return base64.b64decode(body["payload_b64"], validate=True)
        if "payload_hex" in body:
            return bytes.fromhex(body["payload_hex"])
    except (TypeError, ValueError, binascii.Error) as error:
        raise RejectedMessage("the line's payload is not base64 or hexadecimal") from error
    if payload is None and body.get("payloadlen") == 0:
        return b""  # how mosquitto_sub -F %j writes an empty message
    if isinstance(payload, str):
        return payload.encode()
    if isinstance(payload, dict | list):
        return orjson.dumps(payload)  # pasted as it is, not as a text
    raise RejectedMessage(f"the line's payload is {kind_of(payload)}, not a text")


def _check_dates(decoded: Decoded) -> None:
    """Refuse dates that ingest would not believe whenever the message came.

    Ingest also refuses what is dated a few minutes after its reception; a line
    does not say when its message was received.
    """
    latest = datetime.now(UTC) + _FURTHEST
    for reading in decoded.readings:
        if reading.time is not None and not _EARLIEST <= reading.time <= latest:
            raise RejectedMessage(f"it is dated {reading.time:%Y-%m-%d %H:%M} UTC", code="bad_time")


def _as_json(reading: DecodedReading) -> JsonObject:
    time = reading.time
    return {
        "device": reading.device,
        "register": reading.register,
        "quantity": reading.quantity.value,
        "value": reading.value,
        "unit": reading.unit,
        "accumulation": reading.accumulation.value,
        "time": None if time is None else time.isoformat().replace("+00:00", "Z"),
        "path": reading.path,
    }
