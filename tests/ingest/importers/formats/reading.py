"""What the tests of formats share: reading bytes as a file, and days of stamps."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.readings import Quality
from ingest.importers.series import Choices, FileFormat, Report, Series

PARIS = ZoneInfo("Europe/Paris")
LARGE = "30009876543210"
LINKY = "09123456789012"
SHORT_DAY, LONG_DAY, PLAIN_DAY = date(2026, 3, 29), date(2026, 10, 25), date(2026, 1, 20)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Found:
    """What a file gave."""

    series: list[Series]
    report: Report

    @property
    def registers(self) -> dict[str, str]:
        """Register → unit."""
        return {one.register: one.unit for one in self.series}

    def rows(self, register: str, point: str | None = None) -> dict[datetime, float]:
        """Instant → value, the last one where one comes again."""
        return {
            _EPOCH + timedelta(microseconds=int(at)): float(value)
            for one in self.series
            if one.register == register and point in (None, one.point)
            for at, value in zip(one.time_us, one.value, strict=True)
        }

    def durations(self, register: str) -> list[float]:
        return [float(s) for one in self.series if one.register == register for s in one.duration_s]

    def qualities(self, register: str) -> list[Quality]:
        return [
            Quality(int(q)) for one in self.series if one.register == register for q in one.quality
        ]


def read(
    form: FileFormat, content: str | bytes, *, stamp: str = "", zone: ZoneInfo = PARIS
) -> Found:
    """Read a file of that content."""
    raw = content.encode() if isinstance(content, str) else content
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(raw)
        report = Report()
        series = list(form.read(path, Choices(zone=zone, stamp=stamp), report))
    for one in series:
        columns = (one.time_us, one.value, one.duration_s, one.quality)
        assert len({len(column) for column in columns}) == 1
        assert len(one.value)
    return Found(series, report)


def instants(day: date, minutes: int, days: int = 1) -> Iterator[datetime]:
    """Yield the starts of a local day's intervals, in UTC."""
    at = datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)
    after = day + timedelta(days=days)
    end = datetime(after.year, after.month, after.day, tzinfo=PARIS).astimezone(UTC)
    while at < end:
        yield at
        at += timedelta(minutes=minutes)


def written(at: datetime) -> str:
    """Write an instant as files with offsets do."""
    return at.astimezone(PARIS).isoformat(timespec="seconds")


def written_naive(at: datetime) -> str:
    """Write an instant as files without offsets do."""
    return f"{at.astimezone(PARIS):%Y-%m-%d %H:%M:%S}"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
