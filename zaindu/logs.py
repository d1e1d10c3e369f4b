"""Log lines on standard error: plain for people, JSON for machines."""

import json
import logging
import sys
import time
from enum import StrEnum


class LogLevel(StrEnum):
    """How much is said."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogForm(StrEnum):
    """How a log line is written."""

    PLAIN = "plain"
    JSON = "json"


_TOO_CHATTY = ("amqtt", "transitions", "urllib3", "alembic", "uvicorn.error")


def set_up_logs(level: LogLevel, form: LogForm = LogForm.PLAIN) -> None:
    """Send log lines of that level and above to standard error, in UTC."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if form is LogForm.JSON else _PlainLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    quieter = max(logging.getLevelNamesMapping()[level.upper()], logging.WARNING)
    # Its warnings are about a pass still under way when the next one is due, which then waits.
    logging.getLogger("apscheduler").setLevel(level.upper() if level is LogLevel.DEBUG else "ERROR")
    for name in _TOO_CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG if level is LogLevel.DEBUG else quieter)


class _PlainLines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return time.strftime(datefmt or "%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}"
            f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
