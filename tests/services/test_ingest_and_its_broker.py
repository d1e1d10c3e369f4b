"""Ingest against a real broker: what it is sent, how it gets in, what it leaves."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import paho.mqtt.client as paho
import pytest

from domain.ingest_counters import NOTES, read_counters
from domain.meters import Source
from domain.readings import Quality
from ingest import accounting
from ingest.client import BrokerClient
from settings.model import MqttSettings
from tests.ingest.decoders.sparkplug_wire import metric
from tests.ingest.decoders.sparkplug_wire import payload as sparkplug
from tests.services.ingest_in_process import WHOLE, House, publish, sensor
from tests.services.numbered_messages import await_true
from tests.services.servers import Mosquitto

pytestmark = pytest.mark.services


UNUSABLE = {
    "truncated": (sensor(500)[:30], "JSON"),
    "binary": (bytes(range(256)), ""),
    "empty": (b"", ""),
    "huge": (b'{"ENERGY":' + b" " * 2_000_000 + b"}", "2000011 bytes"),
    "deep": (b"[" * 4000, ""),
    "text for a number": (sensor(501).replace(b"501", b'"many"'), "number"),
    "list for an object": (b"[1, 2, 3]", ""),
    "nan": (sensor(502).replace(b"502", b"NaN"), ""),
    "infinite": (sensor(503).replace(b"503", b"1e999"), ""),
    "impossible": (sensor(504).replace(b"504", b"1e15"), "beyond"),
    "negative": (sensor(505).replace(b"505", b"-1"), "negative index"),
    "1970": (b'{"Time":"1970-01-01T12:00:00","ENERGY":{"Total":1}}', "1970"),
    "2099": (b'{"Time":"2099-01-01T12:00:00","ENERGY":{"Total":1}}', "2099"),
}


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_what_cannot_be_used_is_buried_with_a_reason_and_the_stream_goes_on(
    mosquitto: Mosquitto, house: House, protocol: Literal["5", "3.1.1"]
) -> None:
    service, end = house.ingest(MqttSettings(port=mosquitto.port, protocol=protocol))
    assert await_true(lambda: service.is_ready)
    messages = []
    for number, (payload, _) in enumerate(UNUSABLE.values()):
        messages += [("tele/plug/SENSOR", payload), ("tele/plug/SENSOR", sensor(number))]
    publish(mosquitto.port, *messages)
    assert await_true(lambda: service.counters.stored == len(UNUSABLE)), service.counters
    end()
    assert house.values() == [float(n) for n in range(len(UNUSABLE))]
    assert service.counters.unaccounted == 0
    letters = list(reversed(house.records.dead_letters.newest(100)))
    assert len(letters) == len(UNUSABLE)
    for letter, (name, (payload, reason)) in zip(letters, UNUSABLE.items(), strict=True):
        assert letter.topic == "tele/plug/SENSOR", name
        assert letter.size == len(payload), name
        assert payload.startswith(letter.payload), name
        assert letter.reason, name
        assert reason in letter.reason, (name, letter.reason)


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_topic_taken_out_of_the_configuration_is_left(
    mosquitto: Mosquitto, house: House, protocol: Literal["5", "3.1.1"]
) -> None:
    both = MqttSettings(port=mosquitto.port, protocol=protocol, topics=("tele/#", "old/#"))
    service, end = house.ingest(both)
    assert await_true(lambda: service.is_ready)
    end()
    service, end = house.ingest(both.model_copy(update={"topics": ("tele/#",)}))
    assert await_true(lambda: service.is_ready)
    publish(mosquitto.port, ("old/plug", b"?"), ("tele/plug/SENSOR", sensor(1)))
    assert await_true(lambda: service.counters.stored == 1)
    end()
    assert service.counters.received == 1
    # What was sent to nobody while we were away is not sent now either.
    publish(mosquitto.port, ("old/plug", b"?"), ("tele/plug/SENSOR", sensor(2)))
    service, end = house.ingest(both.model_copy(update={"topics": ("tele/#",)}))
    assert await_true(lambda: service.counters.stored == 1)
    end()
    assert service.counters.received == 1


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_what_waited_at_the_broker_without_a_time_is_told_from_what_is_fresh(
    mosquitto: Mosquitto, house: House, protocol: Literal["5", "3.1.1"]
) -> None:
    mqtt = MqttSettings(port=mosquitto.port, protocol=protocol)
    service, end = house.ingest(mqtt)
    assert await_true(lambda: service.is_ready)
    undated = [("tele/plug/SENSOR", b'{"ENERGY":{"Total":%d}}' % n) for n in range(4)]
    publish(mosquitto.port, undated[0])
    assert await_true(lambda: service.counters.stored == 1)
    end()
    publish(mosquitto.port, *undated[1:3])
    service, end = house.ingest(mqtt)
    assert await_true(lambda: service.counters.stored == 2)
    time.sleep(1.2)
    publish(mosquitto.port, undated[3])
    assert await_true(lambda: service.counters.stored == 3)
    end()
    frame = house.readings.read("m", "energy.Total", WHOLE)
    fresh, old = int(Quality.RECEPTION_TIME), int(Quality.QUESTIONABLE)
    assert frame["value"].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert frame["quality"].tolist() == [fresh, old, old, fresh]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_network_thread_that_dies_ends_ingest_rather_than_leaving_it_deaf(
    mosquitto: Mosquitto, house: House
) -> None:
    mqtt = MqttSettings(port=mosquitto.port)
    service, _ = house.ingest(mqtt)
    assert await_true(lambda: service.is_ready)

    def fail(*_: object) -> None:
        raise ValueError("a packet nobody foresaw")

    service._client._client._take = fail
    publish(mosquitto.port, ("tele/plug/SENSOR", sensor(1)))
    assert await_true(lambda: not service._client.is_running)
    # What the dead one was given was not acknowledged: it comes again.
    time.sleep(1)
    service, _ = house.ingest(mqtt)
    assert await_true(lambda: house.values() == [1.0])


def test_a_node_that_speaks_by_numbers_nobody_explained_is_asked_to_introduce_itself(
    mosquitto: Mosquitto, house: House
) -> None:
    topics = ("spBv1.0/#",)
    service, _ = house.ingest(MqttSettings(port=mosquitto.port, topics=topics))
    assert await_true(lambda: service.is_ready)
    asked: list[bytes] = []
    node = paho.Client(paho.CallbackAPIVersion.VERSION2)
    node.on_message = lambda _client, _userdata, message: asked.append(message.payload)
    subscribed = threading.Event()
    node.on_subscribe = lambda *_: subscribed.set()
    node.connect("127.0.0.1", mosquitto.port)
    node.loop_start()
    node.subscribe("spBv1.0/g/NCMD/node")
    assert subscribed.wait(20)
    publish(mosquitto.port, ("spBv1.0/g/NDATA/node", sparkplug(metric(alias=1))))
    assert await_true(lambda: bool(asked))
    node.disconnect()
    node.loop_stop()
    assert b"Node Control/Rebirth" in asked[0]


def test_a_device_adopted_while_ingest_runs_gets_what_it_said_before(
    mosquitto: Mosquitto, house: House
) -> None:
    service, end = house.ingest(MqttSettings(port=mosquitto.port))
    assert await_true(lambda: service.is_ready)
    publish(mosquitto.port, *[("tele/new/SENSOR", sensor(number)) for number in range(3)])
    assert await_true(lambda: service.counters.dead_lettered == 3)
    known = house.records.portfolio.portfolio()
    adopted = replace(known.meters[0], id="n", source=Source(family="tasmota", device="new"))
    house.records.portfolio.add_meter(adopted, "maite")
    assert house.records.dead_letters.ask_replay(family="tasmota", device="new") == 3
    assert await_true(lambda: house.records.dead_letters.count() == 0)
    end()
    kept = house.readings.read("n", "energy.Total", WHOLE)
    assert list(kept["value"]) == [0.0, 1.0, 2.0]


def test_a_message_sent_again_for_want_of_an_acknowledgement_has_one_letter(
    mosquitto: Mosquitto, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed_before_it_answers:
        killed_before_it_answers.setattr(BrokerClient, "acknowledge", lambda *_: None)
        service, end = house.ingest(MqttSettings(port=mosquitto.port))
        assert await_true(lambda: service.is_ready)
        publish(mosquitto.port, ("tele/new/SENSOR", sensor(1)), ("tele/x/SENSOR", b"{"))
        assert await_true(lambda: service.counters.dead_lettered == 2)
        end()
    service, end = house.ingest(MqttSettings(port=mosquitto.port))
    assert await_true(lambda: service.counters.dead_lettered == 2), "the broker sent them again"
    publish(mosquitto.port, ("tele/x/SENSOR", b"{"))
    assert await_true(lambda: service.counters.dead_lettered == 3)
    end()
    assert house.records.dead_letters.count() == 3, "and the third is another message"


def test_while_the_broker_is_away_ingest_says_since_when(
    mosquitto: Mosquitto, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounting, "NOTE_EVERY_S", 0.1)

    def cut_off_since() -> list[datetime | None]:
        return [told.cut_off_since for told in read_counters(house.records.jobs.notes(NOTES))]

    service, end = house.ingest(MqttSettings(port=mosquitto.port))
    assert await_true(lambda: service.is_ready)
    assert await_true(lambda: cut_off_since() == [None])
    before = datetime.now(UTC)
    mosquitto.stop()
    assert await_true(lambda: cut_off_since() != [None])
    (since,) = cut_off_since()
    assert since is not None
    assert before - timedelta(seconds=1) <= since <= datetime.now(UTC)
    mosquitto.start()
    assert await_true(lambda: cut_off_since() == [None])
    end()
