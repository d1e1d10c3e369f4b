"""Units: each becomes the one we store, and none is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.registers import CANONICAL_UNIT, Quantity
from domain.units import quantity_of, spelled, to_canonical, units_of


@pytest.mark.parametrize(
    ("value", "unit", "quantity", "canonical"),
    [
        (1_000, "Wh", Quantity.ENERGY, 1),
        (3.6e6, "J", Quantity.ENERGY, 1),
        (3.6, "MJ", Quantity.ENERGY, 1),
        (0.5, "MWh", Quantity.ENERGY, 500),
        (60_000, "Wmin", Quantity.ENERGY, 1),
        (845_213, "L", Quantity.VOLUME, 845.213),
        (1, "ccf", Quantity.VOLUME, 2.8316846592),
        (2_500, "W", Quantity.POWER, 2.5),
        (2_500, "VA", Quantity.APPARENT_POWER, 2.5),
        (68, "degF", Quantity.TEMPERATURE, 20),
        (0.052, "kg/kWh", Quantity.CARBON_INTENSITY, 52),
        (293.15, "K", Quantity.TEMPERATURE, 20),
    ],
)
def test_a_value_becomes_the_one_that_is_stored(
    value: float, unit: str, quantity: Quantity, canonical: float
) -> None:
    assert to_canonical(value, unit, quantity) == pytest.approx(canonical)


@pytest.mark.parametrize(
    ("written", "ours"),
    [("m³", "m3"), ("KWH", "kWh"), ("°C", "degC"), ("Cel", "degC"), ("litres", "L"), ("l", "L")],
)
def test_a_unit_is_known_however_it_is_written(written: str, ours: str) -> None:
    assert spelled(written) == ours


def test_milliwatt_hours_are_not_megawatt_hours() -> None:
    assert to_canonical(1, "mWh", Quantity.ENERGY) == pytest.approx(1e-6)
    assert to_canonical(1, "mwh", Quantity.ENERGY) == to_canonical(1, "MWH", Quantity.ENERGY) == 1e3


def test_milliwatts_are_not_megawatts() -> None:
    assert to_canonical(1, "mW", Quantity.POWER) == pytest.approx(1e-6)
    assert to_canonical(1, "MW", Quantity.POWER) == pytest.approx(1e3)


@pytest.mark.parametrize(
    ("unit", "quantity"),
    [
        ("VA", Quantity.POWER),
        ("W", Quantity.APPARENT_POWER),
        ("W", Quantity.ENERGY),
        ("m3", Quantity.ENERGY),
        ("beers", Quantity.VOLUME),
        ("", Quantity.TEMPERATURE),
    ],
)
def test_a_unit_that_does_not_fit_is_refused_with_those_that_do(
    unit: str, quantity: Quantity
) -> None:
    with pytest.raises(ValueError, match=CANONICAL_UNIT[quantity]):
        to_canonical(1, unit, quantity)


@given(st.sampled_from(Quantity), st.data(), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_more_stays_more_in_every_unit(
    quantity: Quantity, data: st.DataObject, less: float, more: float
) -> None:
    unit = data.draw(st.sampled_from(units_of(quantity)))
    less, more = sorted((less, more))
    assert to_canonical(less, unit, quantity) <= to_canonical(more, unit, quantity)
    assert quantity_of(unit) is quantity
