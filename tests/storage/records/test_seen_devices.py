from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from domain.errors import NotFound
from domain.registers import Accumulation, Quantity, Role
from domain.seen_devices import LONGEST_NAME, MOST_REGISTERS, SeenDevice, SeenRegister
from storage.records import SqlRecords
from storage.records.tables import seen_devices

NOW = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=365)
INDEX = SeenRegister(
    name="volume_m3",
    quantity=Quantity.VOLUME,
    unit="m3",
    accumulation=Accumulation.CUMULATIVE,
    role=Role.TOTAL,
    value=1234.567,
    instants=(NOW - timedelta(minutes=15), NOW),
    path="object.volume_m3",
)
WATER = SeenDevice(
    family="chirpstack",
    device="a840410001828f31",
    topic="application/1/device/a840410001828f31/event/up",
    first_at=NOW - timedelta(minutes=15),
    last_at=NOW,
    messages=2,
    registers=(INDEX,),
    label="Eau de l’école",
)


def _later(device: SeenDevice, minutes: int, value: float) -> SeenDevice:
    at = device.last_at + timedelta(minutes=minutes)
    register = replace(device.registers[0], value=value, instants=(at,))
    return replace(
        device, first_at=at, last_at=at, messages=1, registers=(register,), label="", topic="t"
    )


def test_a_device_comes_back_as_it_was_seen(records: SqlRecords) -> None:
    records.seen_devices.note([WATER])
    assert records.seen_devices.all() == (WATER,)
    assert records.seen_devices.get("chirpstack", "a840410001828f31") == WATER


def test_what_comes_later_is_added_to_what_is_known(records: SqlRecords) -> None:
    records.seen_devices.note([WATER])
    records.seen_devices.note([_later(WATER, 15, 1240.0), _later(WATER, 30, 1250.0)])
    (known,) = records.seen_devices.all()
    assert (known.messages, known.first_at, known.label) == (4, WATER.first_at, WATER.label)
    assert known.last_at == NOW + timedelta(minutes=30)
    assert known.topic == "t"
    assert known.registers[0].value == 1250.0
    assert known.cadence == timedelta(minutes=15)


@pytest.mark.parametrize(
    "left", ["", "[]", '{"registers": [{"name": "x", "quantity": "heat death"}]}']
)
def test_what_another_version_kept_of_a_device_does_not_stop_who_hears_it(
    records: SqlRecords, left: str
) -> None:
    records.seen_devices.note([WATER])
    with records._database.writing() as connection:
        connection.execute(update(seen_devices).values(registers=left))
    assert [device.registers for device in records.seen_devices.all()] == [()]
    records.seen_devices.note([_later(WATER, 15, 1240.0)])
    (known,) = records.seen_devices.all()
    assert (known.messages, known.registers[0].value) == (3, 1240.0)


def test_the_last_heard_comes_first(records: SqlRecords) -> None:
    early = replace(WATER, device="early", last_at=NOW - timedelta(days=1))
    records.seen_devices.note([early, WATER])
    assert [d.device for d in records.seen_devices.all()] == [WATER.device, "early"]


def test_ignoring_outlives_what_comes_later_and_can_be_taken_back(records: SqlRecords) -> None:
    records.seen_devices.note([WATER])
    records.seen_devices.ignore("chirpstack", WATER.device, "maite")
    records.seen_devices.note([_later(WATER, 15, 1240.0)])
    assert records.seen_devices.get("chirpstack", WATER.device).ignored_by == "maite"
    assert records.seen_devices.ignored() == {("chirpstack", WATER.device)}
    records.seen_devices.ignore("chirpstack", WATER.device, "")
    assert records.seen_devices.ignored() == frozenset()


def test_a_device_nobody_saw_is_not_found(records: SqlRecords) -> None:
    with pytest.raises(NotFound):
        records.seen_devices.get("chirpstack", "nobody")
    with pytest.raises(NotFound):
        records.seen_devices.ignore("chirpstack", "nobody", "maite")
    records.seen_devices.forget("chirpstack", "nobody")


def test_a_forgotten_device_is_seen_anew(records: SqlRecords) -> None:
    records.seen_devices.note([WATER])
    records.seen_devices.forget("chirpstack", WATER.device)
    assert records.seen_devices.all() == ()
    records.seen_devices.note([_later(WATER, 15, 1240.0)])
    assert records.seen_devices.get("chirpstack", WATER.device).messages == 1


def test_silent_devices_are_forgotten_but_not_what_somebody_decided(records: SqlRecords) -> None:
    silent = replace(WATER, device="silent", last_at=NOW - timedelta(days=91))
    records.seen_devices.note([silent, replace(silent, device="unwanted"), WATER])
    records.seen_devices.ignore("chirpstack", "unwanted", "maite")
    assert records.seen_devices.prune(NOW - timedelta(days=90), 1000) == 1
    assert {d.device for d in records.seen_devices.all()} == {WATER.device, "unwanted"}


def test_made_up_names_do_not_push_a_real_device_out(records: SqlRecords) -> None:
    flood = [
        replace(WATER, device=f"made-up-{n}", messages=1, last_at=NOW + timedelta(seconds=n))
        for n in range(450)
    ]
    records.seen_devices.note([WATER])
    records.seen_devices.note(flood)
    assert records.seen_devices.prune(LONG_AGO, 10) == 441
    kept = {d.device for d in records.seen_devices.all()}
    assert kept == {WATER.device, *(f"made-up-{n}" for n in range(441, 450))}


def test_what_one_device_says_is_bounded(records: SqlRecords) -> None:
    registers = [replace(INDEX, name=f"r{n}", path="p" * 100) for n in range(500)]
    wordy = replace(WATER, registers=tuple(registers), topic="t" * 60_000, label="l" * 60_000)
    records.seen_devices.note([wordy, replace(wordy, device="d" * (LONGEST_NAME + 1))])
    (kept,) = records.seen_devices.all()
    assert len(kept.registers) == MOST_REGISTERS
    assert len(kept.topic) == 500
    assert len(kept.label) == LONGEST_NAME


def test_names_that_are_not_text_are_kept_all_the_same(records: SqlRecords) -> None:
    odd = replace(INDEX, name="half a \ud83d", path="a\x00b")
    for _ in range(2):
        records.seen_devices.note([replace(WATER, device="a\x00\ud83d", registers=(odd,))])
    (kept,) = records.seen_devices.all()
    assert kept.device == "a\N{REPLACEMENT CHARACTER}?"
    assert kept.messages == 4
    assert kept.registers[0].name == "half a ?"
    records.seen_devices.forget("chirpstack", "a\x00\ud83d")
    assert records.seen_devices.all() == ()
