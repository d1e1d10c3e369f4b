"""Fixtures that several rooms share: the real servers, started once and only if asked for."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.services import servers

_S = TypeVar("_S")
REQUIRE = "ZAINDU_REQUIRE_SERVICES"


def _or_skip(get: Callable[[], _S]) -> _S:
    try:
        return get()
    except servers.Missing as missing:
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(f"{missing} ({REQUIRE}=1 makes this a failure)")
        pytest.skip(str(missing))


@pytest.fixture
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Mosquitto]:
    """A running broker of this test's own."""
    broker = _or_skip(lambda: servers.Mosquitto.in_folder(_open_folder(tmp_path_factory, "mqtt")))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Influx]:
    """A running, empty InfluxDB of this test's own."""
    server = _or_skip(lambda: servers.Influx.in_folder(tmp_path_factory.mktemp("influx")))
    server.start()
    server.set_up()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def shared_influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Influx]:
    """One InfluxDB for tests that keep to buckets of their own names."""
    server = _or_skip(lambda: servers.Influx.in_folder(tmp_path_factory.mktemp("influx")))
    server.start()
    server.set_up()
    yield server
    server.stop()


@pytest.fixture
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Postgres]:
    """A running, empty PostgreSQL of this test's own."""
    server = _or_skip(
        lambda: servers.Postgres.in_folder(_open_folder(tmp_path_factory, "postgres"))
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def shared_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Postgres]:
    """One PostgreSQL for tests that create databases of their own names."""
    server = _or_skip(
        lambda: servers.Postgres.in_folder(_open_folder(tmp_path_factory, "postgres"))
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def faketime() -> Path:
    """The library that shows a process a clock of the test's choice."""
    return _or_skip(servers.faketime)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for the whole run."""
    program = _or_skip(servers.chromium)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=program, args=list(servers.CHROMIUM_ARGUMENTS)
        )
        yield launched
        launched.close()


def _open_folder(factory: pytest.TempPathFactory, name: str) -> Path:
    """Return a folder that a server running as another user can reach."""
    folder = factory.mktemp(name)
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(parent.stat().st_mode | 0o055)
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line how to run what was skipped for want of a server."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(
        "apt-get install" in str(r.longrepr) or "make services" in str(r.longrepr) for r in skipped
    ):
        terminalreporter.write_line(
            "Tests on real servers were skipped: `make services` builds InfluxDB, and "
            "`apt-get install mosquitto postgresql chromium faketime` brings the rest."
        )
