"""paho, taking what the socket holds at once and acknowledging many in one write.

paho reads a packet in three system calls and waits in `select` between two;
on a queue of a hundred thousand messages that is most of the work. Here one
read takes what has arrived, and the messages in it are cut apart in one loop.
Everything that is no message is handed to paho as it always was.
"""

import struct
from collections.abc import Callable, Sequence
from typing import NamedTuple

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.exception import MalformedPacket

_PUBLISH, _PUBACK = 0x30, 0x40
_PUBACK_WITH_LENGTH = 0x4002
_RETAINED, _QOS, _QOS_1, _REPEATED = 0x01, 0x06, 0x02, 0x08
_READ_BYTES = 256 * 1024
_TOPICS_REMEMBERED = 65_536
_LONGEST_REMEMBERED = 256
"""Topics of 64 kB are allowed; remembering those would fill the memory [B]."""

_NOT_UTF8 = "(topic is not UTF-8)"


class Arrival(NamedTuple):
    """One message as it came off the wire."""

    topic: str
    payload: bytes

    mid: int
    """The broker's number for it; 0 for QoS 0, which wants no acknowledgement."""

    retained: bool

    repeated: bool
    """The broker says that it may have sent it before."""


class BulkClient(paho.Client):
    """A paho client whose messages come in lists instead of one by one.

    Messages of QoS 2 are left to paho, which hands them to `on_message`; we
    subscribe at QoS 1, so that none comes.
    """

    def __init__(
        self,
        *,
        client_id: str,
        protocol: MQTTProtocolVersion,
        take: Callable[[list[Arrival]], None],
        has_room: Callable[[], bool],
    ) -> None:
        """Prepare a client that acknowledges by hand and keeps its session.

        Args:
            client_id: By which the broker knows the session.
            protocol: MQTT 5 or 3.1.1.
            take: Called in the network thread with the messages of one read.
            has_room: Asked before a read, and may wait a moment for a yes: until then
                nothing is read, which the broker feels.
        """
        is_v5 = protocol == MQTTProtocolVersion.MQTTv5
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=None if is_v5 else False,
            protocol=protocol,
            manual_ack=True,
        )
        self._take = take
        self._has_room = has_room
        self._is_v5 = is_v5
        self._topics: dict[bytes, str] = {}
        # The start of a packet of which the rest has not come, in the parts it came in.
        self._parts: list[bytes] = []
        self._missing = 0

    def acknowledge(self, mids: Sequence[int]) -> None:
        """Tell the broker in one write that messages of QoS 1 are durable."""
        if mids:
            words = [_PUBACK_WITH_LENGTH] * (2 * len(mids))
            words[1::2] = mids
            self._packet_queue(_PUBACK, struct.pack(f"!{len(words)}H", *words), mids[0], 1)

    def reconnect(self) -> MQTTErrorCode:
        """Connect anew; half a packet of the old connection is no part of the new one."""
        self._parts, self._missing = [], 0
        return super().reconnect()

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:  # noqa: ARG002 - paho's signature
        """Take what the socket holds; called by paho's own loop."""
        if self._sock is None:
            return MQTTErrorCode.MQTT_ERR_NO_CONN
        if not self._has_room():
            # The answer to our ping waits in the socket with the rest: it is not missed.
            self._ping_t = 0.0
            self._note_life()
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        try:
            chunk = self._sock_recv(_READ_BYTES)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            chunk = b""
        if not chunk:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        self._note_life()
        rc = self._take_chunk(chunk)
        return self._loop_rc_handle(rc) if rc > 0 else MQTTErrorCode.MQTT_ERR_SUCCESS

    def _note_life(self) -> None:
        with self._msgtime_mutex:
            self._last_bytes_received = paho.time_func()

    def _take_chunk(self, chunk: bytes) -> MQTTErrorCode:
        if self._parts:
            self._parts.append(chunk)
            self._missing -= len(chunk)
            if self._missing > 0:
                return MQTTErrorCode.MQTT_ERR_SUCCESS
            chunk = b"".join(self._parts)
            self._parts = []
        try:
            return self._cut(chunk)
        except MalformedPacket:
            return MQTTErrorCode.MQTT_ERR_PROTOCOL

    def _cut(self, chunk: bytes) -> MQTTErrorCode:
        """Cut packets apart, hand them on, and keep the start of one that is not whole.

        Raises:
            MalformedPacket: The broker does not speak MQTT.
        """
        connection = self._sock
        arrivals: list[Arrival] = []
        at, end = 0, len(chunk)
        while end - at >= 2:
            command, length, body = chunk[at], chunk[at + 1], at + 2
            if length & 0x80:
                length, body = _long_length(chunk, at + 1)
            after = body + length
            if after > end or not body:
                break
            if command & 0xF0 == _PUBLISH and command & _QOS <= _QOS_1:
                arrivals.append(self._arrival(command, chunk, body, after))
            else:
                arrivals = self._handed_over(arrivals)
                rc = self._hand_to_paho(command, chunk[body:after])
                if rc > 0 or self._sock is not connection:
                    return rc
            at = after
        self._handed_over(arrivals)
        self._keep(chunk, at)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _arrival(self, command: int, chunk: bytes, at: int, after: int) -> Arrival:
        """Read the PUBLISH whose body stands in `chunk[at:after]`."""
        name_at = at + 2
        try:
            at = name_at + (chunk[at] << 8 | chunk[at + 1])
            name = chunk[name_at:at]
            mid = 0
            if command & _QOS:
                mid = chunk[at] << 8 | chunk[at + 1]
                at += 2
            if self._is_v5:
                length = chunk[at]
                at += 1
                if length & 0x80:
                    length, at = _long_length(chunk, at - 1)
                at += length
        except IndexError:
            at = after + 1
        if at > after:
            raise MalformedPacket("a message longer than its packet")
        return Arrival(
            self._topics.get(name) or self._topic(name),
            chunk[at:after],
            mid,
            command & _RETAINED != 0,
            command & _REPEATED != 0,
        )

    def _handed_over(self, arrivals: list[Arrival]) -> list[Arrival]:
        """Hand over what has come; return a list for what comes next."""
        if arrivals:
            self._take(arrivals)
            return []
        return arrivals

    def _keep(self, chunk: bytes, at: int) -> None:
        """Keep the start of a packet, and note how much of it is wanted before it is looked at."""
        self._parts = [chunk[at:]] if at < len(chunk) else []
        self._missing = 1
        if len(chunk) - at >= 5:
            length, body = _long_length(chunk, at + 1)
            self._missing = body + length - len(chunk)

    def _topic(self, name: bytes) -> str:
        """Decode a topic; topics repeat by the million."""
        try:
            topic = name.decode()
        except UnicodeDecodeError:
            return _NOT_UTF8
        if len(name) <= _LONGEST_REMEMBERED:
            if len(self._topics) >= _TOPICS_REMEMBERED:
                self._topics.clear()
            self._topics[name] = topic
        return topic

    def _hand_to_paho(self, command: int, packet: bytes) -> MQTTErrorCode:
        self._in_packet = {
            "command": command,
            "have_remaining": 1,
            "remaining_count": [],
            "remaining_mult": 1,
            "remaining_length": len(packet),
            "packet": bytearray(packet),
            "to_process": 0,
            "pos": 0,
        }
        return self._packet_handle()


def _long_length(chunk: bytes, at: int) -> tuple[int, int]:
    """Read a length of several bytes; return it and where it ends, 0 when it is cut off.

    Raises:
        MalformedPacket: It has more than four bytes.
    """
    length = 0
    for place in range(4):
        if at + place >= len(chunk):
            return 0, 0
        byte = chunk[at + place]
        length |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            return length, at + place + 1
    raise MalformedPacket("a length of more than four bytes")
