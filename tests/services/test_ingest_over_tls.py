"""Encryption towards the broker, and certificates that are renewed while ingest runs."""

import gc
import logging
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from settings.model import MqttSettings, TlsSettings
from tests.services.certificates import make_authority, sign
from tests.services.ingest_in_process import House, publish, sensor
from tests.services.numbered_messages import await_true
from tests.services.servers import Mosquitto, answers, free_port

pytestmark = [pytest.mark.services, pytest.mark.endurance]


def _set_password(broker: Mosquitto, password: str) -> None:
    words = broker.folder / "passwords"
    words.touch()
    words.chmod(0o644)
    subprocess.run(
        ["mosquitto_passwd", "-b", str(words), "ingest", password], check=True, capture_output=True
    )
    words.chmod(0o644)


@pytest.fixture
def guarded(mosquitto: Mosquitto, tmp_path_factory: pytest.TempPathFactory) -> Mosquitto:
    """A broker that speaks TLS and wants a password."""
    mosquitto.stop()
    folder = mosquitto.folder / "tls"
    make_authority(folder)
    sign(folder, "server")
    _set_password(mosquitto, "right")
    configuration = mosquitto.folder / "mosquitto.conf"
    text = configuration.read_text().replace("allow_anonymous true", "allow_anonymous false")
    configuration.write_text(
        f"{text}password_file {mosquitto.folder / 'passwords'}\n"
        f"certfile {folder / 'server.pem'}\nkeyfile {folder / 'server.key'}\n"
    )
    mosquitto.start()
    return mosquitto


def _over_tls(broker: Mosquitto, ca_file: Path | None) -> MqttSettings:
    return MqttSettings(port=broker.port, tls=TlsSettings(enabled=True, ca_file=ca_file))


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.name == "ingest.connection_trouble" and record.levelno >= logging.WARNING
    ]


def test_a_broker_with_a_certificate_of_its_own_is_reached_with_a_password(
    guarded: Mosquitto, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    mqtt = _over_tls(guarded, guarded.folder / "tls" / "ca.pem")
    service, _ = house.ingest(mqtt, username="ingest", password="right")
    assert await_true(lambda: service.is_ready), _warnings(caplog)
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.tls_set(str(guarded.folder / "tls" / "ca.pem"))
    client.username_pw_set("ingest", "right")
    client.connect("127.0.0.1", guarded.port)
    client.loop_start()
    client.publish("tele/plug/SENSOR", sensor(7), qos=1).wait_for_publish(20)
    client.disconnect()
    client.loop_stop()
    assert await_true(lambda: service.counters.stored == 1)
    assert house.values() == [7.0]
    assert not _warnings(caplog)


def test_a_wrong_password_is_told_once_and_tried_until_it_is_right(
    guarded: Mosquitto, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    mqtt = _over_tls(guarded, guarded.folder / "tls" / "ca.pem")
    with caplog.at_level(logging.DEBUG, "ingest.connection_trouble"):
        service, _ = house.ingest(mqtt, username="ingest", password="new")
        assert await_true(lambda: caplog.text.count("the broker refused us") >= 2)
    assert len(_warnings(caplog)) == 1
    assert "ZAINDU_MQTT_PASSWORD" in _warnings(caplog)[0]
    assert not service.is_ready
    guarded.stop()
    _set_password(guarded, "new")
    guarded.start()
    assert await_true(lambda: service.is_ready)


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    guarded: Mosquitto, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    service, end = house.ingest(_over_tls(guarded, None), username="ingest", password="right")
    assert await_true(lambda: bool(_warnings(caplog)))
    time.sleep(2)
    assert not service.is_ready
    end()
    gc.collect()
    assert len(_warnings(caplog)) == 1
    assert "certificate" in _warnings(caplog)[0]


def _lay(source: Path, folder: Path, share: float = 1.0) -> None:
    """Copy authority, certificate and key; of a `share`, as somebody who is still writing."""
    for name in ("ca.pem", "client.pem", "client.key"):
        content = (source / name).read_bytes()
        (folder / name).write_bytes(content[: int(share * len(content))])


def _speak_tls_with(broker: Mosquitto, certificates: Path, plain_port: int) -> None:
    """Have the broker ask for certificates of one authority, but on a port of the test's own."""
    configuration = broker.folder / "mosquitto.conf"
    text = configuration.read_text().partition("# tls")[0]
    configuration.write_text(
        f"{text}# tls\nrequire_certificate true\ncafile {certificates / 'ca.pem'}\n"
        f"certfile {certificates / 'server.pem'}\nkeyfile {certificates / 'server.key'}\n"
        f"listener {plain_port} 127.0.0.1\nallow_anonymous true\n"
    )


def _restart(broker: Mosquitto, plain_port: int, has_ended: Callable[[], bool]) -> None:
    broker.stop()
    assert await_true(has_ended)
    broker.start()
    assert await_true(lambda: answers(plain_port)), broker.log_tail()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_certificates_renewed_while_ingest_runs_are_taken_without_a_restart_of_ours(
    mosquitto: Mosquitto,
    house: House,
    caplog: pytest.LogCaptureFixture,
    protocol: Literal["5", "3.1.1"],
) -> None:
    old, new, ours = (mosquitto.folder / name for name in ("old", "new", "ours"))
    for folder in (old, new):
        make_authority(folder)
        sign(folder, "server")
        sign(folder, "client")
    ours.mkdir()
    _lay(old, ours)
    plain_port = free_port()
    _speak_tls_with(mosquitto, old, plain_port)
    _restart(mosquitto, plain_port, lambda: True)
    tls = TlsSettings(
        enabled=True,
        ca_file=ours / "ca.pem",
        certificate_file=ours / "client.pem",
        key_file=ours / "client.key",
    )
    mqtt = MqttSettings(port=mosquitto.port, protocol=protocol, tls=tls)
    service, end = house.ingest(mqtt)
    assert await_true(lambda: service.is_ready), _warnings(caplog)
    publish(plain_port, ("tele/plug/SENSOR", sensor(1)))

    # Somebody is still writing the new files when the connection is lost.
    _lay(new, ours, share=0.6)
    _restart(mosquitto, plain_port, lambda: not service.is_ready)
    assert await_true(lambda: service.is_ready), _warnings(caplog)
    assert "a certificate or its key cannot be used" in caplog.text
    publish(plain_port, ("tele/plug/SENSOR", sensor(2)))

    # The broker has its new ones before we have ours.
    _speak_tls_with(mosquitto, new, plain_port)
    _restart(mosquitto, plain_port, lambda: not service.is_ready)
    publish(plain_port, ("tele/plug/SENSOR", sensor(3)))
    assert await_true(lambda: "certificate verify failed" in caplog.text)
    assert not service.is_ready
    _lay(new, ours)
    assert await_true(lambda: service.is_ready), _warnings(caplog)
    publish(plain_port, ("tele/plug/SENSOR", sensor(4)))
    assert await_true(lambda: house.values() == [1.0, 2.0, 3.0, 4.0])
    end()
    gc.collect()
    assert service.counters.unaccounted == 0
    said = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(said) <= 6, said
