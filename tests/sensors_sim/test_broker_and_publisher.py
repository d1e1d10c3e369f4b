import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from domain.errors import ConfigError, ZainduError
from domain.messages import RawMessage
from domain.periods import Period
from sensors_sim.broker import EmbeddedBroker
from sensors_sim.publisher import MqttPublisher
from sensors_sim.simulation import Simulation
from settings.model import MqttSettings

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as running:
        yield running


class Listener:
    """A plain subscriber to everything."""

    def __init__(self, port: int, expected: int) -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self.is_complete = threading.Event()
        self._is_subscribed = threading.Event()
        self._expected = expected
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id="listener")
        self._client.on_message = self._on_message
        self._client.on_subscribe = lambda *_: self._is_subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("#", 1)
        self._client.loop_start()
        assert self._is_subscribed.wait(PATIENCE_S)

    def _on_message(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        self.heard.append((message.topic, message.payload, message.retain))
        if len(self.heard) == self._expected:
            self.is_complete.set()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def test_a_history_goes_through_the_embedded_broker_whole_and_unretained(
    broker: EmbeddedBroker, simulation: Simulation
) -> None:
    messages = list(
        simulation.messages(Period(NOON - timedelta(hours=8), NOON), timedelta(minutes=10))
    )
    listener = Listener(broker.port, len(messages))
    progress: list[int] = []
    with MqttPublisher(MqttSettings(port=broker.port, protocol="3.1.1"), in_flight=20) as publisher:
        assert publisher.publish_all(messages, progress.append) == len(messages)
    assert listener.is_complete.wait(PATIENCE_S)
    listener.close()
    assert sorted(listener.heard) == sorted((m.topic, m.payload, False) for m in messages)
    assert progress[-1] == len(messages)
    assert progress == sorted(progress)


def test_a_history_can_be_stopped_in_the_middle(broker: EmbeddedBroker) -> None:
    stop = threading.Event()
    message = RawMessage("t", b"1", NOON)

    def endless() -> Iterator[RawMessage]:
        for number in range(1_000_000):
            if number == 50:
                stop.set()
            yield message

    with MqttPublisher(
        MqttSettings(port=broker.port, protocol="3.1.1"), client_id="stopped"
    ) as publisher:
        assert publisher.publish_all(endless(), stop=stop) == 50


def test_a_taken_port_is_said_kindly(broker: EmbeddedBroker) -> None:
    with pytest.raises(ConfigError, match="another program already listens"):
        EmbeddedBroker(port=broker.port).start()


def test_a_broker_that_does_not_answer_is_said_kindly() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ConfigError, match=f"no broker answers on 127.0.0.1:{port}"):
        MqttPublisher(MqttSettings(port=port)).connect()


def test_a_closed_publisher_says_so_instead_of_losing_messages(broker: EmbeddedBroker) -> None:
    publisher = MqttPublisher(MqttSettings(port=broker.port, protocol="3.1.1"), client_id="closed")
    publisher.connect()
    publisher.close()
    with pytest.raises(ZainduError, match="closed"):
        publisher.publish(RawMessage("t", b"1", NOON))


def test_the_broker_stops_with_clients_connected_and_starts_again() -> None:
    broker = EmbeddedBroker()
    port = broker.start()
    listener = Listener(port, 1)
    broker.stop()
    broker.stop()
    listener.close()
    with EmbeddedBroker(port=port) as again:
        assert again.port == port
