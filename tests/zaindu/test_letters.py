"""Dead letters as an operator lists, reads, replays and deletes them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.messages import RawMessage
from domain.periods import Period
from ingest.pipeline import Pipeline
from settings.loading import load_settings
from settings.secrets import Secrets
from tests.zaindu.command_line import Answer, CommandLine
from zaindu.stores import Stores, open_stores

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
METER = """
[[buildings.meters]]
id = "school-main"
name = "Compteur général"
commodity = "electricity"
source = { family = "tasmota", device = "plug" }
"""
BARE = """
[site]
name = "Bayonne"
[ingest]
dead_letter_max_days = 36500
[[buildings]]
id = "school"
name = "School"
use = "school"
floor_area_m2 = 100
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(BARE, encoding="utf-8")
    with _stores(path) as stores:
        settings = load_settings(path)
        pipeline = Pipeline(
            settings, stores.records.portfolio.portfolio, stores.readings, stores.records
        )
        pipeline.handle([_plug(minute) for minute in range(3)])
        pipeline.handle([RawMessage("boiler/\x1b[2Jx", b"\x1b]0;owned\x07{", NOON)])
    return path


@contextmanager
def _stores(config: Path) -> Iterator[Stores]:
    with open_stores(load_settings(config), Secrets()) as stores:
        yield stores


def _plug(minute: int) -> RawMessage:
    payload = b'{"Time":"2026-03-10T12:%02d:00","ENERGY":{"Total":%d.50}}' % (minute, minute)
    return RawMessage("tele/plug/SENSOR", payload, NOON + timedelta(minutes=minute))


@pytest.fixture
def letters(zaindu: CommandLine, config: Path) -> "Letters":
    return Letters(zaindu, config)


class Letters:
    """`zaindu letters`, on this test's configuration."""

    def __init__(self, zaindu: CommandLine, config: Path) -> None:
        self._zaindu = zaindu
        self.config = config

    def __call__(self, *arguments: str, stdin: bytes = b"", columns: int = 200) -> Answer:
        command, *rest = ("letters", arguments[0], "--config", str(self.config), *arguments[1:])
        return self._zaindu(command, *rest, stdin=stdin, env={"COLUMNS": str(columns)})


def test_letters_are_listed_newest_first_and_counted(letters: Letters) -> None:
    listed = letters("list").stdout.splitlines()
    assert len(listed) == 6
    assert "unknown_format" in listed[1] or "no decoder" in listed[1]
    assert "no meter is declared for tasmota device 'plug'" in listed[2]
    assert listed[-1].startswith("4 of 4 letters")
    assert letters("list", "--limit", "1").stdout.splitlines()[-1].startswith("1 of 4")
    by_device = letters("list", "--by", "device").stdout
    assert by_device.split() == ["family", "device", "letters", "tasmota", "plug", "3"]
    assert "unknown_device        3" in letters("list", "--by", "code").stdout
    assert letters("list", "--by", "colour").returncode == 2


def test_a_narrow_terminal_shows_a_reason_below_its_topic_and_not_in_a_sliver(
    letters: Letters,
) -> None:
    lines = letters("list", columns=80).stdout.splitlines()
    assert all(len(line.rstrip()) <= 80 for line in lines)
    topic = next(place for place, line in enumerate(lines) if "tele/plug" in line)
    assert lines[topic + 1].strip() == "no meter is declared for tasmota device 'plug'"


def test_letters_are_found_by_device_topic_reason_and_date(letters: Letters) -> None:
    for arguments, number in (
        (("--device", "plug"), 3),
        (("--topic", "boiler/#"), 1),
        (("--text", "no meter"), 3),
        (("--from", "2026-03-10T13:01", "--code", "unknown_device"), 2),
        (("--to", "2026-03-10"), 0),
    ):
        assert letters("list", *arguments).stdout.splitlines()[-1].startswith(f"{number} of")
    wrong = letters("list", "--from", "yesterday")
    assert wrong.returncode == 2
    assert "--from 'yesterday' is no time" in wrong.stderr


def test_nothing_a_device_sent_reaches_the_terminal_as_a_command(letters: Letters) -> None:
    for answer in (letters("list"), letters("show", "4")):
        assert "\x1b" not in answer.stdout
        assert "\\x1b[2Jx" in answer.stdout
    assert '    "Total": 0.50' in letters("show", "1").stdout
    missing = letters("show", "99")
    assert (missing.returncode, missing.stderr) == (1, "there is no dead letter 99\n")


def test_downloaded_letters_go_through_decode(
    letters: Letters, zaindu: CommandLine, tmp_path: Path
) -> None:
    printed = letters("download", "--device", "plug").stdout
    assert [json.loads(line)["id"] for line in printed.splitlines()] == [1, 2, 3]
    decoded = zaindu("decode", stdin=printed.encode()).stdout.splitlines()
    assert [json.loads(line)["readings"][0]["value"] for line in decoded] == [0.5, 1.5, 2.5]
    file = tmp_path / "letters.jsonl"
    assert letters("download", "-o", str(file)).stdout == f"4 letters in {file}\n"
    assert len(file.read_bytes().splitlines()) == 4
    again = letters("download", "-o", str(file))
    assert again.returncode == 1
    assert "exists" in again.stderr


def test_a_meter_declared_too_late_gets_its_past_back(letters: Letters) -> None:
    assert letters("replay").returncode == 2
    in_vain = letters("replay", "--device", "plug")
    assert in_vain.returncode == 1
    assert "3 refused again" in in_vain.stdout
    letters.config.write_text(BARE + METER, encoding="utf-8")
    answer = letters("replay", "--all")
    assert answer.returncode == 1
    assert "3 stored" in answer.stdout
    assert "1 refused again" in answer.stdout
    assert answer.stderr == "1 of 4 letters stay\n"
    with _stores(letters.config) as stores:
        day = Period(NOON - timedelta(days=1), NOON)
        frame = stores.readings.read("school-main", "energy.Total", day)
    assert list(frame["value"]) == [0.5, 1.5, 2.5]
    assert letters("replay", "--device", "plug").stdout == "no such letter\n"


def test_letters_are_deleted_once_somebody_said_yes(letters: Letters) -> None:
    refused = letters("delete", "--all", stdin=b"n\n")
    assert refused.returncode == 1
    assert letters("delete", "4", stdin=b"y\n").stdout.endswith("1 letter deleted\n")
    assert letters("delete", "--device", "plug", "--yes").stdout == "3 letters deleted\n"
    assert letters("list").stdout.startswith("0 of 0 letters")
    assert letters("delete", "--yes").returncode == 2
