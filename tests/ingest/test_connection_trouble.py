import logging

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from ingest.connection_trouble import ConnectionTrouble
from settings.model import MqttSettings, TlsSettings

NOT_AUTHORIZED = ReasonCode(PacketTypes.CONNACK, "Not authorized")
UNSAID = ReasonCode(PacketTypes.DISCONNECT, "Unspecified error")


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


def test_each_trouble_is_told_once_until_the_connection_stands(
    caplog: pytest.LogCaptureFixture,
) -> None:
    trouble = ConnectionTrouble(MqttSettings(), "z")
    trouble.lost(UNSAID)
    for _ in range(3):
        trouble.unreachable(ConnectionRefusedError(111, "Connection refused"))
    for _ in range(3):
        trouble.unreachable(OSError("certificate verify failed"))
    assert _warnings(caplog) == [
        "the connection to the broker was lost: Unspecified error",
        "cannot connect to the broker at 127.0.0.1:1883: [Errno 111] Connection refused",
        "cannot connect to the broker at 127.0.0.1:1883: certificate verify failed",
    ]
    trouble.is_over()
    trouble.lost(UNSAID)
    assert len(_warnings(caplog)) == 4


def test_a_refusal_is_told_by_its_reason_and_not_by_the_end_that_follows(
    caplog: pytest.LogCaptureFixture,
) -> None:
    trouble = ConnectionTrouble(MqttSettings(), "z")
    for _ in range(2):
        trouble.refused(NOT_AUTHORIZED)
        trouble.ended_early(UNSAID)
    (told,) = _warnings(caplog)
    assert "Not authorized; see ZAINDU_MQTT_USERNAME" in told


def test_a_broker_that_hangs_up_without_a_word_may_not_like_our_certificate(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ConnectionTrouble(MqttSettings(tls=TlsSettings(enabled=True)), "z").ended_early(UNSAID)
    ConnectionTrouble(MqttSettings(), "z").ended_early(UNSAID)
    over_tls, plain = _warnings(caplog)
    assert "[mqtt.tls] certificate_file" in over_tls
    assert "certificate" not in plain
