"""Ingest against a real broker: what it is sent, how it gets in, what it leaves."""

import gc
import logging
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import paho.mqtt.client as paho
import pytest

from domain.meters import Commodity, Meter, Source
from domain.periods import Period
from domain.readings import Quality
from domain.sites import Building, Portfolio
from ingest.client import BrokerClient
from ingest.service import IngestService
from settings.model import IngestSettings, MqttSettings, Settings, SiteSettings, TlsSettings
from storage.embedded import EmbeddedStore
from storage.ports import ReadingStore, Records
from storage.records import open_records
from tests.ingest.decoders.sparkplug_wire import metric
from tests.ingest.decoders.sparkplug_wire import payload as sparkplug
from tests.services.servers import Mosquitto

NOW = datetime.now(UTC).replace(microsecond=0)
WHOLE = Period(NOW - timedelta(days=1), NOW + timedelta(days=1))

pytestmark = pytest.mark.services


class House:
    """Stores with one meter, and ingest started on them at will."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self._opened = opened
        self.readings: ReadingStore = EmbeddedStore(folder / "readings.sqlite")
        self.records: Records = open_records(f"sqlite:///{folder / 'records.sqlite'}")
        opened.callback(self.readings.close)
        opened.callback(self.records.close)
        meter = Meter(
            id="m",
            building_id="b",
            name="M",
            commodity=Commodity.ELECTRICITY,
            source=Source(family="tasmota", device="plug"),
        )
        building = Building(id="b", name="B", floor_area_m2=100.0)
        self.records.portfolio.apply_config(Portfolio(buildings=(building,), meters=(meter,)))

    def ingest(
        self, mqtt: MqttSettings, *, username: str | None = None, password: str | None = None
    ) -> tuple[IngestService, Callable[[], None]]:
        """Start ingest; return it and what stops it."""
        settings = Settings(
            site=SiteSettings(name="Test", data_dir=self.folder),
            mqtt=mqtt,
            ingest=IngestSettings(max_payload_kb=4),
        )
        service = IngestService(
            settings,
            username=username,
            password=password,
            readings=self.readings,
            records=self.records,
        )
        stop = threading.Event()
        running = threading.Thread(target=service.run, args=(stop,))
        running.start()

        def end() -> None:
            stop.set()
            running.join(20)

        self._opened.callback(end)
        return service, end

    def values(self) -> list[float]:
        """What is stored, by time."""
        return [float(v) for v in self.readings.read("m", "energy.Total", WHOLE)["value"]]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with ExitStack() as opened:
        yield House(tmp_path, opened)


def _sensor(number: int) -> bytes:
    at = f"{NOW - timedelta(hours=1) + timedelta(seconds=number):%Y-%m-%dT%H:%M:%S}+00:00"
    return f'{{"Time":"{at}","ENERGY":{{"Total":{number}}}}}'.encode()


def _publish(port: int, *messages: tuple[str, bytes]) -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for topic, payload in messages:
        client.publish(topic, payload, qos=1).wait_for_publish(20)
    client.disconnect()
    client.loop_stop()


def _await(is_true: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while not is_true() and time.monotonic() < until:
        time.sleep(0.05)
    return is_true()


UNUSABLE = {
    "truncated": (_sensor(500)[:30], "JSON"),
    "binary": (bytes(range(256)), ""),
    "empty": (b"", ""),
    "huge": (b'{"ENERGY":' + b" " * 2_000_000 + b"}", "2000011 bytes"),
    "deep": (b"[" * 4000, ""),
    "text for a number": (_sensor(501).replace(b"501", b'"many"'), "number"),
    "list for an object": (b"[1, 2, 3]", ""),
    "nan": (_sensor(502).replace(b"502", b"NaN"), ""),
    "infinite": (_sensor(503).replace(b"503", b"1e999"), ""),
    "impossible": (_sensor(504).replace(b"504", b"1e15"), "beyond"),
    "negative": (_sensor(505).replace(b"505", b"-1"), "negative index"),
    "1970": (b'{"Time":"1970-01-01T12:00:00","ENERGY":{"Total":1}}', "1970"),
    "2099": (b'{"Time":"2099-01-01T12:00:00","ENERGY":{"Total":1}}', "2099"),
}


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_what_cannot_be_used_is_buried_with_a_reason_and_the_stream_goes_on(
    mosquitto: Mosquitto, house: House, protocol: Literal["5", "3.1.1"]
) -> None:
    service, end = house.ingest(MqttSettings(port=mosquitto.port, protocol=protocol))
    assert _await(lambda: service.is_ready)
    messages = []
    for number, (payload, _) in enumerate(UNUSABLE.values()):
        messages += [("tele/plug/SENSOR", payload), ("tele/plug/SENSOR", _sensor(number))]
    _publish(mosquitto.port, *messages)
    assert _await(lambda: service.counters.stored == len(UNUSABLE)), service.counters
    end()
    assert house.values() == [float(n) for n in range(len(UNUSABLE))]
    assert service.counters.unaccounted == 0
    letters = list(reversed(house.records.dead_letters.newest(100)))
    assert len(letters) == len(UNUSABLE)
    for letter, (name, (payload, reason)) in zip(letters, UNUSABLE.items(), strict=True):
        assert letter.topic == "tele/plug/SENSOR", name
        assert letter.size == len(payload), name
        assert payload.startswith(letter.payload), name
        assert letter.reason, name
        assert reason in letter.reason, (name, letter.reason)


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_topic_taken_out_of_the_configuration_is_left(
    mosquitto: Mosquitto, house: House, protocol: Literal["5", "3.1.1"]
) -> None:
    both = MqttSettings(port=mosquitto.port, protocol=protocol, topics=("tele/#", "old/#"))
    service, end = house.ingest(both)
    assert _await(lambda: service.is_ready)
    end()
    service, end = house.ingest(both.model_copy(update={"topics": ("tele/#",)}))
    assert _await(lambda: service.is_ready)
    _publish(mosquitto.port, ("old/plug", b"?"), ("tele/plug/SENSOR", _sensor(1)))
    assert _await(lambda: service.counters.stored == 1)
    end()
    assert service.counters.received == 1
    # What was sent to nobody while we were away is not sent now either.
    _publish(mosquitto.port, ("old/plug", b"?"), ("tele/plug/SENSOR", _sensor(2)))
    service, end = house.ingest(both.model_copy(update={"topics": ("tele/#",)}))
    assert _await(lambda: service.counters.stored == 1)
    end()
    assert service.counters.received == 1


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_what_waited_at_the_broker_without_a_time_is_told_from_what_is_fresh(
    mosquitto: Mosquitto, house: House, protocol: Literal["5", "3.1.1"]
) -> None:
    mqtt = MqttSettings(port=mosquitto.port, protocol=protocol)
    service, end = house.ingest(mqtt)
    assert _await(lambda: service.is_ready)
    undated = [("tele/plug/SENSOR", b'{"ENERGY":{"Total":%d}}' % n) for n in range(4)]
    _publish(mosquitto.port, undated[0])
    assert _await(lambda: service.counters.stored == 1)
    end()
    _publish(mosquitto.port, *undated[1:3])
    service, end = house.ingest(mqtt)
    assert _await(lambda: service.counters.stored == 2)
    time.sleep(1.2)
    _publish(mosquitto.port, undated[3])
    assert _await(lambda: service.counters.stored == 3)
    end()
    frame = house.readings.read("m", "energy.Total", WHOLE)
    fresh, old = int(Quality.RECEPTION_TIME), int(Quality.QUESTIONABLE)
    assert frame["value"].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert frame["quality"].tolist() == [fresh, old, old, fresh]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_network_thread_that_dies_ends_ingest_rather_than_leaving_it_deaf(
    mosquitto: Mosquitto, house: House
) -> None:
    mqtt = MqttSettings(port=mosquitto.port)
    service, _ = house.ingest(mqtt)
    assert _await(lambda: service.is_ready)

    def fail(*_: object) -> None:
        raise ValueError("a packet nobody foresaw")

    service._client._client._take = fail
    _publish(mosquitto.port, ("tele/plug/SENSOR", _sensor(1)))
    assert _await(lambda: not service._client.is_running)
    # What the dead one was given was not acknowledged: it comes again.
    time.sleep(1)
    service, _ = house.ingest(mqtt)
    assert _await(lambda: house.values() == [1.0])


def test_a_node_that_speaks_by_numbers_nobody_explained_is_asked_to_introduce_itself(
    mosquitto: Mosquitto, house: House
) -> None:
    topics = ("spBv1.0/#",)
    service, _ = house.ingest(MqttSettings(port=mosquitto.port, topics=topics))
    assert _await(lambda: service.is_ready)
    asked: list[bytes] = []
    node = paho.Client(paho.CallbackAPIVersion.VERSION2)
    node.on_message = lambda _client, _userdata, message: asked.append(message.payload)
    subscribed = threading.Event()
    node.on_subscribe = lambda *_: subscribed.set()
    node.connect("127.0.0.1", mosquitto.port)
    node.loop_start()
    node.subscribe("spBv1.0/g/NCMD/node")
    assert subscribed.wait(20)
    _publish(mosquitto.port, ("spBv1.0/g/NDATA/node", sparkplug(metric(alias=1))))
    assert _await(lambda: bool(asked))
    node.disconnect()
    node.loop_stop()
    assert b"Node Control/Rebirth" in asked[0]


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


def _certificates(folder: Path) -> None:
    """Make an authority and a certificate that it signed for this machine."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    ca, server = folder / "ca", folder / "server"
    _openssl(
        *("req", "-x509", *key, "-keyout", f"{ca}.key", "-out", f"{ca}.pem"),
        *("-days", "2", "-subj", "/CN=Authority of this test"),
        *("-addext", "keyUsage=critical,keyCertSign"),
    )
    _openssl("req", *key, "-keyout", f"{server}.key", "-out", f"{server}.csr", "-subj", "/CN=here")
    extensions = folder / "extensions"
    extensions.write_text("subjectAltName=IP:127.0.0.1\n")
    _openssl(
        *("x509", "-req", "-in", f"{server}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key"),
        *("-CAcreateserial", "-out", f"{server}.pem", "-days", "2", "-extfile", str(extensions)),
    )
    for path in folder.iterdir():
        path.chmod(0o644)


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
    folder.mkdir()
    folder.chmod(0o755)
    _certificates(folder)
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
        if record.name == "ingest.client" and record.levelno >= logging.WARNING
    ]


def test_a_broker_with_a_certificate_of_its_own_is_reached_with_a_password(
    guarded: Mosquitto, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    mqtt = _over_tls(guarded, guarded.folder / "tls" / "ca.pem")
    service, _ = house.ingest(mqtt, username="ingest", password="right")
    assert _await(lambda: service.is_ready), _warnings(caplog)
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.tls_set(str(guarded.folder / "tls" / "ca.pem"))
    client.username_pw_set("ingest", "right")
    client.connect("127.0.0.1", guarded.port)
    client.loop_start()
    client.publish("tele/plug/SENSOR", _sensor(7), qos=1).wait_for_publish(20)
    client.disconnect()
    client.loop_stop()
    assert _await(lambda: service.counters.stored == 1)
    assert house.values() == [7.0]
    assert not _warnings(caplog)


def test_a_wrong_password_is_told_once_and_tried_until_it_is_right(
    guarded: Mosquitto, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    mqtt = _over_tls(guarded, guarded.folder / "tls" / "ca.pem")
    with caplog.at_level(logging.DEBUG, "ingest.client"):
        service, _ = house.ingest(mqtt, username="ingest", password="new")
        assert _await(lambda: caplog.text.count("the broker refused us") >= 2)
    assert len(_warnings(caplog)) == 1
    assert "ZAINDU_MQTT_PASSWORD" in _warnings(caplog)[0]
    assert not service.is_ready
    guarded.stop()
    _set_password(guarded, "new")
    guarded.start()
    assert _await(lambda: service.is_ready)


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    guarded: Mosquitto, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    service, end = house.ingest(_over_tls(guarded, None), username="ingest", password="right")
    assert _await(lambda: bool(_warnings(caplog)))
    time.sleep(2)
    assert not service.is_ready
    end()
    gc.collect()
    assert len(_warnings(caplog)) == 1
    assert "certificate" in _warnings(caplog)[0]


def test_a_device_adopted_while_ingest_runs_gets_what_it_said_before(
    mosquitto: Mosquitto, house: House
) -> None:
    service, end = house.ingest(MqttSettings(port=mosquitto.port))
    assert _await(lambda: service.is_ready)
    _publish(mosquitto.port, *[("tele/new/SENSOR", _sensor(number)) for number in range(3)])
    assert _await(lambda: service.counters.dead_lettered == 3)
    known = house.records.portfolio.portfolio()
    adopted = replace(known.meters[0], id="n", source=Source(family="tasmota", device="new"))
    house.records.portfolio.add_meter(adopted, "maite")
    assert house.records.dead_letters.ask_replay(family="tasmota", device="new") == 3
    assert _await(lambda: house.records.dead_letters.count() == 0)
    end()
    kept = house.readings.read("n", "energy.Total", WHOLE)
    assert list(kept["value"]) == [0.0, 1.0, 2.0]


def test_a_message_sent_again_for_want_of_an_acknowledgement_has_one_letter(
    mosquitto: Mosquitto, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed_before_it_answers:
        killed_before_it_answers.setattr(BrokerClient, "acknowledge", lambda *_: None)
        service, end = house.ingest(MqttSettings(port=mosquitto.port))
        assert _await(lambda: service.is_ready)
        _publish(mosquitto.port, ("tele/new/SENSOR", _sensor(1)), ("tele/x/SENSOR", b"{"))
        assert _await(lambda: service.counters.dead_lettered == 2)
        end()
    service, end = house.ingest(MqttSettings(port=mosquitto.port))
    assert _await(lambda: service.counters.dead_lettered == 2), "the broker sent them again"
    _publish(mosquitto.port, ("tele/x/SENSOR", b"{"))
    assert _await(lambda: service.counters.dead_lettered == 3)
    end()
    assert house.records.dead_letters.count() == 3, "and the third is another message"
