"""What an operator maps is read before anything built in."""

import json
from datetime import UTC, datetime

import pytest

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.json_paths import find, steps_of
from ingest.decoders.registry import decode
from settings.model import MappingSettings


def table(**changes: object) -> MappingSettings:
    settings = {
        "name": "onduleur",
        "topic": "toit/+/etat",
        "time_path": "t",
        "time_unit": "s",
        "fields": (
            {
                "path": "ac.energie[0].total",
                "register": "total",
                "quantity": "energy",
                "unit": "Wh",
                "accumulation": "cumulative",
                "scale": 10.0,
            },
            {
                "path": "ac.p",
                "register": "p",
                "quantity": "power",
                "unit": "W",
                "accumulation": "instantaneous",
            },
        ),
    }
    return MappingSettings.model_validate(settings | changes, strict=False)


BODY = {"id": "sud", "t": 1768893300, "ac": {"energie": [{"total": 1234.5}], "p": "812.5"}}


def read(body: object, published: str = "toit/sainte-claire/etat", **changes: object) -> Decoded:
    return decode(published, json.dumps(body).encode(), mappings=(table(**changes),))


def test_numbers_are_found_where_the_operator_says() -> None:
    decoded = read(BODY)
    energy, power = decoded.readings
    assert decoded.family == "mapping:onduleur"
    assert (energy.register, energy.value, energy.unit, energy.path) == (
        "total", 12345.0, "Wh", "ac.energie[0].total",
    )  # fmt: skip
    assert energy.role is Role.TOTAL
    assert (power.value, power.role) == (812.5, Role.LIVE)
    assert energy.time == datetime(2026, 1, 20, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "device"),
    [
        ({"device": "toit-sainte-claire"}, "toit-sainte-claire"),
        ({"device_path": "id"}, "sud"),
        ({}, "sainte-claire"),
        ({"topic": "toit/sainte-claire/etat"}, "onduleur"),
        ({"topic": "toit/#"}, "sainte-claire/etat"),
    ],
)
def test_the_device_is_told_by_the_table_the_payload_or_the_topic(
    changes: dict[str, object], device: str
) -> None:
    assert read(BODY, **changes).readings[0].device == device


@pytest.mark.parametrize("topic", ["toit/a/b/etat", "toit/etat", "cave/a/etat"])
def test_a_topic_beside_the_pattern_is_not_read(topic: str) -> None:
    with pytest.raises(RejectedMessage, match="no decoder knows"):
        read(BODY, topic)


def test_a_mapping_comes_before_what_is_built_in() -> None:
    payload = b'{"Time":"2026-01-20T07:15:30","t":1768893300,"ac":{"p":1}}'
    decoded = decode("tele/x/SENSOR", payload, mappings=(table(topic="tele/+/SENSOR"),))
    assert decoded.family == "mapping:onduleur"


def test_a_missing_number_is_named_and_its_sibling_kept() -> None:
    decoded = read({"t": 1768893300, "ac": {"p": 3}})
    assert decoded.complaints == ("there is no ac.energie[0].total",)
    assert [reading.register for reading in decoded.readings] == ["p"]


@pytest.mark.parametrize("time", [None, "hier", True, {}, 1e300])
def test_a_message_whose_time_cannot_be_read_is_refused(time: object) -> None:
    with pytest.raises(RejectedMessage):
        read(BODY | {"t": time})


def test_naive_times_are_in_the_zone_of_the_table() -> None:
    body = BODY | {"t": "2026-01-20T07:15:00"}
    decoded = read(body, time_unit="iso", time_zone="Europe/Paris")
    assert decoded.readings[0].time == datetime(2026, 1, 20, 6, 15, tzinfo=UTC)


def test_a_plain_number_is_mapped_by_an_empty_path() -> None:
    fields = ({"path": "", "quantity": "volume", "unit": "L", "accumulation": "cumulative"},)
    decoded = decode(
        "eau/index", b"845213", mappings=(table(topic="eau/index", time_path="", fields=fields),)
    )
    assert (decoded.readings[0].value, decoded.readings[0].path) == (845213.0, "")


@pytest.mark.parametrize(
    "payload", [b"845213", b'"845213"', b"00845213", b"+845213.0", b" 845213\n"]
)
def test_a_plain_number_is_read_however_a_counter_prints_it(payload: bytes) -> None:
    fields = ({"path": "", "quantity": "volume", "unit": "L", "accumulation": "cumulative"},)
    mapping = table(topic="eau/+", time_path="", fields=fields)
    (reading,) = decode("eau/index", payload, mappings=(mapping,)).readings
    assert (reading.device, reading.value) == ("index", 845213.0)


def test_a_plain_word_is_no_number() -> None:
    fields = ({"path": "", "quantity": "volume", "unit": "L", "accumulation": "cumulative"},)
    mapping = table(topic="eau/index", time_path="", fields=fields)
    with pytest.raises(RejectedMessage, match="not JSON"):
        decode("eau/index", b"indisponible", mappings=(mapping,))


def test_a_path_may_name_a_key_with_dots() -> None:
    assert find({"a.b": [1, {"c": 2}]}, steps_of('["a.b"][-1].c')) == 2


@pytest.mark.parametrize("path", ["a[", "a[x]", "a..b", "."])
def test_a_path_that_cannot_be_read_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="cannot read the path"):
        steps_of(path)
