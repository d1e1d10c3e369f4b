"""A point is read from its line as it was written, whatever its names hold."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RejectedMessage
from ingest.decoders.line_protocol import point_of
from ingest.decoders.registry import decode

names = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_characters="\\\x7f"),
    min_size=1,
    max_size=8,
)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63), 2**64 - 1)


def escaped(name: str, signs: str = ",= ") -> str:
    return "".join(f"\\{sign}" if sign in signs else sign for sign in name)


def written(value: float | int | bool | str) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value}i" if isinstance(value, int) else repr(value)


@given(
    names.filter(lambda name: name[0] != "#" and "=" not in name),
    st.dictionaries(names, names, max_size=3),
    st.dictionaries(names, numbers | st.booleans() | st.text('abc \\",=', max_size=6), min_size=1),
)
def test_a_line_gives_back_what_was_written_in_it(
    measurement: str, tags: dict[str, str], fields: dict[str, float | int | bool | str]
) -> None:
    line = escaped(measurement, ", ")
    line += "".join(f",{escaped(name)}={escaped(value)}" for name, value in tags.items())
    line += " " + ",".join(f"{escaped(name)}={written(value)}" for name, value in fields.items())
    point = point_of(f"{line} 1768893300")
    assert point.series.measurement == measurement
    assert dict(point.series.tags) == tags
    assert point.fields == {
        name: float(value) if type(value) is int else value for name, value in fields.items()
    }
    assert point.time == datetime(2026, 1, 20, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "m", "m ", "m,t= e=1", "m,=a e=1", "m e=", "m =1", 'm e="1', "m e=1 e", "m e=1 1 1",
        "m e=NaN", "m e=1x", ",t=a e=1", "m e=1 " + "9" * 40, "m e=1,",
    ],
)  # fmt: skip
def test_a_line_of_another_form_is_refused(line: str) -> None:
    with pytest.raises(RejectedMessage):
        point_of(line)


@pytest.mark.parametrize("part", ["\\", ",a=b", "a=1,", '"', " ", "\\ ", "=", "m,a=b "])
def test_a_line_made_to_be_slow_is_not(part: str) -> None:
    started = time.perf_counter()
    for line in (part * 30_000, "m " + part * 30_000, "m,a=" + part * 30_000):
        with pytest.raises(RejectedMessage):
            decode("telegraf/a/b", line.encode())
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("tags", "device"),
    [
        (",host=passerelle", "m,host=passerelle"),
        (",host=passerelle,name=tgbt", "m,name=tgbt"),
        (",name=tgbt,building=mairie,unit=kWh", "m,building=mairie,name=tgbt"),
        ("", "m"),
    ],
)
def test_a_series_is_named_by_the_tags_that_tell_it_apart(tags: str, device: str) -> None:
    decoded = decode("telegraf/a/b", f"m{tags} energy_kwh=1".encode())
    assert [reading.device for reading in decoded.readings] == [device]


def test_an_iotawatt_posts_the_energy_of_an_interval_and_no_index() -> None:
    (reading,) = decode("iotawatt/a", b"cuisine kWh=0.25 1768893300").readings
    assert reading.accumulation == "delta"


def test_an_iotawatt_that_sends_in_bulk_tells_how_long_its_interval_is() -> None:
    lines = b"a kWh=0.25 1768893300\nb kWh=0.5 1768893300\na kWh=0.25 1768893310\n"
    assert [r.duration_s for r in decode("iotawatt/a", lines).readings] == [10.0, 10.0, 10.0]
    assert decode("iotawatt/a", b"a kWh=0.25 1768893300").readings[0].duration_s == 0.0


def test_an_iotawatt_whose_clock_was_set_in_between_tells_no_interval() -> None:
    lines = b"a kWh=0.25 37\na kWh=0.25 1768893300"
    assert [r.duration_s for r in decode("iotawatt/a", lines).readings] == [0.0, 0.0]
