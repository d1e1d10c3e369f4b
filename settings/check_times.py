"""Time zones, opening hours and closures say something that exists."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from settings.document import Document, table, tables, text, texts
from settings.findings import Finding, did_you_mean
from settings.opening import WEEKDAYS, parse_closure, parse_hours
from settings.places import Path


def findings(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with zones of time, hours and days."""
    ingest = table(document, "ingest")
    yield from _time_zone(("ingest",), ingest, "naive_time_zone")
    for path, mapping in tables(document, "mappings"):
        yield from _time_zone(path, mapping, "time_zone")
    for path, building in tables(document, "buildings"):
        yield from _time_zone(path, building, "time_zone", whole_hours=True)
        yield from _opening((*path, "opening"), table(building, "opening"))


def _time_zone(
    path: Path, owner: Document, key: str, *, whole_hours: bool = False
) -> Iterator[Finding]:
    name = text(owner, key)
    if key not in owner or not isinstance(owner[key], str):
        return
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Finding(
            path=(*path, key), message=f"'{name}' is not a time zone{_nearest_zone(name)}"
        )
        return
    if whole_hours and not _has_whole_hours(zone):
        yield Finding(
            path=(*path, key),
            message=f"'{name}' is not a whole number of hours from UTC: its hours cannot be shown",
        )


def _nearest_zone(name: str) -> str:
    zones = available_timezones()
    whole = did_you_mean(name, zones)
    if whole:
        return whole
    by_city = {zone.rpartition("/")[2]: zone for zone in sorted(zones)}
    city = did_you_mean(name.rpartition("/")[2].replace(" ", "_"), by_city)
    if not city:
        return "; write one such as 'Europe/Paris'"
    return f"; did you mean '{by_city[city.split(chr(39))[1]]}'?"


def _has_whole_hours(zone: ZoneInfo) -> bool:
    seasons = (datetime(2026, month, 1, tzinfo=UTC).astimezone(zone) for month in (1, 7))
    return all(
        (moment.utcoffset() or timedelta()) % timedelta(hours=1) == timedelta()
        for moment in seasons
    )


def _opening(path: Path, opening: Document) -> Iterator[Finding]:
    for weekday, name in enumerate(WEEKDAYS):
        yield from _refused((*path, name), parse_hours, text(opening, name), weekday)
    for place, closure in texts(opening, "closures", path):
        yield from _refused(place, parse_closure, closure)


def _refused(path: Path, parse: Callable[..., object], *given: object) -> Iterator[Finding]:
    try:
        parse(*given)
    except ValueError as error:
        yield Finding(path=path, message=str(error))
