"""The connection to the broker: a session that outlives us, acknowledged by hand.

paho calls back in its network thread, so nothing happens there but queueing.
The writer acknowledges once the readings are durable.
"""

import logging
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import paho.mqtt.client as paho
from paho.mqtt.enums import MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from domain.messages import RawMessage
from ingest.bulk_client import Arrival, BulkClient
from ingest.catching_up import CatchingUp
from ingest.connection_trouble import ConnectionTrouble
from ingest.grants import Grants
from ingest.inbox import Delivery, Inbox
from ingest.reception_clock import ReceptionClock
from ingest.retry_pace import RetryPace
from ingest.subscriptions import Subscriptions, with_options
from ingest.tls import RenewedCertificates, tls_context
from ingest.worker import Worker
from settings.model import MqttSettings

log = logging.getLogger(__name__)


class BrokerClient:
    """Receives messages into an inbox and acknowledges them when told to."""

    def __init__(
        self,
        mqtt: MqttSettings,
        worker: Worker,
        inbox: Inbox,
        *,
        username: str | None = None,
        password: str | None = None,
        clock: ReceptionClock | None = None,
        listening: threading.Event | None = None,
    ) -> None:
        """Prepare the connection; nothing is sent before `start`.

        Args:
            mqtt: Where the broker is, and how it is spoken to.
            worker: Whose session it is, and what it subscribes to.
            inbox: Where messages go.
            username: None: anonymous.
            password: Likewise.
            clock: What dates the messages.
            listening: Set once the broker has granted what is subscribed to.

        Raises:
            ConfigError: A certificate cannot be used.
        """
        self._mqtt = mqtt
        self._worker = worker
        self._wanted = () if worker.is_retiring else worker.topics
        self._inbox = inbox
        self._subscriptions = Subscriptions(
            worker.folder / "mqtt-session.json", f"{mqtt.host}:{mqtt.port} {worker.name}"
        )
        self._is_v5 = mqtt.protocol == "5"
        self._client = self._paho_client(username, password)
        self._pace = RetryPace(self._client)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_subscribe = self._on_subscribe
        self._client.on_unsubscribe = self._on_unsubscribe
        self._catching_up = CatchingUp()
        self._reception_clock = clock or ReceptionClock()
        self._dropping: dict[int, list[str]] = {}
        self._generation = 0
        # One thread may meet the loss of the connection while it acknowledges.
        self._generation_lock = threading.RLock()
        self._accepts = True
        self._subscribed = threading.Event()
        self._listening = listening or threading.Event()
        self._has_subscribed_before = False
        self._trouble = ConnectionTrouble(mqtt, worker.name)
        self._grants = Grants()
        self._stands = False
        self._received = 0
        self._heard_at = self._stood_until = time.monotonic()

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
    def quiet_s(self) -> float:
        """How long nothing has come on a connection that stands [s]; 0 while there is none."""
        return time.monotonic() - self._heard_at if self.is_ready else 0.0

    @property
    def cut_off_since(self) -> datetime | None:
        """Since when we are not connected and subscribed [UTC]; None while we are."""
        if self.is_ready:
            return None
        return datetime.now(UTC) - timedelta(seconds=time.monotonic() - self._stood_until)

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

    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Tell the broker that these are durable.

        Those of an earlier connection are left out: the broker sends them
        again, and their numbers may by now mean other messages.
        """
        self._subscriptions.touch()
        with self._generation_lock:
            current = self._generation
            self._client.acknowledge(
                [d.mid for d in deliveries if d.mid and d.generation == current]
            )

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a request once, if connected: whoever asks will ask again."""
        if self._client.is_connected():
            self._client.publish(topic, payload, qos=0)

    def stop_accepting(self) -> None:
        """Leave what still comes with the broker, so that a flush has an end."""
        self._accepts = False

    def stop(self) -> None:
        """Disconnect after the acknowledgements in hand; the session stays."""
        self._accepts = False
        self._client.disconnect()
        self._client.loop_stop()

    def _take(self, arrivals: Sequence[Arrival]) -> None:
        """Put what one read of the socket brought in the inbox; called in paho's thread."""
        if not self._accepts:
            arrivals = [arrival for arrival in arrivals if not arrival.mid]
        # No broker keeps QoS 0 for whoever is away.
        may_be_old = any(a.mid for a in arrivals) and self._catching_up.arrived()
        generation = self._generation
        at, step = self._reception_clock.next(), self._reception_clock.step
        deliveries = []
        for topic, payload, mid, retained, repeated in arrivals:
            at += step
            raw = RawMessage(topic, payload, at, retained, may_be_old and mid > 0, repeated, mid)
            deliveries.append(Delivery(raw, mid, generation))
        self._reception_clock.newest = at
        self._inbox.put(deliveries)
        self._received += len(arrivals)
        self._heard_at = time.monotonic()

    def _on_connect(
        self,
        client: paho.Client,
        _userdata: object,
        flags: paho.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._trouble.refused(reason)
            return
        self._trouble.is_over()
        self._stands = True
        self._heard_at = time.monotonic()
        self._pace.stands()
        log.log(
            logging.DEBUG if self._pace.is_contested else logging.INFO,
            "connected to the broker; session %s",
            "kept" if flags.session_present else "new",
        )
        if flags.session_present:
            self._catching_up.begin(self._subscriptions.away_s)
        # mosquitto 2.0 keeps a session over its own restart, and not what the session shares.
        if flags.session_present and self._has_subscribed_before and not self._worker.shares:
            self._subscribed.set()
            return
        if self._worker.is_retiring:
            client.unsubscribe(list(self._worker.topics))
            self._subscribed.set()
            return
        # Also on the first connection of a kept session: the topics may have been edited.
        self._subscriptions.begin(self._wanted, is_kept=flags.session_present)
        result, _ = client.subscribe(with_options(self._wanted, is_v5=self._is_v5))
        if result != MQTTErrorCode.MQTT_ERR_SUCCESS:
            log.error("cannot subscribe: %s", paho.error_string(result))
        # Only now: what is published in between is kept for nobody who listens to neither.
        if unwanted := self._subscriptions.beside(self._wanted):
            log.info("leaving %s, which config.toml no longer names", ", ".join(unwanted))
            _, mid = client.unsubscribe(unwanted)
            self._dropping = {} if mid is None else {mid: unwanted}

    def _on_subscribe(
        self,
        _client: paho.Client,
        _userdata: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        if not self._grants.are_whole(self._wanted, reasons):
            return
        self._has_subscribed_before = True
        self._subscribed.set()
        self._listening.set()

    def ask_again_if_due(self) -> None:
        """Subscribe again some time after a refusal."""
        if self._grants.take_due():
            self._client.subscribe(with_options(self._wanted, is_v5=self._is_v5))

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
        self._grants.forget()
        had_stood, self._stands = self._stands, False
        if had_stood:
            self._stood_until = time.monotonic()
            # It may have been dead for as long as a ping takes to find out.
            self._subscriptions.leave(ago_s=self._mqtt.keepalive_s)
        if had_stood and self._pace.lost(reason):
            self._trouble.contested(reason)
        elif reason.is_failure and not had_stood:
            self._trouble.ended_early(reason)
        elif reason.is_failure and not self._pace.is_contested:
            self._trouble.lost(reason)

    def _on_connect_fail(self, _client: paho.Client, _userdata: object) -> None:
        # Called by paho while it handles what went wrong.
        self._trouble.unreachable(sys.exception())

    def _paho_client(self, username: str | None, password: str | None) -> BulkClient:
        client = BulkClient(
            client_id=self._worker.name,
            protocol=MQTTProtocolVersion.MQTTv5 if self._is_v5 else MQTTProtocolVersion.MQTTv311,
            take=self._take,
            has_room=self._inbox.has_room,
        )
        if username:
            client.username_pw_set(username, password)
        if self._mqtt.tls.enabled:
            client.tls_set_context(tls_context(self._mqtt.tls))
            client.on_pre_connect = RenewedCertificates(self._mqtt.tls)
        return client
