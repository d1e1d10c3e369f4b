import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors_sim.noise import draw, normal, smooth, stream, uniform

instants = st.lists(st.integers(0, 4_000_000_000), min_size=1, max_size=30)
periods = st.sampled_from([75.0, 3600.0, 86_400.0, 1_000_000.0])


@given(instants, periods)
def test_chance_is_the_same_whatever_was_asked_before(epochs: list[int], period_s: float) -> None:
    together = smooth(7, np.array(epochs, dtype=np.int64), period_s)
    alone = [smooth(7, np.array([e], dtype=np.int64), period_s)[0] for e in epochs]
    assert together.tolist() == alone


def test_draws_fill_their_range_evenly() -> None:
    drawn = uniform(stream(1, "even"), np.arange(20_000, dtype=np.int64))
    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0
    shares = np.histogram(drawn, bins=10, range=(0, 1))[0] / len(drawn)
    assert shares == pytest.approx(0.1, abs=0.01)


def test_a_wandering_curve_keeps_its_mean_and_deviation() -> None:
    every_10_min = np.arange(0, 3 * 365 * 86_400, 600, dtype=np.int64)
    curve = smooth(stream(1, "curve"), every_10_min, 86_400.0)
    assert float(curve.mean()) == pytest.approx(0.0, abs=0.1)
    assert float(curve.std()) == pytest.approx(1.0, abs=0.1)
    assert float(np.abs(np.diff(curve)).max()) < 0.1


def test_streams_of_other_names_and_seeds_have_nothing_in_common() -> None:
    k = np.arange(5000, dtype=np.int64)
    one, other, third = (
        normal(stream(seed, name), k) for seed, name in ((1, "a"), (1, "b"), (2, "a"))
    )
    assert abs(float(np.corrcoef(one, other)[0, 1])) < 0.05
    assert abs(float(np.corrcoef(one, third)[0, 1])) < 0.05
    assert draw(stream(1, "a"), 3) != draw(stream(1, "b"), 3)
