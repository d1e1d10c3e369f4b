"""The connection to the broker: a session that outlives us, acknowledged by hand.

paho calls back in its network thread, so nothing happens there but queueing.
The writer acknowledges once the readings are durable.
"""

import logging
import random
import ssl
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from domain.errors import ConfigError
from domain.messages import RawMessage
from ingest.catching_up import CatchingUp
from ingest.inbox import Delivery, Inbox
from ingest.subscriptions import Subscriptions
from settings.model import MqttSettings, TlsSettings

log = logging.getLogger(__name__)

_FIRST_RETRY_S = 1.0
_LAST_RETRY_S = 10.0


class BrokerClient:
    """Receives messages into an inbox and acknowledges them when told to."""

    def __init__(
        self,
        mqtt: MqttSettings,
        inbox: Inbox,
        subscriptions: Subscriptions,
        *,
        username: str | None = None,
        password: str | None = None,
    ) -> None:
        """Prepare the connection; nothing is sent before `start`."""
        self._mqtt = mqtt
        self._inbox = inbox
        self._subscriptions = subscriptions
        self._is_v5 = mqtt.protocol == "5"
        self._client = _paho_client(mqtt, username, password)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_subscribe = self._on_subscribe
        self._client.on_unsubscribe = self._on_unsubscribe
        self._client.on_message = self._on_message
        self._catching_up = CatchingUp()
        self._dropping: dict[int, list[str]] = {}
        self._generation = 0
        self._generation_lock = threading.Lock()
        self._accepts = True
        self._subscribed = threading.Event()
        self._has_subscribed_before = False
        self._has_failed = False
        self._received = 0

    @property
    def is_ready(self) -> bool:
        """Tell whether the broker has us connected and subscribed."""
        return self._subscribed.is_set() and self._client.is_connected()

    @property
    def is_running(self) -> bool:
        """Tell whether paho's thread lives: a fault in it would end it without a word."""
        thread = self._client._thread
        return thread is not None and thread.is_alive()

    @property
    def received(self) -> int:
        """How many messages were put in the inbox since the start."""
        return self._received

    def start(self) -> None:
        """Connect, and keep reconnecting, in a thread of paho's own."""
        properties = None
        if self._is_v5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's
            properties.SessionExpiryInterval = self._mqtt.session_expiry_h * 3600
            properties.ReceiveMaximum = self._mqtt.receive_maximum
        self._client.connect_async(
            self._mqtt.host,
            self._mqtt.port,
            self._mqtt.keepalive_s,
            clean_start=False if self._is_v5 else paho.MQTT_CLEAN_START_FIRST_ONLY,
            properties=properties,
        )
        self._client.loop_start()

    def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Tell the broker that these are durable.

        Those of an earlier connection are left out: the broker sends them
        again, and their numbers may by now mean other messages.
        """
        self._subscriptions.touch()
        ack = self._client.ack
        with self._generation_lock:
            current = self._generation
            for delivery in deliveries:
                if delivery.mid and delivery.generation == current:
                    ack(delivery.mid, 1)

    def stop_accepting(self) -> None:
        """Leave what still comes with the broker, so that a flush has an end."""
        self._accepts = False

    def stop(self) -> None:
        """Disconnect after the acknowledgements in hand; the session stays."""
        self._accepts = False
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(
        self, _client: paho.Client, _userdata: object, message: paho.MQTTMessage
    ) -> None:
        if not self._accepts and message.qos:
            return
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(topic is not UTF-8)"
        # No broker keeps QoS 0 for whoever is away.
        queued = bool(message.qos) and self._catching_up.arrived()
        raw = RawMessage(
            topic, bytes(message.payload), datetime.now(UTC), message.retain, queued, message.dup
        )
        if self._inbox.put(Delivery(raw, message.mid if message.qos else 0, self._generation)):
            self._received += 1

    def _on_connect(
        self,
        client: paho.Client,
        _userdata: object,
        flags: paho.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._log_failure(
                "the broker refused us: %s; see ZAINDU_MQTT_USERNAME and ZAINDU_MQTT_PASSWORD",
                reason,
            )
            return
        self._has_failed = False
        log.info("connected to the broker; session %s", "kept" if flags.session_present else "new")
        if flags.session_present:
            self._catching_up.begin(self._subscriptions.away_s)
        if flags.session_present and self._has_subscribed_before:
            self._subscribed.set()
            return
        # Also on the first connection of a kept session: the topics may have been edited.
        self._subscriptions.begin(self._mqtt.topics, is_kept=flags.session_present)
        if unwanted := self._subscriptions.beside(self._mqtt.topics):
            log.info("leaving %s, which config.toml no longer names", ", ".join(unwanted))
            _, mid = client.unsubscribe(unwanted)
            self._dropping = {} if mid is None else {mid: unwanted}
        result, _ = client.subscribe(self._wanted())
        if result != MQTTErrorCode.MQTT_ERR_SUCCESS:
            log.error("cannot subscribe: %s", paho.error_string(result))

    def _wanted(self) -> list[tuple[str, int]] | list[tuple[str, SubscribeOptions]]:
        if not self._is_v5:
            return [(topic, 1) for topic in self._mqtt.topics]
        # Retained messages only when the subscription is new to the broker.
        options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
        return [(topic, options) for topic in self._mqtt.topics]

    def _on_subscribe(
        self,
        _client: paho.Client,
        _userdata: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        refused = [
            topic
            for topic, reason in zip(self._mqtt.topics, reasons, strict=False)
            if reason.is_failure
        ]
        if refused:
            log.error("the broker refuses the subscription to %s", ", ".join(refused))
            return
        self._has_subscribed_before = True
        self._subscribed.set()

    def _on_unsubscribe(
        self,
        _client: paho.Client,
        _userdata: object,
        mid: int,
        _reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        self._subscriptions.drop(self._dropping.pop(mid, ()))

    def _on_disconnect(
        self,
        _client: paho.Client,
        _userdata: object,
        _flags: paho.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        with self._generation_lock:
            self._generation += 1
        self._subscribed.clear()
        if reason.is_failure:
            self._log_failure("the connection to the broker was lost: %s", reason)

    def _on_connect_fail(self, _client: paho.Client, _userdata: object) -> None:
        # Called by paho while it handles what went wrong: a certificate, a name, a closed port.
        where = f"{self._mqtt.host}:{self._mqtt.port}"
        self._log_failure("cannot connect to the broker at %s: %s", where, str(sys.exception()))

    def _log_failure(self, text: str, *details: object) -> None:
        """Say it once, not at each attempt to reconnect."""
        log.log(logging.DEBUG if self._has_failed else logging.WARNING, text, *details)
        self._has_failed = True


def _paho_client(mqtt: MqttSettings, username: str | None, password: str | None) -> paho.Client:
    is_v5 = mqtt.protocol == "5"
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=mqtt.client_id,
        clean_session=None if is_v5 else False,
        protocol=paho.MQTTv5 if is_v5 else paho.MQTTv311,
        manual_ack=True,
    )
    if username:
        client.username_pw_set(username, password)
    if mqtt.tls.enabled:
        client.tls_set_context(_tls_context(mqtt.tls))
    # Not the same for everybody: a broker that comes back must not meet us all at once.
    jitter = random.uniform(0.5, 1.5)  # noqa: S311 - spreads retries, guards no secret
    client.reconnect_delay_set(_FIRST_RETRY_S * jitter, _LAST_RETRY_S * jitter)  # type: ignore[arg-type]  # paho only compares and adds them
    return client


def _tls_context(tls: TlsSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(tls.ca_file) if tls.ca_file else None)
        if tls.certificate_file:
            context.load_cert_chain(tls.certificate_file, tls.key_file)
    except OSError as fault:  # an unreadable file, and what is no certificate
        raise ConfigError(
            [f"[mqtt.tls] a certificate or its key cannot be used: {fault}"]
        ) from None
    return context
