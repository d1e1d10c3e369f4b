import io
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import ConfigError
from domain.messages import RawMessage
from ingest import spool_records
from ingest.spool import Spool
from tests.ingest.conftest import NOON

ROOM = 1_000_000


class OpenSpool(Protocol):
    def __call__(
        self, folder: Path, *, max_bytes: int = ROOM, segment_bytes: int = 10_000
    ) -> Spool: ...


@pytest.fixture
def open_spool() -> Iterator[OpenSpool]:
    """Opens spools and closes them at the end, as the process's own end would."""
    with ExitStack() as opened:

        def start(folder: Path, *, max_bytes: int = ROOM, segment_bytes: int = 10_000) -> Spool:
            spool = Spool(folder, max_bytes=max_bytes, segment_bytes=segment_bytes)
            opened.callback(spool.close)
            return spool

        yield start


def _messages(first: int, number: int) -> list[RawMessage]:
    return [
        RawMessage(f"tele/{n}/SENSOR", b"x" * 20 + str(n).encode(), NOON + timedelta(seconds=n))
        for n in range(first, first + number)
    ]


def _drained(spool: Spool, limit: int = 7) -> list[RawMessage]:
    drained: list[RawMessage] = []
    while batch := spool.peek(limit):
        drained += batch
        spool.drop_peeked()
    return drained


def test_what_is_spooled_comes_back_in_order_and_whole(
    tmp_path: Path, open_spool: OpenSpool
) -> None:
    spool = open_spool(tmp_path)
    assert spool.append(_messages(0, 10))
    assert spool.append([RawMessage("é/…", b"\x00\xff", NOON, retained=True)])
    assert len(spool) == 11
    drained = _drained(spool)
    assert drained == [*_messages(0, 10), RawMessage("é/…", b"\x00\xff", NOON, retained=True)]
    assert len(spool) == 0
    assert spool.size_bytes == 0


@given(
    st.lists(
        st.builds(
            RawMessage,
            topic=st.text(max_size=30),
            payload=st.binary(max_size=200),
            received_at=st.datetimes().map(lambda naive: naive.replace(tzinfo=NOON.tzinfo)),
            retained=st.booleans(),
            queued=st.booleans(),
            repeated=st.booleans(),
            mid=st.just(0),  # it means nothing any more
        ),
        max_size=20,
    ),
    st.integers(min_value=1, max_value=6),
)
@settings(max_examples=40, deadline=None)
def test_any_messages_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, messages: list[RawMessage], limit: int
) -> None:
    spool = Spool(tmp_path_factory.mktemp("spool"), max_bytes=ROOM, segment_bytes=150)
    for start in range(0, len(messages), 3):
        assert spool.append(messages[start : start + 3])
    assert _drained(spool, limit) == messages
    spool.close()


def test_what_was_looked_at_and_not_dropped_comes_again_after_a_crash(
    tmp_path: Path, open_spool: OpenSpool
) -> None:
    spool = open_spool(tmp_path)
    spool.append(_messages(0, 10))
    spool.peek(4)
    spool.drop_peeked()
    spool.peek(4)
    spool.close()
    again = open_spool(tmp_path)
    assert len(again) == 6
    assert _drained(again) == _messages(4, 6)


@pytest.mark.parametrize("torn_bytes", [1, 5, 9, 30, 47])
def test_a_torn_last_record_costs_nothing_but_itself(
    tmp_path: Path, open_spool: OpenSpool, torn_bytes: int
) -> None:
    spool = open_spool(tmp_path)
    spool.append(_messages(0, 5))
    spool.close()
    segment = next(tmp_path.glob("*.spool"))
    os.truncate(segment, segment.stat().st_size - torn_bytes)
    again = open_spool(tmp_path)
    assert len(again) == 4
    again.append(_messages(10, 2))
    assert _drained(again) == [*_messages(0, 4), *_messages(10, 2)]
    assert again.unreadable == 0
    assert not list(tmp_path.glob("*.spool"))


def test_a_torn_record_alone_does_not_keep_its_file(tmp_path: Path, open_spool: OpenSpool) -> None:
    spool = open_spool(tmp_path)
    spool.append(_messages(0, 5))
    spool.close()
    segment = next(tmp_path.glob("*.spool"))
    os.truncate(segment, segment.stat().st_size - 9)
    again = open_spool(tmp_path)
    again.peek(10)
    again.drop_peeked()
    assert not list(tmp_path.glob("*.spool"))


def test_a_tail_of_zeros_left_by_a_power_cut_is_not_read(
    tmp_path: Path, open_spool: OpenSpool
) -> None:
    spool = open_spool(tmp_path)
    spool.append(_messages(0, 3))
    spool.close()
    with next(tmp_path.glob("*.spool")).open("ab") as file:
        file.write(bytes(100))
    again = open_spool(tmp_path)
    assert _drained(again, limit=100) == _messages(0, 3)
    assert len(again) == 0


def _write_over(folder: Path, start: int, damage: bytes) -> None:
    segment = next(folder.glob("*.spool"))
    stood = segment.read_bytes()
    segment.write_bytes(stood[:start] + damage + stood[start + len(damage) :])


@given(place=st.integers(min_value=0, max_value=9 * 55 - 1), bit=st.integers(0, 7))
@settings(max_examples=150, deadline=None)
def test_a_flipped_bit_costs_the_message_it_is_in_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, place: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    spool = Spool(folder, max_bytes=ROOM)
    spool.append(_messages(0, 10))
    spool.close()
    segment = next(folder.glob("*.spool"))
    assert segment.stat().st_size == 10 * 55
    _write_over(folder, place, bytes([segment.read_bytes()[place] ^ 1 << bit]))
    again = Spool(folder, max_bytes=ROOM)
    again.append(_messages(10, 2))
    expected = _messages(0, 12)
    del expected[place // 55]
    assert len(again) == 12
    assert _drained(again, limit=4) == expected
    assert again.unreadable == 1
    assert len(again) == again.size_bytes == 0
    kept = next(folder.glob("*.damaged")).read_bytes()
    assert _messages(place // 55, 1)[0].payload in kept or place % 55 >= 33
    again.close()


@pytest.mark.parametrize(
    "damage", [b"", bytes(8192), b"\xff" * 8192, random.Random(7).randbytes(8192)]
)
def test_a_damaged_page_costs_the_messages_on_it_and_no_other(
    tmp_path: Path, open_spool: OpenSpool, damage: bytes
) -> None:
    spool = open_spool(tmp_path, segment_bytes=100_000)
    spool.append(_messages(100, 300))
    spool.close()
    _write_over(tmp_path, 5000, damage)
    again = open_spool(tmp_path, segment_bytes=100_000)
    drained = _drained(again)
    touched = range(5000 // 59, -(-(5000 + len(damage)) // 59)) if damage else ()
    assert drained == [m for n, m in enumerate(_messages(100, 300)) if n not in touched]
    assert again.unreadable == bool(damage)
    assert len(again) == 0


def test_what_a_failing_disk_damages_over_the_years_fills_no_disk(
    tmp_path: Path,
    open_spool: OpenSpool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("ingest.spool._ASIDE_BYTES", 150)
    spool = open_spool(tmp_path)
    for _ in range(10):
        spool.append(_messages(0, 3))
        _write_over(tmp_path, 60, b"damage")
        _drained(spool)
    assert spool.unreadable == 10
    assert len(list(tmp_path.glob("*.damaged"))) == 3
    assert "enough is kept" in caplog.text


def test_messages_damaged_while_we_run_are_all_counted(
    tmp_path: Path, open_spool: OpenSpool
) -> None:
    spool = open_spool(tmp_path)
    spool.append(_messages(0, 10))
    _write_over(tmp_path, 60, bytes(3 * 55))
    assert _drained(spool) == [*_messages(0, 1), *_messages(5, 5)]
    assert spool.unreadable == 4
    assert len(spool) == 0


def test_a_page_that_the_disk_no_longer_gives_is_stepped_over(
    tmp_path: Path, open_spool: OpenSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = open_spool(tmp_path, segment_bytes=100_000)
    spool.append(_messages(100, 300))
    spool.close()

    class FailingDisk(io.FileIO):
        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            at = self.tell()
            if at // 4096 == 1:
                raise OSError(5, "Input/output error")
            return super().readinto(buffer[: 4096 - at % 4096]) or 0

    class Read(spool_records._Tolerant, FailingDisk):
        pass

    monkeypatch.setattr(spool_records, "_Tolerant", Read)
    again = open_spool(tmp_path, segment_bytes=100_000)
    touched = range(4096 // 59, -(-8192 // 59))
    assert _drained(again) == [m for n, m in enumerate(_messages(100, 300)) if n not in touched]
    assert again.unreadable == 1


def test_a_full_spool_refuses_rather_than_drops(tmp_path: Path, open_spool: OpenSpool) -> None:
    spool = open_spool(tmp_path, max_bytes=2_000)
    taken = 0
    while spool.append(_messages(taken, 1)):
        taken += 1
    assert 10 < taken < 100
    assert spool.size_bytes <= 2_000
    assert not spool.append(_messages(taken, 1))
    assert _drained(spool) == _messages(0, taken)
    assert spool.append(_messages(taken, 1))


def test_a_disk_that_refuses_leaves_nothing_half_written(
    tmp_path: Path, open_spool: OpenSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = open_spool(tmp_path)
    spool.append(_messages(0, 2))

    def refuse(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        assert not spool.append(_messages(2, 2))
    assert spool.append(_messages(4, 2))
    assert _drained(spool) == [*_messages(0, 2), *_messages(4, 2)]


def test_a_folder_that_can_only_be_read_any_more_does_not_stop_the_drain(
    tmp_path: Path,
    open_spool: OpenSpool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    spool = open_spool(tmp_path, segment_bytes=500)
    for first in range(0, 30, 10):
        spool.append(_messages(first, 10))

    def refuse(_path: Path) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        assert _drained(spool) == _messages(0, 30)
    assert "cannot be deleted" in caplog.text
    assert len(spool) == spool.size_bytes == 0


def test_segments_are_deleted_as_they_are_drained(tmp_path: Path, open_spool: OpenSpool) -> None:
    spool = open_spool(tmp_path, segment_bytes=500)
    for first in range(0, 100, 10):
        spool.append(_messages(first, 10))
    segments = len(list(tmp_path.glob("*.spool")))
    assert segments > 5
    spool.peek(50)
    for _ in range(3):
        spool.peek(50)
        spool.drop_peeked()
    assert len(list(tmp_path.glob("*.spool"))) < segments
    assert _drained(spool)[-1] == _messages(99, 1)[0]
    assert spool.size_bytes == 0


def test_two_processes_do_not_share_a_spool(tmp_path: Path, open_spool: OpenSpool) -> None:
    spool = open_spool(tmp_path)
    with pytest.raises(ConfigError, match="in use by another ingest"):
        open_spool(tmp_path)
    spool.close()
    open_spool(tmp_path)


def test_a_killed_process_leaves_every_message_it_had_promised(
    tmp_path: Path, open_spool: OpenSpool
) -> None:
    program = f"""
import os, signal
from datetime import UTC, datetime
from pathlib import Path
from domain.messages import RawMessage
from ingest.spool import Spool
spool = Spool(Path({str(tmp_path)!r}), max_bytes=10_000_000, segment_bytes=3000)
for number in range(200):
    assert spool.append([RawMessage("t", str(number).encode(), datetime.now(UTC))])
    if number % 3 == 0:
        spool.peek(1)
        spool.drop_peeked()
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert done.returncode == -9
    left = _drained(open_spool(tmp_path))
    assert [int(message.payload) for message in left] == list(range(67, 200))


def test_an_emptied_spool_that_fills_again_is_read_from_its_start_after_a_restart(
    tmp_path: Path, open_spool: OpenSpool
) -> None:
    spool = open_spool(tmp_path)
    spool.append(_messages(0, 10))
    _drained(spool, limit=4)
    spool.close()
    between = open_spool(tmp_path)
    between.append(_messages(10, 10))
    between.close()
    assert _drained(open_spool(tmp_path)) == _messages(10, 10)


def test_a_folder_that_refuses_once_takes_a_new_segment_the_next_time(
    tmp_path: Path, open_spool: OpenSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = open_spool(tmp_path)

    def refuse(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        assert not spool.append(_messages(0, 2))
    assert spool.append(_messages(2, 2))
    assert _drained(spool) == _messages(2, 2)
    assert not list(tmp_path.glob("*.spool"))
