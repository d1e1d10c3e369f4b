from datetime import UTC, datetime, timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from storage.frames import time_index
from storage.instants import EPOCH, instant_of, microseconds

microsecond_counts = st.integers(-(10**16), 10**16)


@given(microsecond_counts)
def test_an_instant_is_its_microseconds_and_back(count: int) -> None:
    assert microseconds(instant_of(count)) == count


def test_the_same_instant_in_another_zone_is_the_same_count() -> None:
    summer = datetime.fromisoformat("2026-07-01T12:00:00.000001+02:00")
    assert microseconds(summer) == microseconds(datetime(2026, 7, 1, 10, 0, 0, 1, tzinfo=UTC))
    assert microseconds(EPOCH - timedelta(microseconds=1)) == -1


def test_a_frame_says_the_same_instants() -> None:
    instants = [EPOCH, datetime(2026, 3, 29, 1, tzinfo=UTC)]
    counts = pd.Series([microseconds(i) for i in instants]).to_numpy()
    assert list(time_index(counts)) == instants
