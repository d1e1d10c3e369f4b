"""The day's curve passes through the hourly means and never beyond them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.curve import path, tangents

heights = st.lists(st.floats(0, 500), min_size=2, max_size=30)


@given(heights)
def test_the_curve_never_overshoots_what_was_measured(values: list[float]) -> None:
    points = [(float(i), v) for i, v in enumerate(values)]
    slopes = tangents(points)
    for i in range(len(points) - 1):
        (_, a), (_, b) = points[i], points[i + 1]
        handles = (a + slopes[i] / 3, b - slopes[i + 1] / 3)
        low, high = min(a, b) - 1e-6, max(a, b) + 1e-6
        assert all(low <= handle <= high for handle in handles)


def test_the_curve_passes_through_every_hour() -> None:
    drawn = path([(0.0, 1.0), (10.0, 5.0), (20.0, 2.0)])
    ends = re.findall(r"([\d.]+ [\d.]+)(?=C|$)", drawn)
    assert ends == ["0.0 1.0", "10.0 5.0", "20.0 2.0"]
