"""How the tests of formats read a file: what it gives, and what is said of it."""

from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.importers.series import Choices, FileFormat, Report, Series

PARIS = ZoneInfo("Europe/Paris")


def read(
    form: FileFormat, path: Path, *, zone: str = "Europe/Paris"
) -> tuple[dict[tuple[str, str], list[tuple[str, float, float, int]]], Report]:
    """Return rows (UTC instant, value, seconds, quality) by point and register, and the report."""
    report = Report()
    rows: dict[tuple[str, str], list[tuple[str, float, float, int]]] = {}
    for series in form.read(path, Choices(zone=ZoneInfo(zone)), report):
        check(series)
        of_register = rows.setdefault((series.point, series.register), [])
        stamps = series.time_us.astype("datetime64[us]").astype("datetime64[s]").tolist()
        columns = (series.value, series.duration_s, series.quality)
        for at, value, length, quality in zip(
            stamps, *(column.tolist() for column in columns), strict=True
        ):
            of_register.append((f"{at:%Y-%m-%dT%H:%M}", value, length, quality))
    return rows, report


def check(series: Series) -> None:
    """Hold what every series promises."""
    columns = (series.time_us, series.value, series.duration_s, series.quality)
    assert len({len(column) for column in columns}) == 1
    assert (series.value == series.value).all()
    assert (series.duration_s >= 0).all()
