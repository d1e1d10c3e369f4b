"""What is known of a sum when each of its parts is known so far and no further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.sums_expected import ExpectedPart, dead_band_of_sum


def _part(expected: float, dead_band: float, errors: list[float]) -> ExpectedPart:
    return ExpectedPart(
        expected=expected, dead_band=dead_band, errors=dict(enumerate(errors, start=1000))
    )


UP_AND_DOWN = [1.0, -1.0] * 10
IN_PAIRS = [1.0, 1.0, -1.0, -1.0] * 5


def test_buildings_that_err_together_are_known_no_better_than_one() -> None:
    parts = [_part(100, 0.1, UP_AND_DOWN), _part(100, 0.1, [3 * e for e in UP_AND_DOWN])]
    assert dead_band_of_sum(parts, 0.03) == pytest.approx(0.1)


def test_buildings_whose_errors_have_nothing_in_common_even_out() -> None:
    parts = [_part(100, 0.1, UP_AND_DOWN), _part(100, 0.1, IN_PAIRS)]
    assert dead_band_of_sum(parts, 0.03) == pytest.approx(0.1 / 2**0.5)


def test_errors_never_tried_on_the_same_days_are_taken_to_go_together() -> None:
    parts = [_part(100, 0.1, UP_AND_DOWN), _part(100, 0.1, [])]
    assert dead_band_of_sum(parts, 0.03) == pytest.approx(0.1)


def test_a_sum_of_nothing_has_no_band() -> None:
    assert dead_band_of_sum([], 0.03) is None


errors = st.lists(st.floats(-50, 50), min_size=0, max_size=30)
parts = st.lists(
    st.builds(_part, st.floats(1, 1e6), st.floats(0.03, 0.5), errors), min_size=1, max_size=5
)


@given(parts)
def test_a_sum_is_never_surer_than_the_floor_nor_less_sure_than_its_worst_part(
    parts: list[ExpectedPart],
) -> None:
    band = dead_band_of_sum(parts, 0.03)
    assert band is not None
    assert 0.03 <= band <= max(part.dead_band for part in parts) + 1e-9
