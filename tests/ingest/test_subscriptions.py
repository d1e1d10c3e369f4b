import os
import time
from pathlib import Path

from ingest.subscriptions import Subscriptions


def test_an_absence_between_two_runs_is_told_by_the_age_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    assert Subscriptions(file, "s").away_s == float("inf")
    Subscriptions(file, "s").begin(["tele/#"], is_kept=False)
    an_hour_ago = time.time() - 3600
    os.utime(file, (an_hour_ago, an_hour_ago))
    assert 3590 < Subscriptions(file, "s").away_s < 3700


def test_an_absence_while_we_run_is_told_by_no_clock_that_somebody_sets(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    subscriptions = Subscriptions(file, "s")
    subscriptions.begin(["tele/#"], is_kept=False)
    os.utime(file, (0, 0))  # as a clock set forward by decades makes it look
    subscriptions.leave(ago_s=60)
    assert 60 <= subscriptions.away_s < 70
