"""What a comparison must know: closures, works, exams, meter swaps."""

from datetime import UTC, datetime

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from domain.errors import InvalidRecord, NotFound
from domain.events import Event, EventKind
from domain.periods import Period
from storage.records.database import Database
from storage.records.rows import row_of
from storage.records.tables import events


class SqlEvents:
    """Events; a withdrawn one stays, with who withdrew it. See `EventRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, event: Event) -> None:
        """Keep an event."""
        if event.end < event.start:
            raise InvalidRecord({"end": "event.ends_before_start"})
        with self._database.writing() as connection:
            try:
                connection.execute(insert(events).values(row_of(event)))
            except IntegrityError as error:
                raise InvalidRecord({"id": "event.id_taken"}) from error

    def remove(self, event_id: str, author: str) -> None:
        """Withdraw an event."""
        withdrawn = (
            update(events)
            .where(events.c.id == event_id, events.c.withdrawn_at.is_(None))
            .values(withdrawn_by=author, withdrawn_at=datetime.now(UTC))
        )
        with self._database.writing() as connection:
            done = connection.execute(withdrawn)
        if done.rowcount == 0:
            raise NotFound(f"no event {event_id!r}")

    def between(self, building_id: str, period: Period) -> tuple[Event, ...]:
        """Return the events that touch `period`, by start."""
        starts_inside = events.c.start >= period.start
        query = (
            select(events)
            .where(
                events.c.building_id == building_id,
                events.c.withdrawn_at.is_(None),
                events.c.start < period.end,
                # An event of no length, such as a meter swap, touches too.
                or_(events.c.end > period.start, starts_inside),
            )
            .order_by(events.c.start, events.c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Event(
                id=row.id,
                building_id=row.building_id,
                kind=EventKind(row.kind),
                start=row.start,
                end=row.end,
                text=row.text,
                meter_id=row.meter_id,
                author=row.author,
            )
            for row in rows
        )
