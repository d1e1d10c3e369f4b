"""Workers share what devices say, and one of them also hears what they announced before."""

import pytest

from ingest.worker import worker_of
from settings.model import MqttSettings, Settings


@pytest.fixture
def at_home(settings: Settings) -> Settings:
    mqtt = MqttSettings(client_id="z", topics=("tele/#", "homeassistant/#"))
    return settings.model_copy(update={"mqtt": mqtt})


def test_one_of_those_that_share_also_listens_alone_to_announcements(at_home: Settings) -> None:
    shared = ("$share/zaindu/tele/#", "$share/zaindu/homeassistant/#")
    announced = ("homeassistant/+/+/+/config", "homeassistant/+/+/config")
    assert worker_of(at_home, 1).topics == (*shared, *announced)
    assert worker_of(at_home, 2).topics == shared


def test_who_works_alone_hears_everything_by_its_own_topics(at_home: Settings) -> None:
    assert worker_of(at_home).topics == ("tele/#", "homeassistant/#")


def test_machines_that_share_each_hear_announcements(at_home: Settings) -> None:
    mqtt = at_home.mqtt.model_copy(update={"share": "town"})
    topics = worker_of(at_home.model_copy(update={"mqtt": mqtt})).topics
    assert "$share/town/tele/#" in topics
    assert "homeassistant/+/+/config" in topics
