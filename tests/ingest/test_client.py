"""The connection to the broker, where no broker is needed to tell."""

import socket
import threading
from contextlib import suppress

import pytest

from ingest import grants
from ingest.client import BrokerClient
from ingest.inbox import Delivery, Inbox
from ingest.subscriptions import with_options
from ingest.worker import worker_of
from settings.model import Settings
from tests.ingest.conftest import tasmota

NOT_AUTHORIZED = 0x87
SUBSCRIBE, UNSUBSCRIBE = 0x82, 0xA2
_SESSION_KEPT = bytes([0x20, 3, 1, 0, 0])


def test_a_broker_lost_while_it_is_acknowledged_holds_nobody_up(settings: Settings) -> None:
    client = BrokerClient(settings.mqtt, worker_of(settings), Inbox(10))
    broker, ours = socket.socketpair()
    broker.close()
    # paho's own thread has died: whoever acknowledges writes, and meets the loss.
    client._client._sock = ours
    delivery = Delivery(tasmota(1.0), 7, 0)
    acknowledging = threading.Thread(
        target=client.acknowledge, args=([delivery],), daemon=True, name="acknowledging"
    )
    acknowledging.start()
    acknowledging.join(5)
    assert not acknowledging.is_alive()
    assert client._generation == 1


def _answer_to(subscribe: bytes, code: int) -> bytes:
    """Return the SUBACK of MQTT 5 to a SUBSCRIBE of one topic."""
    return bytes([0x90, 4, *subscribe[2:4], 0, code])


def test_a_subscription_that_the_broker_refused_is_asked_for_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(grants, "ASK_AGAIN_S", 0.0)
    client = BrokerClient(settings.mqtt, worker_of(settings), Inbox(10))
    broker, ours = socket.socketpair()
    ours.setblocking(False)
    client._client._sock = ours
    client._client.subscribe(with_options(client._wanted, is_v5=True))
    for _ in range(3):
        broker.sendall(_answer_to(broker.recv(1000), NOT_AUTHORIZED))
        client._client.loop_read()
        client.ask_again_if_due()
    assert caplog.text.count("refuses the subscription to #") == 1
    broker.sendall(_answer_to(broker.recv(1000), 1))
    client._client.loop_read()
    client.ask_again_if_due()
    broker.setblocking(False)
    with pytest.raises(BlockingIOError):
        broker.recv(1000)
    assert client._subscribed.is_set()
    broker.close()
    ours.close()


def test_topics_taken_out_are_left_once_those_in_their_place_are_listened_to(
    settings: Settings,
) -> None:
    before = settings.mqtt.model_copy(update={"topics": ("#",)})
    after = settings.mqtt.model_copy(update={"topics": ("tele/#",)})
    for mqtt, sent in ((before, [SUBSCRIBE]), (after, [SUBSCRIBE, UNSUBSCRIBE])):
        now = settings.model_copy(update={"mqtt": mqtt})
        client = BrokerClient(mqtt, worker_of(now), Inbox(10))
        broker, ours = socket.socketpair()
        ours.setblocking(False)
        client._client._sock = ours
        broker.settimeout(5)
        broker.sendall(_SESSION_KEPT)
        client._client.loop_read()
        client._client.loop_write()
        assert _kinds(broker.recv(1000)) == sent
        broker.close()
        ours.close()


@pytest.mark.parametrize(("share", "asked"), [("", 1), ("group", 2)])
def test_what_is_shared_is_asked_for_at_every_connection(
    settings: Settings, share: str, asked: int
) -> None:
    mqtt = settings.mqtt.model_copy(update={"share": share, "topics": ("tele/#",)})
    client = BrokerClient(mqtt, worker_of(settings.model_copy(update={"mqtt": mqtt})), Inbox(10))
    broker, ours = socket.socketpair()
    ours.setblocking(False)
    broker.settimeout(0.5)
    client._client._sock = ours
    subscribed = 0
    for _ in range(2):
        broker.sendall(_SESSION_KEPT)
        client._client.loop_read()
        client._client.loop_write()
        with suppress(TimeoutError):
            broker.sendall(_answer_to(broker.recv(1000), 1))
            client._client.loop_read()
            subscribed += 1
        assert client._subscribed.is_set()
        client._subscribed.clear()
    assert subscribed == asked
    broker.close()
    ours.close()


def _kinds(packets: bytes) -> list[int]:
    """Return the first bytes of short packets that follow one another."""
    kinds = []
    while packets:
        kinds.append(packets[0])
        packets = packets[2 + packets[1] :]
    return kinds


def test_a_broker_that_keeps_nothing_for_us_is_told_of(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    client = BrokerClient(settings.mqtt, worker_of(settings), Inbox(10))
    broker, ours = socket.socketpair()
    ours.setblocking(False)
    client._client._sock = ours
    client._client.subscribe(with_options(client._wanted, is_v5=True))
    broker.sendall(_answer_to(broker.recv(1000), 0))
    client._client.loop_read()
    assert "grants QoS 0 only" in caplog.text
    broker.close()
    ours.close()
