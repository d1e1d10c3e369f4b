"""To a broker, at QoS 1 and never retained, with a bounded number of messages in flight."""

import logging
import ssl
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from domain.errors import ConfigError, ZainduError
from domain.messages import RawMessage
from settings.model import MqttSettings, TlsSettings

log = logging.getLogger(__name__)

_LOOK_AGAIN_S = 0.5
_PATIENCE_S = 15.0
_PROGRESS_EVERY = 500


class MqttPublisher:
    """Publishes messages; a context manager, or `connect` and `close`.

    paho keeps what was not acknowledged and sends it again after a reconnection.
    """

    def __init__(
        self,
        mqtt: MqttSettings,
        *,
        username: str | None = None,
        password: str | None = None,
        client_id: str = "zaindu-simulator",
        in_flight: int = 200,
    ) -> None:
        """Prepare the connection; nothing is sent before `connect`.

        Args:
            mqtt: Broker, protocol and encryption.
            username: User, where the broker asks for one.
            password: Its password.
            client_id: Must differ from every other client's of the broker.
            in_flight: Messages that may wait for their acknowledgement at once.
        """
        self._mqtt = mqtt
        self._in_flight = in_flight
        self._places = threading.BoundedSemaphore(in_flight)
        self._answered = threading.Event()
        self._closed = threading.Event()
        self._refusal = ""
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=paho.MQTTv5 if mqtt.protocol == "5" else paho.MQTTv311,
        )
        self._client.max_inflight_messages_set(in_flight)
        self._client.reconnect_delay_set(1, 30)
        if username is not None:
            self._client.username_pw_set(username, password)
        if mqtt.tls.enabled:
            self._client.tls_set_context(_tls_context(mqtt.tls))
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish
        self._client.on_disconnect = self._on_disconnect

    def connect(self) -> None:
        """Connect, and keep reconnecting, in a thread of paho's own.

        Raises:
            ConfigError: Nobody answers, or the broker refuses us.
        """
        place = f"{self._mqtt.host}:{self._mqtt.port}"
        try:
            self._client.connect(self._mqtt.host, self._mqtt.port, self._mqtt.keepalive_s)
        except OSError as error:
            raise ConfigError([f"[mqtt] no broker answers on {place}: {error}"]) from error
        self._client.loop_start()
        if not self._answered.wait(_PATIENCE_S) or self._refusal:
            self.close()
            raise ConfigError(
                [f"[mqtt] the broker on {place} refuses us: {self._refusal or 'no answer'}"]
            )

    def publish(self, message: RawMessage) -> None:
        """Send one message; wait for a place while too many are unacknowledged.

        Raises:
            ZainduError: The publisher was closed, or the message cannot be sent at all.
        """
        while not self._places.acquire(timeout=_LOOK_AGAIN_S):
            if self._closed.is_set():
                break
        if self._closed.is_set():
            raise ZainduError("the publisher is closed")
        sent = self._client.publish(message.topic, message.payload, qos=1, retain=False)
        # Without a connection paho keeps the message and sends it later.
        if sent.rc not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN):
            self._places.release()
            raise ZainduError(f"cannot publish on {message.topic}: {paho.error_string(sent.rc)}")

    def publish_all(
        self,
        messages: Iterable[RawMessage],
        on_progress: Callable[[int], None] = lambda _count: None,
        stop: threading.Event | None = None,
    ) -> int:
        """Send a history, and return how many messages it was once all are acknowledged.

        Args:
            messages: In the order in which they are sent.
            on_progress: Called with how many were sent, every few hundred and at the end.
            stop: Ends the sending early when set.
        """
        count = 0
        for message in messages:
            if stop is not None and stop.is_set():
                break
            self.publish(message)
            count += 1
            if count % _PROGRESS_EVERY == 0:
                on_progress(count)
        self.flush()
        on_progress(count)
        return count

    def flush(self, timeout_s: float = 60.0) -> None:
        """Wait until everything sent is acknowledged.

        Raises:
            ZainduError: Some messages are not acknowledged in time.
        """
        taken = 0
        try:
            for _ in range(self._in_flight):
                if not self._places.acquire(timeout=timeout_s):
                    raise ZainduError("the broker does not acknowledge what was published")
                taken += 1
        finally:
            for _ in range(taken):
                self._places.release()

    def close(self) -> None:
        """Disconnect; what is not acknowledged by now is lost with the process."""
        self._closed.set()
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> Self:
        """Connect."""
        self.connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect."""
        self.close()

    def _on_connect(
        self,
        _client: paho.Client,
        _userdata: object,
        _flags: paho.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
            log.error("the broker refuses the simulator: %s", reason)
        self._answered.set()

    def _on_publish(
        self,
        _client: paho.Client,
        _userdata: object,
        _mid: int,
        reason: ReasonCode,
        _properties: Properties,
    ) -> None:
        if reason.is_failure:
            log.warning("the broker did not take a message: %s", reason)
        self._places.release()

    def _on_disconnect(
        self,
        _client: paho.Client,
        _userdata: object,
        _flags: paho.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure and not self._closed.is_set():
            log.warning("the connection to the broker is lost (%s): reconnecting", reason)


def _tls_context(tls: TlsSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
        if tls.certificate_file is not None:
            context.load_cert_chain(tls.certificate_file, tls.key_file)
    except OSError as fault:  # an unreadable file, and what is no certificate
        raise ConfigError(
            [f"[mqtt.tls] a certificate or its key cannot be used: {fault}"]
        ) from None
    return context
