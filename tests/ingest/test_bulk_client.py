"""What comes off the wire, however the network cuts it, without a broker."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import MQTTErrorCode, MQTTProtocolVersion

from ingest.bulk_client import Arrival, BulkClient

V5, V311 = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311


class Wire:
    """A client whose broker is one end of a pair of sockets."""

    def __init__(self, protocol: MQTTProtocolVersion = V5) -> None:
        self.arrivals: list[Arrival] = []
        self.reads: list[int] = []
        self.is_full = False
        self.client = BulkClient(
            client_id="wire", protocol=protocol, take=self._take, has_room=lambda: not self.is_full
        )
        self.broker, ours = socket.socketpair()
        ours.setblocking(False)
        self.client._sock = ours

    def _take(self, arrivals: list[Arrival]) -> None:
        self.reads.append(len(arrivals))
        self.arrivals += arrivals

    def send(self, data: bytes) -> MQTTErrorCode:
        self.broker.sendall(data)
        return self.client.loop_read()

    def close(self) -> None:
        self.broker.close()
        if self.client._sock is not None:
            self.client._sock.close()


@contextmanager
def _wire(protocol: MQTTProtocolVersion = V5) -> Iterator[Wire]:
    made = Wire(protocol)
    yield made
    made.close()


def _length(number: int) -> bytes:
    out = bytearray()
    while True:
        number, low = divmod(number, 128)
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def _publish(arrival: Arrival, protocol: MQTTProtocolVersion, properties: bytes = b"") -> bytes:
    name = arrival.topic.encode()
    body = struct.pack("!H", len(name)) + name
    if arrival.mid:
        body += struct.pack("!H", arrival.mid)
    if protocol == V5:
        body += _length(len(properties)) + properties
    body += arrival.payload
    flags = (2 if arrival.mid else 0) | arrival.retained | (8 if arrival.repeated else 0)
    return bytes([0x30 | flags]) + _length(len(body)) + body


_ARRIVALS = st.builds(
    Arrival,
    topic=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    payload=st.binary(max_size=400),
    mid=st.integers(0, 65535),
    retained=st.booleans(),
    repeated=st.booleans(),
)
_USER_PROPERTY = b"\x26\x00\x01k" + struct.pack("!H", 200) + b"v" * 200
_PINGRESP = b"\xd0\x00"


@given(st.lists(_ARRIVALS, max_size=12), st.sampled_from([V5, V311]), st.data())
def test_however_the_network_cuts_a_stream_the_same_messages_arrive(
    sent: list[Arrival], protocol: MQTTProtocolVersion, data: st.DataObject
) -> None:
    stream = b"".join(
        _publish(one, protocol, data.draw(st.sampled_from([b"", _USER_PROPERTY])))
        + data.draw(st.sampled_from([b"", _PINGRESP]))
        for one in sent
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    with _wire(protocol) as wire:
        for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
            if start < end:
                assert wire.send(stream[start:end]) == MQTTErrorCode.MQTT_ERR_SUCCESS
        assert wire.arrivals == sent


def test_one_read_brings_many_messages() -> None:
    sent = [Arrival(f"t/{n}", b"x", n + 1, False, False) for n in range(500)]
    with _wire() as wire:
        wire.send(b"".join(_publish(one, V5) for one in sent))
        assert wire.reads == [500]
        assert wire.arrivals == sent


def test_a_message_longer_than_a_read_is_put_together() -> None:
    sent = Arrival("t", bytes(range(256)) * 2000, 7, False, False)
    stream = _publish(sent, V5)
    with _wire() as wire:
        for start in range(0, len(stream), 50_000):
            assert not wire.arrivals
            wire.send(stream[start : start + 50_000])
        assert wire.arrivals == [sent]


def test_what_the_broker_answers_in_between_reaches_paho_in_its_order() -> None:
    heard: list[str] = []
    one, two = (Arrival("t", b"%d" % n, n, False, False) for n in (1, 2))
    with _wire() as wire:
        wire.client.on_subscribe = lambda *_: heard.append(f"subscribed after {len(wire.arrivals)}")
        suback = b"\x90\x04\x00\x01\x00\x01"
        wire.send(_publish(one, V5) + suback + _publish(two, V5))
        assert heard == ["subscribed after 1"]
        assert wire.arrivals == [one, two]


@pytest.mark.parametrize(
    "stream",
    [
        b"\x32\xff\xff\xff\xff\xff\x01",  # a length of more than four bytes
        b"\x32\x04\x00\x10ab",  # a topic longer than its packet
        b"\x32\x05\x00\x01t\x00\x01",  # no room for the properties
        b"\x00\x02\x00\x00",  # no packet of MQTT
        b"\x20\x01\x00",  # an answer cut short
    ],
)
def test_a_broker_that_does_not_speak_mqtt_is_left(stream: bytes) -> None:
    with _wire() as wire:
        assert wire.send(stream + b"\x30\x00" * 4) != MQTTErrorCode.MQTT_ERR_SUCCESS
        assert wire.client._sock is None


def test_a_topic_that_is_not_text_still_brings_its_payload_to_the_dead_letters() -> None:
    with _wire() as wire:
        wire.send(b"\x32\x08\x00\x02\xff\xfe\x00\x05\x00!")
        assert wire.arrivals == [Arrival("(topic is not UTF-8)", b"!", 5, False, False)]


def test_many_messages_are_acknowledged_in_one_write() -> None:
    with _wire() as wire:
        wire.client.acknowledge([1, 2, 65535])
        wire.client.loop_write()
        assert wire.broker.recv(100) == b"\x40\x02\x00\x01\x40\x02\x00\x02\x40\x02\xff\xff"
        wire.client.acknowledge([])
        assert not wire.client.want_write()


def test_without_room_nothing_is_read_and_the_connection_is_not_given_up() -> None:
    sent = Arrival("t", b"x", 1, False, False)
    with _wire() as wire:
        wire.is_full = True
        wire.client._ping_t = 1.0  # its answer waits in the socket behind the messages
        assert wire.send(_publish(sent, V5)) == MQTTErrorCode.MQTT_ERR_SUCCESS
        assert wire.arrivals == []
        assert wire.client.loop_misc() == MQTTErrorCode.MQTT_ERR_SUCCESS
        wire.is_full = False
        wire.client.loop_read()
        assert wire.arrivals == [sent]


def test_a_broker_that_hangs_up_is_noticed() -> None:
    with _wire() as wire:
        wire.broker.shutdown(socket.SHUT_RDWR)
        assert wire.client.loop_read() == MQTTErrorCode.MQTT_ERR_CONN_LOST
        assert wire.client._sock is None


def test_topics_as_long_as_a_book_are_not_remembered() -> None:
    with _wire() as wire:
        for topic in ("a/b", "x" * 60_000, "a/b"):
            wire.send(_publish(Arrival(topic, b"1", 1, retained=False, repeated=False), V5))
        assert [arrival.topic[:3] for arrival in wire.arrivals] == ["a/b", "xxx", "a/b"]
        assert list(wire.client._topics) == [b"a/b"]
