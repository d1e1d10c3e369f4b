"""What a supervisor is told, and what a wall goes on showing, when a store goes away."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.dashboard.wall_house import WallHouse, open_wall_house

_OTHER = {"readings": "records", "records": "readings"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[WallHouse]:
    with open_wall_house(tmp_path) as opened:
        assert "que prévu" in get(opened, "/wall/jules-ferry").text
        yield opened


def get(house: WallHouse, path: str) -> requests.Response:
    return requests.get(house.url.rstrip("/") + path, timeout=20)


def _take_away(file: Path) -> None:
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()


def _overwrite(file: Path) -> None:
    for part in file.parent.glob(f"{file.name}*"):
        part.write_bytes(b"not a database" * 4096)


@pytest.mark.parametrize("store", ["readings", "records"])
@pytest.mark.parametrize("fault", [_take_away, _overwrite])
def test_a_store_whose_file_is_lost_is_not_ready_but_the_process_lives(
    house: WallHouse, tmp_path: Path, store: str, fault: object
) -> None:
    assert callable(fault)
    assert get(house, "/readyz").status_code == 200
    fault(tmp_path / f"{store}.sqlite")
    ready = get(house, "/readyz")
    assert ready.status_code == 503
    assert ready.json() == {"status": "waiting", store: "unavailable", _OTHER[store]: "ok"}
    assert get(house, "/healthz").status_code == 200


@pytest.mark.parametrize("fault", [_take_away, _overwrite])
def test_walls_keep_their_last_scene_while_the_records_are_away(
    house: WallHouse, tmp_path: Path, fault: object
) -> None:
    assert callable(fault)
    fault(tmp_path / "records.sqlite")
    time.sleep(1.1)
    assert "que prévu" in get(house, "/wall/jules-ferry").text
    scenes = get(house, "/wall/jules-ferry/scenes.json")
    assert scenes.json()["scenes"][0]["name"] == "status"
    assert get(house, "/phone/jules-ferry").status_code == 200


def test_a_snapshot_of_another_shape_leaves_the_last_one_on_the_wall(
    house: WallHouse, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "records.sqlite") as records:
        records.execute(
            'UPDATE snapshots SET body = \'{"of": "another age"}\', made_at = ?',
            (time.time_ns() // 1000,),
        )
    records.close()
    time.sleep(1.1)
    assert "que prévu" in get(house, "/wall/jules-ferry").text
