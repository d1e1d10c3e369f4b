"""The servers that the other tests stand on start, stop and keep their data."""

import urllib.request

import pytest

from tests.services.servers import Influx, Mosquitto, Postgres


@pytest.mark.services
def test_the_broker_starts_again_on_the_same_port(mosquitto: Mosquitto) -> None:
    mosquitto.kill()
    assert not mosquitto.is_ready()
    mosquitto.start()
    assert mosquitto.is_ready()


@pytest.mark.services
def test_influxdb_keeps_its_organisation_over_a_restart(influx: Influx) -> None:
    influx.stop()
    influx.start()
    request = urllib.request.Request(
        f"{influx.url}/api/v2/orgs?org={influx.org}",
        headers={"Authorization": f"Token {influx.token}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.services
def test_postgresql_answers(postgres: Postgres) -> None:
    assert postgres.is_ready()
