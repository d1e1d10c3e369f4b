"""How PostgreSQL is spoken to: what it is waited for, and how long."""

import time
from typing import Any, TypeVar

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen
from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

_T = TypeVar("_T")

PATIENCE_S = 60.0
"""How long a statement may go without an answer [s]: twice what one waits for a lock."""

_IDLE_TIMEOUT_S = 120
"""A process that froze amid a transaction holds up the others no longer [s]."""

_LOOK_EVERY_S = 0.1

_NOTICE_A_DEAD_SERVER = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",
}
"""Without them a cable that is pulled would be waited for during hours."""


class PatientConnection(Connection[Any]):
    """A connection that gives up a server which does not answer.

    One that is frozen, or whose disk hangs, keeps the line alive while it says
    nothing: no setting of the line or of the server itself ends that wait.
    """

    def wait(
        self, gen: PQGen[_T], interval: float = _LOOK_EVERY_S, timeout: float | None = None
    ) -> _T:
        """Do as the driver does, within `PATIENCE_S`.

        Raises:
            OperationalError: There was no answer; the connection is closed.
        """
        patient = self._within(gen, PATIENCE_S)
        if timeout is None:  # which drivers before 3.3 do not know
            return super().wait(patient, interval)
        return super().wait(patient, interval, timeout)

    def _within(self, gen: PQGen[_T], seconds: float) -> PQGen[_T]:
        until = time.monotonic() + seconds
        try:
            wanted = next(gen)
            while True:
                # The driver hands in "nothing yet" at every interval.
                ready = yield wanted
                if not ready and time.monotonic() > until:
                    self.close()
                    raise OperationalError(f"no answer for {seconds:.0f} seconds")
                wanted = gen.send(ready)
        except StopIteration as end:
            result: _T = end.value
            return result


def postgresql_engine(url: URL, *, lock_timeout_s: float) -> Engine:
    """Return the pool of connections to a PostgreSQL.

    Args:
        url: Where; what it says of the line's own settings goes before ours.
        lock_timeout_s: How long to wait for somebody else's lock [s].
    """
    ours = {"connect_timeout": "5", "application_name": "zaindu"} | _NOTICE_A_DEAD_SERVER
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        max_overflow=20,
        connect_args={name: value for name, value in ours.items() if name not in url.query},
    )

    def prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        # Not among the options of the connection: those a pgBouncer in between would refuse.
        cursor.execute(f"SET lock_timeout = '{int(lock_timeout_s * 1000)}ms'")
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_TIMEOUT_S}s'")
        cursor.close()
        connection.commit()

    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "connect", prepare)
    return engine


def _connect(
    _dialect: Dialect, _record: ConnectionPoolEntry, arguments: list[Any], named: dict[str, Any]
) -> PatientConnection:
    return PatientConnection.connect(*arguments, **named)
