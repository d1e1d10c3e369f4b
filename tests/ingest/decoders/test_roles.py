"""What is counted once: the registers whose sum is the device's, and no others."""

import json
from pathlib import Path

import pytest

from ingest.decoders.decoded import Role
from ingest.decoders.registry import decode

PAYLOADS = Path(__file__).parents[2] / "payloads"


def registers(name: str, role: Role) -> list[str]:
    case = json.loads((PAYLOADS / f"{name}.json").read_text())
    payload = case["payload"]
    text = payload if isinstance(payload, str) else json.dumps(payload)
    decoded = decode(case["topic"], text.encode())
    return [reading.register for reading in decoded.readings if reading.role is role]


@pytest.mark.parametrize(
    ("name", "total", "live"),
    [
        ("tasmota/plug", ["Total"], ["Power"]),
        ("tasmota/three_phase_meter",
         [f"Total[{n}]" for n in range(3)], [f"Power[{n}]" for n in range(3)]),
        ("tasmota/two_tariffs", ["Total"], ["Power"]),
        ("tasmota/linky_historique", ["HCHC", "HCHP"], ["Power"]),
        ("tasmota/linky_standard", ["EAST"], []),
        ("tasmota/linky_meter_and_contract", ["EAST"], ["METER.W"]),
        ("tasmota/linky_meter_beside_energy", ["EAST"], ["METER.W"]),
        ("tasmota/linky_standard_texts", ["EAST"], []),
        ("tasmota/sml_unit_in_names", ["SML.total_kwh"], ["SML.curr_w"]),
        ("teleinfo2mqtt/bare_labels", ["HCHC", "HCHP"], []),
        ("plain/linky_index", ["HCHC"], []),
        ("tasmota/status_8", ["Total"], ["Power", "DS18B20-1.Temperature"]),
        ("shelly/gen1_emeter_total", ["emeter/0/total"], []),
        ("shelly/gen1_emeter_returned", [], []),
        ("shelly/gen1_info",
         ["emeter/0/total", "emeter/1/total"], ["emeter/0/power", "emeter/1/power"]),
        ("shelly/gen1_plug_info", ["relay/0/energy"], ["relay/0/power"]),
        ("shelly/gen2_answer", ["emdata:0.total_act"], []),
        ("shelly/gen2_pulses_beside_power", ["switch:0.aenergy.total"], ["switch:0.apower"]),
        ("shelly/gen2_three_phase", ["emdata:0.total_act"], ["em:0.total_act_power"]),
        ("shelly/gen2_switch_status", ["switch:0.aenergy.total"], ["switch:0.apower"]),
        ("zigbee2mqtt/plug", ["energy"], ["power"]),
        ("zigbee2mqtt/three_phase_meter", ["energy"], ["power", "power_phase_b", "power_phase_c"]),
        ("zigbee2mqtt/zlinky_standard", ["current_summ_delivered"], []),
        ("zigbee2mqtt/zlinky_historique",
         ["current_tier1_summ_delivered", "current_tier2_summ_delivered"], []),
        ("zigbee2mqtt/zipulses_gas", ["energy"], []),
        ("teleinfo2mqtt/historique_hc", ["HCHC", "HCHP"], []),
        ("teleinfo2mqtt/standard", ["EAST"], []),
        ("chirpstack/water_meter", ["volume_m3"], ["temperature"]),
        ("ttn/water_meter", ["water_total_l"], []),
        ("ttn/adeunis_linky", ["HCHC", "HCHP"], []),
        ("ttn/adeunis_pme_pmi", ["EAP_s.HPH"], []),
        ("chirpstack/v3_object_json", ["volume_m3"], ["temperature"]),
        ("chirpstack/milesight_plug", ["power_consumption"], ["active_power"]),
        ("chirpstack/milesight_phases_in_kwh", ["ch1_sumkwh", "ch2_sumkwh", "ch3_sumkwh"], []),
        ("chirpstack/milesight_twelve_clamps", [], ["temperature"]),
        ("chirpstack/milesight_newer_plug", [], ["electric_power"]),
        ("chirpstack/numbers_as_data", [], ["activePowerL123"]),
        ("chirpstack/watteco_three_phase",
         ["positive_active_energy_abc"], ["positive_active_power_abc"]),
        ("chirpstack/watteco_first_codec",
         ["sum_positive_active_energy_Wh"], ["positive_active_power_W"]),
        ("chirpstack/watteco_linky", ["EAST"], []),
        ("liveobjects/fifo", ["active_energy"], ["active_power"]),
        ("victron/grid_energy", ["Ac/Energy/Forward"], []),
        ("victron/grid_returned", [], []),
        ("tasmota/sml_meter", ["MT681.Total_in"], ["MT681.Power_curr"]),
        ("shelly/gen3_two_clamps",
         ["em1data:0.total_act_energy", "em1data:1.total_act_energy"], ["em1:0.act_power"]),
        ("zigbee2mqtt/consumed_and_returned", ["active_energy"], ["power"]),
        ("senml/power_and_its_sum", ["power.s"], ["power"]),
        ("wmbusmeters/water_meter", ["total_m3"], []),
        ("wmbusmeters/heat_meter", ["total_energy_consumption_kwh"], ["power_kw"]),
        ("wmbusmeters/electricity_two_tariffs",
         [f"total_energy_consumption_tariff_{n}_kwh" for n in (1, 2)],
         ["current_power_consumption_kw"]),
        ("wmbusmeters/history_beside_the_index", ["total_m3"], []),
        ("rtl_433/plug_meter", ["energy_kWh"], ["power_W"]),
        ("rtl_433/energy_count", ["energy"], ["power"]),
        ("rtl_433/clamps", [], ["power0_W", "power1_W", "power2_W"]),
        ("rtl_433/wireless_mbus", ["inst_volume_0"], []),
        ("emonhub/node_json", ["E1", "E2"], ["P1", "P2", "T1"]),
        ("emonhub/emonpi_json", [], ["power1", "power2", "t1"]),
        ("dsmr_reader/telegram",
         ["electricity_delivered_1", "electricity_delivered_2", "extra_device_delivered"],
         ["electricity_currently_delivered"]),
        ("dsmr_reader/gas_consumption", [], []),
        ("iotawatt/units_as_field", ["kWh"], ["Watts"]),
        ("influx/telegraf_json", ["energy_kwh"], ["power_w"]),
        ("amsreader/list3", ["tPI"], ["P"]),
        ("amsreader/flat", ["tPI"], ["P"]),
    ],
)  # fmt: skip
def test_a_device_counts_each_kilowatt_hour_once(
    name: str, total: list[str], live: list[str]
) -> None:
    assert registers(name, Role.TOTAL) == total
    assert registers(name, Role.LIVE) == live


def test_tempo_adds_up_its_six_indexes() -> None:
    assert len(registers("teleinfo2mqtt/historique_tempo", Role.TOTAL)) == 6


TIERS = ["current_tier1_summ_delivered", "current_tier2_summ_delivered"]


def linky(**labels: object) -> list[str]:
    decoded = decode("zigbee2mqtt/linky", json.dumps(labels).encode())
    return [reading.register for reading in decoded.readings if reading.role is Role.TOTAL]


def test_a_zlinky_whose_converter_added_up_two_tiers_is_not_counted_twice() -> None:
    assert (
        linky(
            current_tarif="HC..",
            current_summ_delivered=30.0,
            current_tier1_summ_delivered=10.0,
            current_tier2_summ_delivered=20.0,
        )
        == TIERS
    )


def test_a_zlinky_that_does_not_say_its_tariff_is_told_by_its_empty_sum() -> None:
    assert (
        linky(
            current_summ_delivered=0,
            current_tier1_summ_delivered=10.0,
            current_tier2_summ_delivered=20.0,
        )
        == TIERS
    )


def test_a_zlinky_that_has_not_told_its_sum_yet_does_not_count_its_tiers_meanwhile() -> None:
    assert linky(current_tier1_summ_delivered=10.0, current_tier2_summ_delivered=20.0) == []


def test_a_zlinky_on_the_base_tariff_counts_its_sum() -> None:
    assert linky(
        current_tarif="BASE", current_summ_delivered=30.0, current_tier1_summ_delivered=0.0
    ) == ["current_summ_delivered"]


def test_the_two_sockets_of_a_plug_are_added_up() -> None:
    decoded = decode("zigbee2mqtt/twin", b'{"power_l1":3,"power_l2":4,"energy_l1":1,"energy_l2":2}')
    roles = {reading.register: reading.role for reading in decoded.readings}
    assert roles == {
        "power_l1": Role.LIVE,
        "power_l2": Role.LIVE,
        "energy_l1": Role.TOTAL,
        "energy_l2": Role.TOTAL,
    }


@pytest.mark.parametrize("ends", [("left", "right"), ("1", "2"), ("top", "bottom")])
def test_outlets_are_added_up_whatever_they_are_called(ends: tuple[str, str]) -> None:
    payload = {f"{name}_{end}": 1 for name in ("power", "energy") for end in ends}
    roles = [r.role for r in decode("zigbee2mqtt/x", json.dumps(payload).encode()).readings]
    assert roles == [Role.LIVE, Role.LIVE, Role.TOTAL, Role.TOTAL]

    beside = decode("zigbee2mqtt/x", json.dumps({"energy": 2, **payload}).encode()).readings
    totals = [reading.register for reading in beside if reading.role is Role.TOTAL]
    assert totals == ["energy"]


def test_phases_beside_their_total_are_its_shares() -> None:
    decoded = decode(
        "zigbee2mqtt/tgbt", b'{"power":12,"power_phase_a":3,"power_phase_b":4,"power_phase_c":5}'
    )
    live = [reading.register for reading in decoded.readings if reading.role is Role.LIVE]
    assert live == ["power"]


def test_two_words_for_one_volume_are_not_added_up() -> None:
    payload = {"deviceInfo": {"devEui": "1"}, "object": {"volume_m3": 1.5, "volume_l": 1500}}
    decoded = decode("application/1/device/1/event/up", json.dumps(payload).encode())
    assert [reading.role for reading in decoded.readings] == [Role.TOTAL, Role.OTHER]
