"""Devices that speak and belong to no meter, bounded in number and in size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Connection, Row, and_, delete, or_, select, tuple_, update

from domain.errors import NotFound
from domain.seen_devices import LONGEST_NAME, SeenDevice, SeenRegister, bounded
from storage.records.database import Database
from storage.records.rows import upsert
from storage.records.tables import seen_devices
from storage.records.texts import keepable

_LOCK = 4
_AT_ONCE = 200
_LONGEST_TOPIC = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What is kept of a device as JSON."""

    registers: tuple[SeenRegister, ...]
    label: str = ""


_SAID = TypeAdapter(_Said)
Key = tuple[str, str]


class SqlSeenDevices:
    """One row a device; see `SeenDeviceRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, devices: Sequence[SeenDevice]) -> None:
        """Add what came of each device to what is known of it."""
        came = _by_key(devices)
        if not came:
            return
        # Several ingests may hear one device: none may overwrite what another just added.
        with self._database.writing(exclusive=_LOCK) as connection:
            known = _known(connection, list(came))
            merged = [
                known[key].with_news(new) if key in known else new for key, new in came.items()
            ]
            connection.execute(upsert(connection, seen_devices), [_row(d) for d in merged])

    def all(self) -> tuple[SeenDevice, ...]:
        """Return every device, the last heard first."""
        query = select(seen_devices).order_by(seen_devices.c.last_at.desc(), *_KEY)
        with self._database.reading() as connection:
            return tuple(map(_device, connection.execute(query)))

    def get(self, family: str, device: str) -> SeenDevice:
        """Return one device, or raise `NotFound`."""
        with self._database.reading() as connection:
            row = connection.execute(select(seen_devices).where(_is(family, device))).first()
        if row is None:
            raise NotFound(f"no {family} device {device!r} was seen")
        return _device(row)

    def ignored(self) -> frozenset[Key]:
        """Return (family, device) of those of which nothing is wanted."""
        query = select(*_KEY).where(seen_devices.c.ignored_by != "")
        with self._database.reading() as connection:
            return frozenset((row.family, row.device) for row in connection.execute(query))

    def ignore(self, family: str, device: str, author: str) -> None:
        """Keep that somebody wants nothing of a device; an empty author wants it again."""
        change = update(seen_devices).where(_is(family, device)).values(ignored_by=author)
        with self._database.writing() as connection:
            if connection.execute(change).rowcount == 0:
                raise NotFound(f"no {family} device {device!r} was seen")

    def forget(self, family: str, device: str) -> None:
        """Forget a device; heard again, it is seen anew."""
        with self._database.writing() as connection:
            connection.execute(delete(seen_devices).where(_is(family, device)))

    def prune(self, older_than: datetime, max_rows: int) -> int:
        """Forget those silent since, then what exceeds a number; return how many went.

        Those heard once go before those heard often: names that somebody makes up
        do not push a real device out. What somebody decided to ignore stays.
        """
        undecided = seen_devices.c.ignored_by == ""
        heard_often = seen_devices.c.messages > 1
        kept = (
            select(*_KEY)
            .where(undecided)
            .order_by(heard_often.desc(), seen_devices.c.last_at.desc(), *_KEY)
            .limit(max_rows)
        )
        too_many = tuple_(*_KEY).not_in(kept)
        too_old = seen_devices.c.last_at < older_than
        goes = delete(seen_devices).where(undecided, or_(too_old, too_many))
        with self._database.writing(exclusive=_LOCK) as connection:
            return int(connection.execute(goes).rowcount)


_KEY = (seen_devices.c.family, seen_devices.c.device)


def _is(family: str, device: str) -> ColumnElement[bool]:
    return and_(seen_devices.c.family == family, seen_devices.c.device == device)


def _by_key(devices: Sequence[SeenDevice]) -> dict[Key, SeenDevice]:
    """Return the devices that can be kept, each once, by the names the database gives them."""
    came: dict[Key, SeenDevice] = {}
    for device in devices:
        if len(device.device) <= LONGEST_NAME:
            key = (keepable(device.family), keepable(device.device))
            came[key] = came[key].with_news(device) if key in came else device
    return came


def _known(connection: Connection, keys: Sequence[Key]) -> dict[Key, SeenDevice]:
    known = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        for row in connection.execute(select(seen_devices).where(tuple_(*_KEY).in_(some))):
            known[(row.family, row.device)] = _device(row)
    return known


def _row(device: SeenDevice) -> dict[str, object]:
    said = _Said(registers=_keepable(device.registers), label=keepable(device.label[:LONGEST_NAME]))
    return {
        "family": device.family,
        "device": device.device,
        "topic": device.topic[:_LONGEST_TOPIC],
        "first_at": device.first_at,
        "last_at": device.last_at,
        "messages": device.messages,
        "registers": _SAID.dump_json(said).decode(),
        "ignored_by": device.ignored_by,
    }


def _keepable(registers: Iterable[SeenRegister]) -> tuple[SeenRegister, ...]:
    """Return registers whose names any database keeps: JSON has no half of a character."""
    return bounded([replace(r, name=keepable(r.name), path=keepable(r.path)) for r in registers])


def _device(row: Row[Any]) -> SeenDevice:
    said = _said(row.registers)
    return SeenDevice(
        family=row.family,
        device=row.device,
        topic=row.topic,
        first_at=row.first_at,
        last_at=row.last_at,
        messages=row.messages,
        registers=said.registers,
        label=said.label,
        ignored_by=row.ignored_by,
    )


def _said(text: str) -> _Said:
    """Return what a device said; of another version's shape, nothing: it will say it again."""
    try:
        return _SAID.validate_json(text)
    except ValidationError:
        return _Said(registers=())
