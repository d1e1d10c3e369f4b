"""Ending a session at the broker for good."""

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from ingest.tls import tls_context
from settings.model import MqttSettings

_LOOPS = 50
_LOOP_S = 0.1


def end_session(
    mqtt: MqttSettings, name: str, *, username: str | None = None, password: str | None = None
) -> bool:
    """Have the broker forget the session `name`; tell whether it did.

    A connection that starts clean, and expires as it ends, leaves nothing
    behind in either version of MQTT. What the session still held is gone.
    """
    is_v5 = mqtt.protocol == "5"
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=name,
        clean_session=None if is_v5 else True,
        protocol=MQTTProtocolVersion.MQTTv5 if is_v5 else MQTTProtocolVersion.MQTTv311,
    )
    if username:
        client.username_pw_set(username, password)
    if mqtt.tls.enabled:
        client.tls_set_context(tls_context(mqtt.tls))
    try:
        client.connect(
            mqtt.host, mqtt.port, clean_start=True if is_v5 else paho.MQTT_CLEAN_START_FIRST_ONLY
        )
    except OSError:
        return False
    for _ in range(_LOOPS):
        if client.loop(_LOOP_S) != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        if client.is_connected():
            client.disconnect()
            client.loop(_LOOP_S)
            return True
    return False
