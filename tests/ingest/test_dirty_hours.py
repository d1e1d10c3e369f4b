from datetime import timedelta

import pytest

from ingest.dirty_hours import DirtyHours
from tests.ingest.conftest import NOON


def _hours(after_noon_s: float, duration_s: float) -> list[int]:
    dirty = DirtyHours()
    dirty.touch("meter", NOON + timedelta(seconds=after_noon_s), duration_s)
    return [hour.hour for _, hour in dirty.marks()]


@pytest.mark.parametrize(
    ("after_noon_s", "duration_s", "hours"),
    [
        (0, 0, [12]),
        (3599, 0, [12]),
        (3600, 0, [13]),
        (1800, 1800, [12]),
        (1800, 1801, [12, 13]),
        (0, 3 * 3600, [12, 13, 14]),
    ],
)
def test_a_reading_touches_the_hours_it_speaks_of(
    after_noon_s: float, duration_s: float, hours: list[int]
) -> None:
    assert _hours(after_noon_s, duration_s) == hours


def test_the_same_hour_is_marked_once_a_meter() -> None:
    dirty = DirtyHours()
    for minute in range(60):
        dirty.touch("a", NOON + timedelta(minutes=minute), 0.0)
        dirty.touch("b", NOON + timedelta(minutes=minute), 0.0)
    assert dirty.marks() == [("a", NOON), ("b", NOON)]
