"""Which register of a file feeds which meter, so that nothing is counted twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.errors import ConfigError
from domain.imports import ImportWish
from domain.meters import Commodity, Meter, Source
from domain.readings import Reading
from domain.registers import Accumulation, Quantity
from domain.sites import Building, Portfolio
from ingest.importers.feeding import Plan, plan
from ingest.importers.series import Counts, Series
from ingest.importers.tallies import Tally
from storage.embedded import EmbeddedStore

DAY = datetime(2026, 1, 1, tzinfo=UTC)
PRM = "09876543210987"
SCHOOL = Building(id="school", name="School", floor_area_m2=1000.0)
MAIN = Meter(id="main", building_id="school", name="Main", commodity=Commodity.ELECTRICITY)
ROOF = replace(MAIN, id="roof", commodity=Commodity.SOLAR_PRODUCTION)
GAS = replace(MAIN, id="gas", commodity=Commodity.NATURAL_GAS, cadence=timedelta(days=1))
WATER = replace(MAIN, id="water", commodity=Commodity.WATER)
OUTSIDE = replace(MAIN, id="outside", commodity=Commodity.OUTDOOR_TEMPERATURE)


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    opened = EmbeddedStore(tmp_path / "readings.sqlite")
    opened.prepare()
    return opened


def tally(
    register: str,
    unit: str = "kWh",
    accumulation: Accumulation = Accumulation.DELTA,
    *,
    step_s: float = 1800,
    counts: Counts = Counts.UNSAID,
    point: str = PRM,
    quantity: Quantity = Quantity.ENERGY,
) -> Tally:
    """A register with four values."""
    length = step_s if accumulation is Accumulation.DELTA else 0
    series = Series(
        point=point,
        register=register,
        quantity=quantity,
        unit=unit,
        accumulation=accumulation,
        counts=counts,
        time_us=np.arange(4) * 1_800_000_000 + 1_767_225_600_000_000,
        value=np.ones(4),
        duration_s=np.full(4, float(length)),
        quality=np.zeros(4, dtype=np.int8),
    )
    made = Tally.of(series, "", ZoneInfo("Europe/Paris"))
    made.add(series)
    return made


def index(register: str, point: str = PRM) -> Tally:
    return tally(register, "Wh", Accumulation.CUMULATIVE, point=point)


def volume(register: str, accumulation: Accumulation = Accumulation.DELTA) -> Tally:
    return tally(
        register, "m3", accumulation, quantity=Quantity.VOLUME, step_s=86400, counts=Counts.TOTAL
    )


def planned(store: EmbeddedStore, tallies: Sequence[Tally], *meters: Meter, **wish: object) -> Plan:
    portfolio = Portfolio(buildings=(SCHOOL,), meters=meters)
    return plan(tallies, portfolio, ImportWish(**wish), store)  # type: ignore[arg-type]


def fed(made: Plan) -> dict[str, list[tuple[str, str]]]:
    """Return (meter, stored register) by the file's register."""
    return {key.register: [(f.meter.id, f.register) for f in made.feeds[key]] for key in made.feeds}


def write(
    store: EmbeddedStore, meter: str, register: str, *hours: float, length: float = 0
) -> None:
    store.write(
        [
            Reading(
                meter_id=meter,
                register=register,
                taken_at=DAY + timedelta(hours=hour),
                value=1,
                duration_s=length,
            )
            for hour in hours
        ]
    )


def test_a_load_curve_is_taken_before_days_indexes_and_bills(store: EmbeddedStore) -> None:
    every = [
        tally("EA", "W"),
        tally("EA P1D", "Wh", step_s=86400),
        index("EA T"),
        index("EA D HPH"),
        index("EA F HP"),
        tally("EA FACT T", step_s=2_678_400),
        tally("PMA", "VA", Accumulation.INSTANTANEOUS, quantity=Quantity.APPARENT_POWER),
    ]
    made = planned(store, every, MAIN, meter_id="main")
    assert fed(made) == {"EA": [("main", "energy_delta.file")]}
    assert len(made.notes) == 6
    assert fed(planned(store, every[1:], MAIN, meter_id="main")) == {
        "EA P1D": [("main", "energy_delta.file")]
    }
    assert fed(planned(store, every[2:], MAIN, meter_id="main")) == {
        "EA T": [("main", "energy.file")]
    }
    assert fed(planned(store, every[5:], MAIN, meter_id="main")) == {
        "EA FACT T": [("main", "energy_delta.file")]
    }


def test_classes_of_one_grid_are_added_up_and_not_those_of_both(store: EmbeddedStore) -> None:
    classes = [index("EA D HPH"), index("EA D HCH"), index("EA F HP"), index("EA F HC")]
    assert fed(planned(store, classes, MAIN, meter_id="main")) == {
        "EA D HPH": [("main", "energy.EA D HPH")],
        "EA D HCH": [("main", "energy.EA D HCH")],
    }
    assert len(planned(store, classes[2:], MAIN, meter_id="main").feeds) == 2


def test_bills_by_class_are_those_of_one_grid(store: EmbeddedStore) -> None:
    month_s = 2_678_400
    classes = [tally(f"EA FACT {name}", step_s=month_s) for name in ("F HP", "F HC", "D HPH")]
    assert list(fed(planned(store, classes, MAIN, meter_id="main"))) == ["EA FACT D HPH"]
    made = planned(store, classes[:2], MAIN, meter_id="main")
    assert sorted(fed(made)) == ["EA FACT F HC", "EA FACT F HP"]


def test_what_is_given_back_feeds_the_roof_and_nobody_else(store: EmbeddedStore) -> None:
    both = [tally("EA", "W"), tally("EA PROD", "W")]
    assert fed(planned(store, both, MAIN, meter_id="main")) == {
        "EA": [("main", "energy_delta.file")]
    }
    assert fed(planned(store, both, ROOF, meter_id="roof")) == {
        "EA PROD": [("roof", "energy_delta.file")]
    }
    made = planned(store, [tally("reverse", counts=Counts.EXPORT)], MAIN, meter_id="main")
    assert not made.feeds
    assert "gave back" in next(iter(made.notes.values()))


def test_a_point_finds_the_meters_that_name_it(store: EmbeddedStore) -> None:
    source = Source(family="file", device=PRM.lower(), scale=2.0)
    main, roof = replace(MAIN, source=source), replace(ROOF, source=source)
    other = tally("EA", "W", point="other")
    made = planned(store, [tally("EA", "W"), tally("EA PROD", "W"), other], main, roof)
    assert {key.point for key in made.feeds} == {PRM}
    assert fed(made) == {
        "EA": [("main", "energy_delta.file")],
        "EA PROD": [("roof", "energy_delta.file")],
    }
    assert next(iter(made.feeds.values()))[0].scale == 2.0
    (note,) = made.notes.values()
    assert 'device = "other"' in note
    assert "--meter" in note


def test_a_retired_meter_finds_nothing(store: EmbeddedStore) -> None:
    gone = replace(MAIN, source=Source(family="file", device=PRM), retired=True)
    assert not planned(store, [tally("EA", "W")], gone).feeds


def test_several_points_for_one_meter_must_be_chosen_from(store: EmbeddedStore) -> None:
    two = [tally("EA", "W"), tally("EA", "W", point="other")]
    made = planned(store, two, MAIN, meter_id="main")
    assert not made.feeds
    assert "choose the one of main with --point" in next(iter(made.notes.values()))
    chosen = planned(store, two, MAIN, meter_id="main", points=("OTHER",))
    assert [key.point for key in chosen.feeds] == ["other"]
    both = planned(store, two, MAIN, meter_id="main", points=(PRM, "other"))
    assert [key.point for key in both.feeds] == [PRM]
    assert "takes one point" in next(iter(both.notes.values()))


def test_registers_are_taken_as_somebody_names_them(store: EmbeddedStore) -> None:
    every = [tally("EA", "W"), index("EA D HPH"), index("EA D HCH")]
    one = planned(store, every, MAIN, meter_id="main", registers=("ea d hph",))
    assert fed(one) == {"EA D HPH": [("main", "energy.file")]}
    two = planned(store, every, MAIN, meter_id="main", registers=("EA D HPH", "EA D HCH"))
    assert len(two.feeds) == 2
    mixed = planned(store, every, MAIN, meter_id="main", registers=("EA", "EA D HCH"))
    assert "different kinds" in " ".join(mixed.notes.values())
    none = planned(store, every, MAIN, meter_id="main", registers=("EAST",))
    assert "no register 'EAST'" in " ".join(none.notes.values())


def test_registers_that_could_all_be_meant_are_not_guessed(store: EmbeddedStore) -> None:
    two = [tally("delivered", counts=Counts.TOTAL), tally("delivered 02", counts=Counts.TOTAL)]
    made = planned(store, two, MAIN, meter_id="main")
    assert not made.feeds
    assert "--register" in " ".join(made.notes.values())


def test_the_commodity_decides_between_energy_and_volume(store: EmbeddedStore) -> None:
    gas = [tally("energie", step_s=86400, counts=Counts.TOTAL), volume("volume_brut")]
    assert list(fed(planned(store, gas, GAS, meter_id="gas"))) == ["energie"]
    assert list(fed(planned(store, gas, WATER, meter_id="water"))) == ["volume_brut"]
    made = planned(store, gas, OUTSIDE, meter_id="outside")
    assert "never counts energy, volume" in " ".join(made.notes.values())


def test_gas_that_is_counted_by_volume_goes_on_by_volume(store: EmbeddedStore) -> None:
    pulses = Source(family="zigbee2mqtt", device="gaz")
    by_volume = replace(GAS, kwh_pcs_per_m3=11.2, source=pulses)
    gas = [tally("energie", step_s=86400, counts=Counts.TOTAL), volume("volume_brut")]
    assert list(fed(planned(store, gas, by_volume, meter_id="gas"))) == ["volume_brut"]
    made = planned(store, gas[:1], by_volume, meter_id="gas")
    assert "cubic metres" in " ".join(made.notes.values())
    named = planned(store, gas, by_volume, meter_id="gas", registers=("energie",))
    assert not named.feeds
    from_files = replace(by_volume, source=Source(family="file", device=PRM))
    for unfed in (replace(by_volume, source=None), from_files):
        assert list(fed(planned(store, gas, unfed, meter_id="gas"))) == ["energie"]
    write(store, "gas", "volume.gaz", 0, 1)
    assert list(fed(planned(store, gas, GAS, meter_id="gas"))) == ["volume_brut"]
    write(store, "gas", "energy_delta.file", 0, length=3600)
    assert list(fed(planned(store, gas, by_volume, meter_id="gas"))) == ["energie"]
    volumes = planned(store, gas[1:], by_volume, meter_id="gas")
    assert "would not be counted" in " ".join(volumes.notes.values())


def test_the_carbon_of_the_grid_goes_beside_an_electricity_meter(store: EmbeddedStore) -> None:
    carbon = tally(
        "taux_co2",
        "g/kWh",
        Accumulation.INSTANTANEOUS,
        quantity=Quantity.CARBON_INTENSITY,
        counts=Counts.TOTAL,
        point="France",
    )
    made = planned(store, [carbon], MAIN, meter_id="main")
    assert fed(made) == {"taux_co2": [("main", "carbon_intensity.taux_co2")]}
    assert not planned(store, [carbon], GAS, meter_id="gas").feeds


def test_days_for_a_meter_expected_every_minute_are_warned_of(store: EmbeddedStore) -> None:
    days = [tally("EA P1D", step_s=86400)]
    made = planned(store, days, MAIN, meter_id="main")
    assert any("cadence_s to 86400" in remark for remark in made.remarks)
    live = replace(MAIN, source=Source(family="shelly", device="tgbt"))
    (told,) = planned(store, days, live, meter_id="main").remarks
    assert told.endswith("totals will be right, hours unknown")
    slow = replace(MAIN, cadence=timedelta(days=1))
    assert planned(store, days, slow, meter_id="main").remarks == []


def test_a_meters_own_index_is_said_to_rule_from_its_first_day(store: EmbeddedStore) -> None:
    write(store, "main", "energy.EAST", 1, 3)
    made = planned(store, [tally("EA", "W")], MAIN, meter_id="main")
    assert made.remarks == [
        "from 2026-01-01 01:00 UTC on main follows its own index: what the file tells after that "
        "is kept, and not counted"
    ]


def test_of_a_file_that_ends_where_a_meters_own_index_begins_nothing_is_said(
    store: EmbeddedStore,
) -> None:
    write(store, "main", "energy.EAST", 2, 3)
    assert planned(store, [tally("EA", "W")], MAIN, meter_id="main").remarks == []


def test_a_meter_that_is_not_there_is_named_with_the_nearest(store: EmbeddedStore) -> None:
    with pytest.raises(ConfigError, match="did you mean 'main'"):
        planned(store, [tally("EA", "W")], MAIN, meter_id="mian")


@pytest.mark.parametrize(
    ("begins", "said"),
    [
        (None, "annexe is a main meter of school as well and has no reading"),
        (timedelta(days=40), "annexe is a main meter of school as well and begins on 2026-02-10"),
        (timedelta(0), ""),
    ],
    ids=["no reading", "begins later", "begins with it"],
)
def test_another_main_meter_without_that_past_is_named_for_the_total_needs_it(
    store: EmbeddedStore, begins: timedelta | None, said: str
) -> None:
    annexe = replace(MAIN, id="annexe")
    lighting = replace(MAIN, id="lighting", parent_id="main")
    if begins is not None:
        reading = Reading(
            meter_id="annexe",
            register="energy.1",
            taken_at=DAY + begins,
            value=1,
            duration_s=0,
            source="mqtt",
        )
        store.write([reading])
    meters = (MAIN, annexe, lighting, GAS)
    remarks = planned(store, [tally("EA")], *meters, meter_id="main").remarks
    assert [remark[: len(said)] for remark in remarks] == ([said] if said else [])
    assert planned(store, [tally("EA")], *meters, meter_id="lighting").remarks == []


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "set its cadence_s to 86400 to spread them"), (30, "neither their days nor their hours")],
)
def test_days_can_be_spread_over_their_hours_and_months_cannot(
    store: EmbeddedStore, days: int, said: str
) -> None:
    long = tally("energie", step_s=days * 86_400, counts=Counts.TOTAL)
    (remark,) = planned(store, [long], MAIN, meter_id="main").remarks
    assert remark.endswith(said)
