"""What a monitoring system is told, and who else may read it."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from dashboard.metrics import route
from domain.accounts import Role, User
from domain.dead_letters import DeadLetter
from domain.meters import Source
from domain.readings import Reading
from domain.snapshots import Verdict
from domain.tallies import ANY_METER, DayTally
from settings.model import DashboardSettings, Settings, SiteSettings
from storage.embedded import EmbeddedStore
from storage.ports import Records
from storage.records import open_records
from tests.dashboard import walls
from tests.dashboard.health_days import lived, worker
from tests.dashboard.house import METERS, PASSWORD, PORTFOLIO, SCHOOL, serving

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]
ROOT = Path(__file__).parents[2]
POINT_OF_DELIVERY = "09876543210987"
ELSEWHERE = {"X-Real-IP": "203.0.113.9"}
"""What a reverse proxy of this machine adds; our own server makes nothing of it."""


@contextmanager
def _served(folder: Path, **dashboard: object) -> Iterator[tuple[str, Records]]:
    readings = EmbeddedStore(folder / "readings.sqlite")
    readings.prepare()
    records = open_records(f"sqlite:///{folder / 'records.sqlite'}")
    settings = Settings(site=SiteSettings(name="Bayonne"), dashboard=DashboardSettings(**dashboard))
    now = datetime.now(UTC)
    with closing(readings), closing(records):
        records.portfolio.apply_config(PORTFOLIO)
        readings.write(
            [
                Reading(
                    meter_id=METERS[0].id,
                    register="energy.total",
                    taken_at=now - timedelta(minutes=3),
                    value=1.0,
                )
            ]
        )
        lived(records, now)
        server = FastAPI()
        route.install(server, settings=settings, readings=readings, records=records)
        with serving(server) as url:
            yield url, records


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Records]]:
    with _served(tmp_path) as opened:
        yield opened


def _read(url: str) -> Samples:
    answer = requests.get(f"{url}/metrics", timeout=20)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def _of(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, tuple(sorted(labels.items()))]


def test_ingest_meters_and_scheduler_are_told(served: tuple[str, Records]) -> None:
    url, records = served
    letter = DeadLetter(
        topic="t", payload=b"", size=0, received_at=datetime.now(UTC), code="not_json", reason="r"
    )
    records.dead_letters.add([letter, letter])
    worker(records, datetime.now(UTC), spooled=7, received=1_244_217, spool_bytes=900)
    told = _read(url)
    messages = "zaindu_ingest_messages_total"
    assert _of(told, messages, worker="salle-a", outcome="stored") == 1_243_502
    assert _of(told, messages, worker="salle-a", outcome="dead_lettered") == 120
    assert _of(told, "zaindu_ingest_messages_received_total", worker="salle-a") == 1_244_217
    assert _of(told, "zaindu_ingest_waiting_messages", worker="salle-a", where="spooled") == 7
    assert _of(told, "zaindu_ingest_spool_bytes", worker="salle-a") == 900
    assert _of(told, "zaindu_ingest_unaccounted_messages", worker="salle-a") == 0
    assert _of(told, "zaindu_dead_letters", code="not_json") == 2
    assert _of(told, "zaindu_meter_expected_readings", meter="jf-gas") == 24
    assert _of(told, "zaindu_meter_measured_readings", meter="sc-elec") == 0
    assert _of(told, "zaindu_meter_day_word", meter="sc-elec", word="silent") == 1
    newest = _of(told, "zaindu_meter_last_reading_timestamp_seconds", meter="jf-elec")
    assert datetime.now(UTC).timestamp() - newest == pytest.approx(180, abs=30)
    assert _of(told, "zaindu_store_up", store="records") == 1
    assert any(name == "zaindu_build_info" for name, _ in told)


def test_a_worker_that_is_cut_off_from_the_broker_is_told(served: tuple[str, Records]) -> None:
    url, records = served
    now = datetime.now(UTC)
    worker(records, now, "salle-b", cut_off_since=now.isoformat())
    told = _read(url)
    assert _of(told, "zaindu_ingest_connected", worker="salle-a") == 1
    assert _of(told, "zaindu_ingest_connected", worker="salle-b") == 0


def test_lost_messages_are_counted_whether_of_a_worker_or_of_a_day(
    served: tuple[str, Records],
) -> None:
    url, records = served
    worker(records, datetime.now(UTC), lost=2)
    today = datetime.now(UTC).date()
    records.tallies.add([DayTally(day=today, meter_id=ANY_METER, worker="gone", stored=1)])
    told = _read(url)
    assert _of(told, "zaindu_ingest_unaccounted_messages", worker="salle-a") == 2
    assert _of(told, "zaindu_ingest_unaccounted_messages", worker="gone") == 1


def test_a_meter_is_told_by_its_id_and_never_by_its_point_of_delivery(
    served: tuple[str, Records],
) -> None:
    url, records = served
    linky = replace(METERS[0], source=Source(family="teleinfo2mqtt", device=POINT_OF_DELIVERY))
    records.portfolio.apply_config(replace(PORTFOLIO, meters=(linky, *METERS[1:])))
    text = requests.get(f"{url}/metrics", timeout=20).text
    assert f'meter="{linky.id}"' in text
    assert POINT_OF_DELIVERY not in text
    assert SCHOOL.name not in text


def test_scraping_often_asks_the_stores_once(served: tuple[str, Records]) -> None:
    url, records = served
    before = _read(url)
    worker(records, datetime.now(UTC), stored=5)
    assert _read(url) == before


def test_a_store_that_is_away_is_down_and_what_it_knows_is_missing_not_zero(
    tmp_path: Path,
) -> None:
    with _served(tmp_path) as (url, _):
        for part in tmp_path.glob("records.sqlite*"):
            part.unlink()
        told = _read(url)
    assert _of(told, "zaindu_store_up", store="records") == 0
    assert _of(told, "zaindu_store_up", store="readings") == 1
    assert not any(name.startswith("zaindu_ingest") for name, _ in told)


def test_strangers_need_the_token_of_somebody_who_sees_every_building(
    served: tuple[str, Records],
) -> None:
    url, records = served
    for name, role, reach in (
        ("manager", Role.MANAGER, ()),
        ("admin", Role.ADMIN, ()),
        ("school", Role.MANAGER, (SCHOOL.id,)),
        ("utility", Role.UTILITY, ()),
    ):
        records.users.add(User(name=name, role=role, building_ids=reach), PASSWORD)

    def status(token: str | None) -> int:
        headers = ELSEWHERE | ({"Authorization": f"Bearer {token}"} if token else {})
        return requests.get(f"{url}/metrics", headers=headers, timeout=20).status_code

    tokens = {
        user.name: records.users.issue_token(user.name, "t", None) for user in records.users.all()
    }
    assert {name: status(token) for name, token in tokens.items()} == {
        "manager": 200,
        "admin": 200,
        "school": 403,
        "utility": 403,
    }
    assert (status(None), status("nonsense")) == (401, 401)


def test_metrics_that_were_opened_are_open_to_all(tmp_path: Path) -> None:
    with _served(tmp_path, metrics_open=True) as (url, _):
        assert requests.get(f"{url}/metrics", headers=ELSEWHERE, timeout=20).status_code == 200


def test_every_metric_is_documented_and_every_documented_one_is_told(
    served: tuple[str, Records],
) -> None:
    url, records = served
    now = datetime.now(UTC)
    records.dead_letters.add(
        [DeadLetter(topic="t", payload=b"", size=0, received_at=now, code="c", reason="r")]
    )
    worker(records, now, spool_bytes=0)
    records.snapshots.put(walls.snapshot(Verdict.BETTER))
    for building in PORTFOLIO.buildings:
        records.jobs.set_done_until("indicators", now, building.id)
    text = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\bzaindu_[a-z_]+", text)) == {name for name, _ in _read(url)}
