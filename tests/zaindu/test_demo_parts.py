"""What the demo simulates: the meters it declares, and none that somebody added."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.meters import Commodity, Meter, Source
from domain.periods import Period
from settings.loading import load_settings
from settings.secrets import Secrets
from zaindu.demo.folder import demo_settings
from zaindu.demo.parts import history_of
from zaindu.stores import open_stores

CONFIG = Path(__file__).parents[2] / "config.toml"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_device_of_one_s_own_adopted_in_the_demo_is_never_made_up(tmp_path: Path) -> None:
    settings = demo_settings(load_settings(CONFIG), tmp_path, broker_port=1883)
    mine = Meter(
        id="mine",
        building_id="jules-ferry",
        name="Mine",
        commodity=Commodity.ELECTRICITY,
        parent_id="jf-elec",
        source=Source(family="tasmota", device="mine"),
    )
    with open_stores(settings, Secrets()) as stores:
        stores.records.portfolio.add_meter(mine, "manager")
        history = history_of(settings, stores, lambda _: None)
        history.fill(Period(NOW - timedelta(hours=2), NOW), threading.Event())
        assert stores.readings.registers_of("jf-elec")
        assert not stores.readings.registers_of("mine")
