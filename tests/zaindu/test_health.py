"""`zaindu health` beside a running house: what it prints, and what it tells cron."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.meters import Commodity, Meter, Source
from domain.readings import Reading
from domain.reconciliations import DayWord
from domain.sites import Building, Portfolio
from storage.embedded import EmbeddedStore
from storage.records import open_records
from tests.dashboard.health_days import judge, worker
from tests.zaindu.command_line import CommandLine

CONFIG = """
[site]
name = "Bayonne"
data_dir = "data"
"""
SCHOOL = Building(id="school", name="École", floor_area_m2=500)
MAIN = Meter(
    id="main",
    building_id="school",
    name="Compteur général",
    commodity=Commodity.ELECTRICITY,
    source=Source(family="tasmota", device="main"),
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def _live(folder: Path, newest_ago: timedelta, noted_ago: timedelta = timedelta()) -> None:
    data = folder / "data"
    readings = EmbeddedStore(data / "readings.sqlite")
    readings.prepare()
    records = open_records(f"sqlite:///{data / 'records.sqlite'}")
    now = datetime.now(UTC)
    with closing(readings), closing(records):
        records.portfolio.apply_config(Portfolio(buildings=(SCHOOL,), meters=(MAIN,)))
        readings.write(
            [Reading(meter_id="main", register="energy.E", taken_at=now - newest_ago, value=1.0)]
        )
        for back in range(1, 8):
            judge(records, now.date() - timedelta(days=back), {"main": DayWord.WHOLE}, now)
        worker(records, now - noted_ago)


def test_a_sound_house_ends_with_0_and_shows_its_days(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    _live(tmp_path, timedelta(minutes=4))
    answer = zaindu("health", "--config", str(config))
    assert answer.returncode == 0
    assert "le compteur est complet." in answer.stdout
    assert "Réception : à l’écoute ; Dernier message : " in answer.stdout.replace("\u00a0", " ")
    assert "main  Compteur général  ·······■■■■■■■  il y a 4" in answer.stdout
    assert zaindu("health", "--quiet", "--config", str(config)).stdout == ""


def test_a_silent_meter_or_an_unheard_ingest_ends_with_1(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    _live(tmp_path, timedelta(days=3))
    silent = zaindu("health", "-q", "--config", str(config))
    assert silent.returncode == 1
    assert "muet depuis" in silent.stdout
    _live(tmp_path, timedelta(), noted_ago=timedelta(hours=1))
    unheard = zaindu("health", "--config", str(config))
    assert unheard.returncode == 1
    assert "! La réception des messages ne répond plus" in unheard.stdout


def test_a_house_that_never_started_ends_with_1_and_says_how_to_start_it(
    zaindu: CommandLine, config: Path
) -> None:
    answer = zaindu("health", "--config", str(config))
    assert answer.returncode == 1
    assert "! La réception des messages n’a jamais démarré. Lancez `zaindu ingest`" in answer.stdout


@pytest.mark.parametrize("store", ["readings", "records"])
def test_a_damaged_store_ends_with_1_and_is_said_without_a_trace(
    zaindu: CommandLine, config: Path, tmp_path: Path, store: str
) -> None:
    _live(tmp_path, timedelta(minutes=4))
    for part in (tmp_path / "data").glob(f"{store}.sqlite*"):
        part.write_bytes(b"not a database" * 4096)
    answer = zaindu("health", "--quiet", "--config", str(config))
    assert answer.returncode == 1
    assert "a store does not answer" in answer.stderr
    assert "Traceback" not in answer.stderr
