"""What the tests of the command line share."""

import pytest

from tests.zaindu.command_line import CommandLine


@pytest.fixture
def zaindu(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> CommandLine:
    """The command line, in this process."""
    for name in ("CONFIG", "LOG_LEVEL", "LOG_FORM", "DEBUG", "RECORDS_URL", "SECRET_KEY"):
        monkeypatch.delenv(f"ZAINDU_{name}", raising=False)
    return CommandLine(monkeypatch, capsysbinary)
