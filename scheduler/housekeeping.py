"""What is thrown away when it has grown old."""

import logging
from datetime import datetime, timedelta

from settings.model import IngestSettings
from storage.ports import Records

log = logging.getLogger(__name__)

_BYTES_A_MEGABYTE = 1_000_000
_FILES_KEPT = timedelta(days=90)
"""How long a file brought through a page is remembered once nobody touches it."""


def prune(records: Records, settings: IngestSettings, now: datetime) -> None:
    """Delete the dead letters beyond the configured age and size, and forgotten files."""
    gone = records.dead_letters.prune(
        older_than=now - timedelta(days=settings.dead_letter_max_days),
        max_bytes=settings.dead_letter_max_mb * _BYTES_A_MEGABYTE,
    )
    if gone:
        log.info("%s dead letters were old enough to go", gone)
    forgotten = records.imports.prune(now - _FILES_KEPT)
    if forgotten:
        log.info("%s files that nobody touched were old enough to go", forgotten)
