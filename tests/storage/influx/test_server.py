"""InfluxDB's refusals and absences, and what each asks of us."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from influxdb_client.client.influxdb_client import InfluxDBClient

from domain.errors import StorageRejected, StorageUnavailable
from domain.periods import Period
from domain.readings import Reading
from storage.influx import Buckets, InfluxStore
from storage.influx.server import InfluxServer
from tests.services import servers
from tests.storage.conftest import fresh_buckets, influx_store

NOW = datetime.now(UTC).replace(microsecond=0)
ALWAYS = Period(NOW - timedelta(days=3650), NOW + timedelta(days=1))
TOKEN = "the-token-nobody-must-read"


def reading(taken_at: datetime = NOW, value: float = 1.0) -> Reading:
    return Reading(meter_id="m", register="energy.EAST", taken_at=taken_at, value=value)


class Answering:
    """A server that answers every request alike."""

    def __init__(self) -> None:
        self.status, self.body, self.delay_s = 500, b"{}", 0.0
        self.headers: dict[str, str] = {}
        self.let_go = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.let_go.wait(outer.delay_s)
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.body)))
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(outer.body)

            do_GET = do_POST = answer  # noqa: N815 - names the library asks for

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}"

    def close(self) -> None:
        self.let_go.set()
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def answering() -> Iterator[Answering]:
    server = Answering()
    yield server
    server.close()


@pytest.fixture
def told(answering: Answering) -> Iterator[InfluxStore]:
    """A store whose server always gives the answer the test chose."""
    store = InfluxStore(
        url=answering.url, org="zaindu", token=TOKEN, buckets=fresh_buckets(), timeout_s=0.2
    )
    yield store
    store.close()


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 503])
def test_what_time_or_the_operator_can_mend_is_to_be_tried_again(
    answering: Answering, told: InfluxStore, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    answering.status, answering.body = status, b'{"message": "such is life"}'
    with caplog.at_level(logging.DEBUG), pytest.raises(StorageUnavailable) as caught:
        told.write([reading()])
    assert TOKEN not in str(caught.value) + repr(caught.value.__cause__) + caplog.text
    with pytest.raises(StorageUnavailable):
        told.ping()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30.0), ("", 0.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0), ("-5", 0.0)],
)
@pytest.mark.parametrize("status", [429, 503])
def test_for_how_long_it_asks_us_to_wait_is_passed_on(
    answering: Answering, told: InfluxStore, status: int, header: str, seconds: float
) -> None:
    answering.status, answering.headers = status, {"Retry-After": header}
    with pytest.raises(StorageUnavailable) as caught:
        told.write([reading()])
    assert caught.value.retry_after_s == seconds


def test_a_page_that_answers_in_the_place_of_influxdb_has_kept_nothing(
    answering: Answering, told: InfluxStore
) -> None:
    answering.status, answering.body = 200, b"<html>Please sign in</html>"
    with pytest.raises(StorageUnavailable, match=r"something else answers .*\[storage.influx\]"):
        told.write([reading()])


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_nothing_can_mend_is_refused(
    answering: Answering, told: InfluxStore, status: int
) -> None:
    answering.status, answering.body = status, b'{"message": "never"}'
    batch = [reading(NOW + timedelta(seconds=n)) for n in range(3)]
    with pytest.raises(StorageRejected, match="never") as caught:
        told.write(batch)
    assert sorted(caught.value.refused, key=lambda r: r.taken_at) == batch


def test_an_answer_that_does_not_come_is_not_waited_for_long(
    answering: Answering, told: InfluxStore
) -> None:
    answering.status, answering.delay_s = 204, 30.0
    with pytest.raises(StorageUnavailable, match="does not answer"):
        told.write([reading()])


def test_a_server_that_is_not_there_is_unavailable() -> None:
    url = f"http://127.0.0.1:{servers.free_port()}"
    store = InfluxStore(url=url, org="zaindu", token=TOKEN, buckets=fresh_buckets())
    for ask in (store.prepare, store.ping, lambda: store.write([reading()])):
        with pytest.raises(StorageUnavailable, match="does not answer") as caught:
            ask()
        assert TOKEN not in str(caught.value)
    store.close()


def test_an_answer_that_is_not_from_influxdb_is_told_as_it_is(
    answering: Answering, told: InfluxStore
) -> None:
    answering.status, answering.body = 502, b"<html>Bad Gateway</html>"
    with pytest.raises(StorageUnavailable, match=r"502.*Bad Gateway"):
        told.write([reading()])


@pytest.mark.parametrize("status", [400, 422])
def test_a_refusal_by_what_stands_before_influxdb_condemns_no_reading(
    answering: Answering, told: InfluxStore, status: int
) -> None:
    answering.status = status
    answering.body = b"<html>The plain HTTP request was sent to HTTPS port</html>"
    with pytest.raises(StorageUnavailable, match=r"not InfluxDB.*HTTPS port"):
        told.write([reading()])


def test_a_batch_too_large_for_a_proxy_is_sent_by_halves(
    answering: Answering, told: InfluxStore
) -> None:
    answering.status, answering.body = 413, b"<html>Request Entity Too Large</html>"
    with pytest.raises(StorageRejected, match="Too Large"):
        told.write([reading(), reading(NOW + timedelta(seconds=1))])


@pytest.mark.parametrize("body", [b"<html>Please sign in</html>", b"{}", b"null", b""])
def test_a_page_that_answers_in_the_place_of_influxdb_is_no_fault_of_ours(
    answering: Answering, told: InfluxStore, body: bytes
) -> None:
    answering.status, answering.body = 200, body
    asked: list[Callable[[], object]] = [told.prepare, told.ping]
    if body:
        asked.append(lambda: told.read("m", "energy.EAST", ALWAYS))
    for ask in asked:
        with pytest.raises(StorageUnavailable, match=r"not InfluxDB.*url under"):
            ask()


@pytest.mark.services
def test_buckets_are_made_with_their_retention_once(shared_influx: servers.Influx) -> None:
    buckets = Buckets(
        **{
            name: getattr(fresh_buckets(), name)
            for name in ("raw", "rollup", "indicators", "indicators_retention_days")
        },
        raw_retention_days=30,
        rollup_retention_days=3653,
    )
    for _ in range(2):
        store = influx_store(shared_influx, buckets)
        store.prepare()
        store.close()
    with InfluxDBClient(
        url=shared_influx.url, token=shared_influx.token, org=shared_influx.org
    ) as client:
        found = [
            client.buckets_api().find_bucket_by_name(name).retention_rules[0].every_seconds / 86400
            for name in (buckets.raw, buckets.rollup, buckets.indicators)
        ]
    assert found == [30, 3653, 0]


@pytest.mark.services
def test_two_processes_may_make_a_bucket_at_once(shared_influx: servers.Influx) -> None:
    server = InfluxServer(
        url=shared_influx.url, org=shared_influx.org, token=shared_influx.token, timeout_s=10
    )
    name = fresh_buckets().raw
    server.create_bucket(name, 0, 7)
    server.create_bucket(name, 0, 7)
    assert server.has_bucket(name)
    server.close()


@pytest.mark.services
def test_readings_older_than_the_bucket_keeps_are_refused_and_the_others_kept(
    shared_influx: servers.Influx,
) -> None:
    store = influx_store(shared_influx, fresh_buckets(raw_retention_days=30))
    store.prepare()
    old = [reading(NOW - timedelta(days=90, seconds=n)) for n in range(500)]
    new = [reading(NOW - timedelta(days=29, seconds=n)) for n in range(500)]
    mixed = [r for pair in zip(old, new, strict=True) for r in pair]
    with pytest.raises(StorageRejected, match="retention policy") as caught:
        store.write(mixed)
    assert set(caught.value.refused) == set(old)
    assert len(store.read("m", "energy.EAST", ALWAYS)) == 500
    store.close()


@pytest.mark.services
def test_a_poisonous_line_does_not_take_the_others_with_it(
    shared_influx: servers.Influx,
) -> None:
    store = influx_store(shared_influx)
    store.prepare()
    good = [reading(NOW - timedelta(seconds=n)) for n in range(100)]
    poison = [reading(datetime(year, 1, 1, tzinfo=UTC)) for year in (1600, 2300)]
    with pytest.raises(StorageRejected) as caught:
        store.write([*good[:37], poison[0], *good[37:], poison[1]])
    assert set(caught.value.refused) == set(poison)
    assert len(store.read("m", "energy.EAST", ALWAYS)) == 100
    assert store.last_before("m", "energy.EAST", datetime.max.replace(tzinfo=UTC)) == good[0]
    assert store.first_from("m", "energy.EAST", datetime.min.replace(tzinfo=UTC)) == good[-1]
    store.close()


@pytest.mark.services
def test_a_bucket_that_holds_something_else_is_for_the_operator(
    shared_influx: servers.Influx,
) -> None:
    buckets = fresh_buckets()
    store = influx_store(shared_influx, buckets)
    store.prepare()
    server = InfluxServer(
        url=shared_influx.url, org=shared_influx.org, token=shared_influx.token, timeout_s=10
    )
    server.write(buckets.raw, ['reading,meter=x value="text" 1'])
    with pytest.raises(StorageUnavailable, match="something else"):
        store.write([reading(datetime(1970, 1, 1, tzinfo=UTC))])
    server.close()
    store.close()


@pytest.mark.services
def test_a_wrong_token_organisation_or_bucket_is_named(shared_influx: servers.Influx) -> None:
    url, buckets = shared_influx.url, fresh_buckets()
    stranger = InfluxStore(url=url, org=shared_influx.org, token=TOKEN, buckets=buckets)
    with pytest.raises(StorageUnavailable, match="ZAINDU_INFLUX_TOKEN") as caught:
        stranger.prepare()
    assert TOKEN not in str(caught.value)
    stranger.close()
    lost = InfluxStore(url=url, org="nobody", token=shared_influx.token, buckets=buckets)
    with pytest.raises(StorageUnavailable, match="nobody"):
        lost.prepare()
    lost.close()
    unprepared = influx_store(shared_influx, buckets)
    for ask in (
        lambda: unprepared.write([reading()]),
        lambda: unprepared.read("m", "energy.EAST", ALWAYS),
    ):
        with pytest.raises(StorageUnavailable, match=rf"{buckets.raw}.*not f|find bucket"):
            ask()
    unprepared.close()


@pytest.mark.services
def test_a_bucket_deleted_under_us_is_made_again(shared_influx: servers.Influx) -> None:
    buckets = fresh_buckets()
    store = influx_store(shared_influx, buckets)
    store.prepare()
    with InfluxDBClient(
        url=shared_influx.url, token=shared_influx.token, org=shared_influx.org
    ) as client:
        api = client.buckets_api()
        api.delete_bucket(api.find_bucket_by_name(buckets.raw))
    with pytest.raises(StorageUnavailable):
        store.write([reading()])
    store.prepare()
    store.write([reading()])
    assert len(store.read("m", "energy.EAST", ALWAYS)) == 1
    store.close()


@pytest.mark.services
def test_what_was_written_survives_a_killed_server(influx: servers.Influx) -> None:
    store = influx_store(influx)
    store.prepare()
    store.write([reading(NOW - timedelta(seconds=n)) for n in range(1000)])
    influx.kill()
    with pytest.raises(StorageUnavailable):
        store.write([reading()])
    influx.start()
    assert len(store.read("m", "energy.EAST", ALWAYS)) == 1000
    store.write([reading(value=2.0)])
    assert store.latest(["m"])["m", "energy.EAST"].value == 2.0
    store.close()
