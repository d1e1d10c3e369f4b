"""A stored register's name says all that a reader of the store must know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.registers import Accumulation, Quantity, register_meaning, register_name

POSSIBLE = [
    (Quantity.ENERGY, Accumulation.CUMULATIVE),
    (Quantity.ENERGY, Accumulation.DELTA),
    (Quantity.VOLUME, Accumulation.CUMULATIVE),
    (Quantity.VOLUME, Accumulation.DELTA),
    (Quantity.POWER, Accumulation.INSTANTANEOUS),
    (Quantity.APPARENT_POWER, Accumulation.INSTANTANEOUS),
    (Quantity.CARBON_INTENSITY, Accumulation.INSTANTANEOUS),
    (Quantity.TEMPERATURE, Accumulation.INSTANTANEOUS),
]


@given(st.sampled_from(POSSIBLE), st.text(min_size=1))
def test_a_name_gives_back_what_it_was_made_of(
    kind: tuple[Quantity, Accumulation], own_name: str
) -> None:
    meaning = register_meaning(register_name(*kind, own_name))
    assert (meaning.quantity, meaning.accumulation) == kind


@given(st.sampled_from(Quantity), st.sampled_from(Accumulation))
def test_a_state_is_never_accumulated_and_an_index_never_instantaneous(
    quantity: Quantity, accumulation: Accumulation
) -> None:
    if (quantity, accumulation) in POSSIBLE:
        assert register_name(quantity, accumulation, "x").endswith(".x")
    else:
        with pytest.raises(ValueError, match="never"):
            register_name(quantity, accumulation, "x")


@pytest.mark.parametrize("name", ["energy", "energy.", "beers.x", "power_delta.x", ""])
def test_a_name_without_meaning_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        register_meaning(name)
