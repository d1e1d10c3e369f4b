"""The same tests for every adapter: embedded and InfluxDB, SQLite and PostgreSQL."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from storage.embedded import EmbeddedStore
from storage.influx import Buckets, InfluxStore
from storage.ports import ReadingStore
from storage.records import SqlRecords, open_records
from tests.services import servers


def fresh_buckets(raw_retention_days: int = 0) -> Buckets:
    """Name buckets that no other test uses."""
    name = uuid.uuid4().hex[:8]
    return Buckets(
        raw=f"{name}_raw",
        rollup=f"{name}_rollup",
        indicators=f"{name}_indicators",
        raw_retention_days=raw_retention_days,
        rollup_retention_days=0,
        indicators_retention_days=0,
    )


def influx_store(server: servers.Influx, buckets: Buckets | None = None) -> InfluxStore:
    """Open a store on a running server."""
    return InfluxStore(
        url=server.url, org=server.org, token=server.token, buckets=buckets or fresh_buckets()
    )


@pytest.fixture(params=["embedded", pytest.param("influx", marks=pytest.mark.services)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReadingStore]:
    """An empty store of readings, of each kind in turn."""
    opened: ReadingStore
    if request.param == "embedded":
        opened = EmbeddedStore(tmp_path / "readings.sqlite")
    else:
        opened = influx_store(request.getfixturevalue("shared_influx"))
    opened.prepare()
    yield opened
    opened.close()


@pytest.fixture
def fresh_postgres(shared_postgres: servers.Postgres) -> str:
    """The address of an empty schema, much sooner made than a database of its own."""
    name = f"t{uuid.uuid4().hex[:8]}"
    engine = sqlalchemy.create_engine(shared_postgres.url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    engine.dispose()
    return f"{shared_postgres.url}?options=-csearch_path%3D{name}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.services)])
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    return str(request.getfixturevalue("fresh_postgres"))


@pytest.fixture
def records(records_url: str) -> Iterator[SqlRecords]:
    """Empty records, of each kind in turn."""
    opened = open_records(records_url)
    yield opened
    opened.close()
