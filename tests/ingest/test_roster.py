"""Who has a session at the broker is known after a power cut and on a full disk."""

import threading
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ConfigError
from ingest.roster import Roster


def test_a_worker_no_longer_wanted_is_known_until_its_session_has_ended(tmp_path: Path) -> None:
    Roster(tmp_path).enter([1, 2, 3])
    roster = Roster(tmp_path)
    roster.enter([1])
    assert roster.beside([1]) == (2, 3)
    roster.strike(3)
    assert Roster(tmp_path).beside([1]) == (2,)


def test_sessions_that_end_at_once_are_all_forgotten(tmp_path: Path) -> None:
    roster = Roster(tmp_path)
    roster.enter(range(9))
    at_once = threading.Barrier(8)

    def end(number: int) -> None:
        at_once.wait(5)
        roster.strike(number)

    ends = [threading.Thread(target=end, args=(number,)) for number in range(1, 9)]
    for ending in ends:
        ending.start()
    for ending in ends:
        ending.join(5)
    assert Roster(tmp_path).beside([]) == (0,)


@pytest.mark.parametrize("left", ["", "\0" * 20, '{"work', "[]", '{"workers": ["x"]}'])
def test_what_a_power_cut_left_of_the_file_does_not_keep_ingest_from_starting(
    tmp_path: Path, left: str, caplog: pytest.LogCaptureFixture
) -> None:
    Roster(tmp_path).enter([0, 1, 2])
    for folder in ("spool", "worker-1", "worker-2", "worker-old"):
        (tmp_path / folder).mkdir()
    (tmp_path / "workers.json").write_text(left)
    roster = Roster(tmp_path)
    assert roster.beside([1]) == (0, 2)
    assert "workers.json is damaged" in caplog.text
    roster.enter([1])
    caplog.clear()
    assert Roster(tmp_path).beside([1]) == (0, 2)
    assert not caplog.records


def test_a_full_disk_is_asked_for_no_room_when_nothing_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Roster(tmp_path).enter([1, 2])

    usual = Path.open

    def full(path: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
        if "w" in mode:
            raise OSError(28, "No space left on device")
        return usual(path, mode, *args, **more)

    monkeypatch.setattr(Path, "open", full)
    Roster(tmp_path).enter([1])
    with pytest.raises(ConfigError, match=r"workers\.json cannot be written \(No space left"):
        Roster(tmp_path).enter([3])


def test_a_file_that_nobody_lets_us_read_is_for_the_operator(tmp_path: Path) -> None:
    (tmp_path / "workers.json").mkdir()
    with pytest.raises(ConfigError, match=r"workers\.json cannot be read"):
        Roster(tmp_path)
