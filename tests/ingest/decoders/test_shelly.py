"""What a Shelly says of inputs, answers and missing probes."""

import json

import pytest

from domain.errors import RejectedMessage
from domain.registers import Accumulation, Quantity
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.registry import decode
from settings.model import MappingField, MappingSettings

COUNTER = json.dumps({"id": 2, "counts": {"total": 48210}, "freq": 0}).encode()


def test_a_pulse_input_is_a_volume_once_somebody_said_what_a_pulse_is_worth() -> None:
    litres = MappingField(
        path="counts.total",
        quantity=Quantity.VOLUME,
        unit="L",
        accumulation=Accumulation.CUMULATIVE,
        scale=10.0,
    )
    mapping = MappingSettings(name="eau", topic="+/status/input:2", fields=(litres,))
    (reading,) = decode("shellyplusuni-e0/status/input:2", COUNTER, mappings=(mapping,)).readings
    assert (reading.device, reading.value) == ("shellyplusuni-e0", 482100.0)


def test_a_button_is_no_counter() -> None:
    assert decode("shellyplus1-e0/status/input:0", b'{"id":0,"state":null}') == Decoded("shelly")


@pytest.mark.parametrize("reading", ["999", "999.0", "-100"])
def test_a_probe_that_is_missing_measures_nothing(reading: str) -> None:
    decoded = decode("shellies/shelly1-A4/ext_temperature/0", reading.encode())
    assert decoded == Decoded("shelly")


def test_a_power_of_999_watts_is_one() -> None:
    (reading,) = decode("shellies/shellyem-A4/emeter/0/power", b"999").readings
    assert (reading.value, reading.role) == (999.0, Role.LIVE)


def test_an_answer_is_the_register_that_the_device_notifies() -> None:
    fields = {"a_act_power": 359.6, "total_act_power": 1078.8}
    said = {
        "src": "shellypro3em-0c",
        "method": "NotifyStatus",
        "params": {"ts": 1768893300.25, "em:0": {"id": 0, **fields}},
    }
    answered = {"id": 3, "src": "shellypro3em-0c", "dst": "x", "result": {"id": 0, **fields}}
    first, second = (
        {
            (r.device, r.register, r.role)
            for r in decode("x/rpc", json.dumps(body).encode()).readings
        }
        for body in (said, answered)
    )
    assert first == second


def test_somebody_elses_error_is_not_taken_for_a_shellys() -> None:
    with pytest.raises(RejectedMessage, match="no decoder knows"):
        decode("machine/erreur", b'{"src": "presse-2", "error": {"code": 4}}')
