"""From a simulated meter, over a real broker and a real InfluxDB, to a real browser's screen."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from domain.periods import Period
from domain.snapshots import WallSnapshot
from sensors_sim.simulation import Simulation
from settings.loading import load_settings
from settings.portfolio import portfolio_of
from storage.records import open_records
from tests.services.product import ROOT, configuration, running
from tests.services.servers import Influx, Mosquitto, free_port

BUILDING, METER = "jules-ferry", "jf-elec"
MONTHS = 3
PATIENCE_S = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The product, running on real servers, with its configuration."""

    url: str
    config: Path
    env: dict[str, str]


@pytest.fixture
def house(mosquitto: Mosquitto, influx: Influx, tmp_path: Path) -> Iterator[House]:
    port = free_port()
    config = configuration(
        tmp_path, http_port=port, mqtt_port=mosquitto.port, influx_url=influx.url
    )
    text = config.read_text().replace("# rollup_s = 30", "rollup_s = 2")
    text = text.replace("# snapshot_s = 60", "snapshot_s = 5")
    config.write_text(text.replace('"Europe/Paris"', f'"{_zone_well_into_its_week()}"'))
    env = {"ZAINDU_INFLUX_TOKEN": influx.token}
    arguments = ("run", "--config", str(config))
    with running(
        *arguments, wall=BUILDING, port=port, log=tmp_path / "run.log", env=env
    ) as product:
        yield House(url=product.url, config=config, env=env)


def _zone_well_into_its_week() -> str:
    """Return a zone where this week has measured hours, even just after Monday's midnight."""
    local = datetime.now(ZoneInfo("Europe/Paris"))
    is_young = local.weekday() == 0 and local.hour < 4
    return "America/New_York" if is_young else "Europe/Paris"


def _settled_snapshot(house: House, published_until: datetime) -> WallSnapshot:
    """Return the wall's numbers once the scheduler has caught up with what was published."""
    settings = load_settings(house.config)
    records = open_records(f"sqlite:///{settings.site.data_dir / settings.storage.records.file}")
    try:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            snapshot = records.snapshots.get(BUILDING)
            caught_up = snapshot is not None and _has_settled(snapshot, published_until)
            if snapshot is not None and caught_up and records.dirty.count() == 0:
                return snapshot
            time.sleep(1)
        pytest.fail(f"the wall never caught up: {records.dirty.count()} hours to do, {snapshot}")
    finally:
        records.close()


def _has_settled(snapshot: WallSnapshot, published_until: datetime) -> bool:
    until = snapshot.week_so_far.until
    return until is not None and until > published_until - timedelta(hours=2)


@pytest.mark.services
@pytest.mark.browser
@pytest.mark.timeout(400)
def test_the_kwh_on_the_screen_are_those_the_simulator_made(house: House, browser: Browser) -> None:
    simulate = [sys.executable, "-m", "zaindu", "simulate", "--config", str(house.config)]
    now = datetime.now(UTC)
    subprocess.run(
        [*simulate, "--history", str(MONTHS), "--no-live"], check=True, cwd=ROOT, timeout=PATIENCE_S
    )
    snapshot = _settled_snapshot(house, now)

    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{house.url}/wall/{BUILDING}?scene=week&lang=en")
    scene = page.locator("svg[data-measured-kwh]").first
    on_screen = float(scene.get_attribute("data-measured-kwh") or "nan")
    words = scene.text_content() or ""
    page.close()

    settings = load_settings(house.config)
    portfolio = portfolio_of(settings)
    simulation = Simulation(portfolio, settings.simulator.seed, mappings=settings.mappings)
    building = portfolio.building(BUILDING)
    assert building is not None
    today = now.astimezone(building.zone).date()
    monday = today - timedelta(days=today.weekday())
    compared, measured = snapshot.week_so_far.until, snapshot.measured_at
    assert compared is not None
    assert measured is not None
    until = min(compared, measured)  # the hour under way is compared as far as it was measured
    made = simulation.truth(METER, Period(Period.of_day(monday, building.zone).start, until))
    assert made > 0
    assert on_screen == pytest.approx(made, rel=0.001)
    assert f"{on_screen:,.0f}" in words or f"{on_screen:,.1f}" in words
