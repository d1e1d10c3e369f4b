"""Sessions outlive a restart, and their key is nobody else's to read."""

import stat
from pathlib import Path

import pytest

from domain.errors import ConfigError
from zaindu.session_key import FILE_NAME, session_key


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = session_key(None, tmp_path / "data")
    second = session_key(None, tmp_path / "data")

    assert first == second
    assert len(first) >= 48
    assert stat.S_IMODE((tmp_path / "data" / FILE_NAME).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE_NAME]


def test_a_key_cut_off_by_a_crash_is_made_again(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()

    assert len(session_key(None, tmp_path)) >= 48


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="32 characters"):
        session_key("short", tmp_path)


def test_a_given_key_is_taken_and_nothing_is_written(tmp_path: Path) -> None:
    assert session_key("k" * 32, tmp_path) == "k" * 32
    assert list(tmp_path.iterdir()) == []
