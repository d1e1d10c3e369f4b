"""`zaindu meters`, as an operator types it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.meters import Commodity, Source
from domain.registers import Quantity
from settings.loading import load_settings
from settings.portfolio import portfolio_of
from storage.ports import Records
from storage.records import open_records
from tests.domain.test_seen_devices import device, register
from tests.zaindu.command_line import ROOT, Answer, CommandLine

WATER = device(
    register("volume_m3", 0, 15, value=2960470.17, quantity=Quantity.VOLUME, unit="m3"),
    name="eau-préau\x07",
    family="ttn",
)
PLUG = device(register("Total", 0, 5), register("ImportActive", 0, 5), name="plug")
UNKNOWN = device(
    register("index", quantity=Quantity.VOLUME, unit="m3"), name="a8404100", family="chirpstack"
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text((ROOT / "config.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with _records(path) as records:
        records.portfolio.apply_config(portfolio_of(load_settings(path)))
        records.seen_devices.note([WATER, PLUG, UNKNOWN])
    return path


@contextmanager
def _records(config: Path) -> Iterator[Records]:
    settings = load_settings(config)
    settings.site.data_dir.mkdir(exist_ok=True)
    records = open_records(f"sqlite:///{settings.storage.records.file}")
    yield records
    records.close()


@pytest.fixture
def meters(zaindu: CommandLine, config: Path) -> Callable[..., Answer]:
    return lambda *arguments: zaindu("meters", *arguments, "--config", str(config))


def test_devices_are_listed_with_what_they_probably_count(meters: Callable[..., Answer]) -> None:
    told = meters("discovered").stdout
    assert "tasmota plug | electricity, sure | 1 message, last" in told
    assert "chirpstack a8404100 | cannot tell" in told
    assert "volume_m3 2960470.17 m3" in told
    assert "\x07" not in told


def test_a_device_becomes_a_meter_that_is_listed(
    meters: Callable[..., Answer], config: Path
) -> None:
    adopted = meters(
        *("adopt", "tasmota", "plug", "--building", "jules-ferry", "--parent", "jf-elec"),
        *("--id", "jf-plug", "--name", "Prises", "--register", "ImportActive", "--scale", "2"),
    )
    assert adopted.stderr == ""
    assert adopted.stdout == "jf-plug counts electricity for jules-ferry from now on\n"
    with _records(config) as records:
        meter = records.portfolio.portfolio().meter("jf-plug")
    assert meter is not None
    assert meter.source == Source(
        family="tasmota", device="plug", registers=("ImportActive",), scale=2.0
    )
    assert (meter.parent_id, meter.cadence.total_seconds()) == ("jf-elec", 300)
    assert "plug" not in meters("discovered").stdout
    listed = meters("list", "--building", "jules-ferry").stdout.splitlines()
    assert "jf-plug\tjules-ferry\telectricity\ttasmota plug\t300 s\tscreen" in listed
    assert len(listed) == 5


def test_a_name_that_nothing_bears_is_told_with_the_one_meant(
    meters: Callable[..., Answer],
) -> None:
    here = ("--building", "jules-ferry")
    wrong = {
        ("adopt", "tasmota", "plugg", *here): "did you mean 'plug'?",
        ("adopt", "tasmotta", "plug", *here): "did you mean 'tasmota'?",
        ("adopt", "tasmota", "plug", "--building", "jules-fery"): "did you mean 'jules-ferry'?",
        ("adopt", "tasmota", "plug", *here, "--register", "Totl"): "did you mean 'Total'?",
        ("adopt", "tasmota", "plug", *here, "--parent", "jf-elek"): "did you mean 'jf-elec'?",
        ("adopt", "tasmota", "plug", *here, "--zone", "jf-matern"): "did you mean 'jf-maternelle'?",
        ("retire", "jf-gaz"): "did you mean 'jf-gas'?",
        ("ignore", "tasmota", "plugg"): "did you mean 'plug'?",
    }
    for arguments, hint in wrong.items():
        answer = meters(*arguments)
        assert answer.returncode in (1, 2)
        assert hint in answer.stderr, arguments
        assert "Traceback" not in answer.stderr


def test_what_cannot_be_told_is_asked_for(meters: Callable[..., Answer], config: Path) -> None:
    adopt = ("adopt", "chirpstack", "a8404100", "--building", "jules-ferry")
    assert "say it with --commodity" in meters(*adopt).stderr
    assert "nothing of electricity" in meters(*adopt, "--commodity", "electricity").stderr
    taken = meters(*adopt, "--commodity", "water", "--id", "jf-water", "--main")
    assert (
        taken.stderr == "refused: there is already a meter of that id: choose another with --id\n"
    )
    beside = meters(*adopt, "--commodity", "water")
    assert beside.returncode == 1
    assert "say --main when this one is to be added to it" in beside.stderr
    assert meters(*adopt, "--commodity", "water", "--main").returncode == 0
    with _records(config) as records:
        meter = records.portfolio.portfolio().meter("meter-4100")
    assert meter is not None
    assert meter.commodity is Commodity.WATER


def test_an_ignored_device_is_no_discovery_until_it_is_wanted_again(
    meters: Callable[..., Answer],
) -> None:
    assert meters("ignore", "tasmota", "plug").stdout == "plug is ignored\n"
    assert "plug" not in meters("discovered").stdout
    assert "plug" in meters("discovered", "--ignored").stdout
    assert meters("ignore", "tasmota", "plug", "--undo").returncode == 0
    assert "plug" in meters("discovered").stdout


def test_only_what_was_added_beside_the_file_is_retired_here(meters: Callable[..., Answer]) -> None:
    assert "change it there" in meters("retire", "jf-gas").stderr
    meters("adopt", "tasmota", "plug", "--building", "jules-ferry", "--parent", "jf-elec")
    assert meters("retire", "plug").stdout == "plug is retired; its readings stay\n"
    assert "screen  retired" in meters("list").stdout
    assert meters("retire", "plug", "--undo").returncode == 0
    assert "retired" not in meters("list").stdout
