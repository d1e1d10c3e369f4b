"""What the tests on real servers share beside the servers."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.services.faulty_proxy import FaultyProxy
from tests.services.ingest_in_process import House
from tests.services.servers import Influx


@pytest.fixture
def proxy(influx: Influx) -> Iterator[FaultyProxy]:
    """What stands before InfluxDB; it passes everything on until it is told to fail."""
    standing = FaultyProxy(influx.port)
    yield standing
    standing.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Stores with one meter; what runs on them ends with the test."""
    with ExitStack() as opened:
        yield House(tmp_path, opened)
