"""Remembering the devices that no meter is declared for, so that somebody can adopt them."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta

from domain.errors import StorageUnavailable
from domain.messages import RawMessage
from domain.meters import Meter
from domain.seen_devices import (
    LONGEST_NAME,
    MOST_INSTANTS,
    MOST_REGISTERS,
    SeenDevice,
    SeenRegister,
    feeding,
)
from ingest.decoders.decoded import Decoded, DecodedReading
from storage.ports import Records

log = logging.getLogger(__name__)

WRITE_EVERY_S = 3.0
"""How long a new device, or the wish to ignore one, may wait to be known."""

MOST_AT_ONCE = 500
"""Devices remembered between two writes: a flood of names must not fill the memory."""

MOST_KEPT = 1000
"""Devices kept in the records."""

KEPT_FOR = timedelta(days=90)
_PRUNE_EVERY_S = 600.0


class _Heard:
    """What one device said since the last write."""

    __slots__ = ("first_at", "label", "last_message", "messages", "newest")

    def __init__(self, message: RawMessage) -> None:
        self.first_at = message.received_at
        self.last_message: RawMessage | None = None
        self.messages = 0
        self.label = ""
        self.newest: dict[str, tuple[DecodedReading, deque[datetime]]] = {}

    def add(self, message: RawMessage, reading: DecodedReading) -> None:
        if message is not self.last_message:
            self.messages += 1
            self.last_message = message
        known = self.newest.get(reading.register)
        if known is None and len(self.newest) >= MOST_REGISTERS:
            return
        instants: deque[datetime] = known[1] if known else deque(maxlen=MOST_INSTANTS)
        # Read from a clock that is years off, it would hide every honest value after it.
        at = min(reading.time or message.received_at, message.received_at)
        if not instants or at > instants[-1]:
            instants.append(at)
            self.newest[reading.register] = (reading, instants)

    def as_device(self, family: str, device: str) -> SeenDevice | None:
        last = self.last_message
        if last is None:
            return None
        return SeenDevice(
            family=family,
            device=device,
            topic=last.topic,
            first_at=self.first_at,
            last_at=last.received_at,
            messages=self.messages,
            label=self.label,
            registers=tuple(_register(*heard) for heard in self.newest.values()),
        )


class SeenDevices:
    """Collects what unknown devices say, and writes it to the records now and then."""

    def __init__(self, records: Records, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the records; they are first asked when something is to be written."""
        self._records = records
        self._clock = clock
        self._heard: dict[tuple[str, str], _Heard] = {}
        self._unknown: dict[tuple[str, str], None] = {}
        self._adopted: list[tuple[str, str]] = []
        self._ignored: AbstractSet[tuple[str, str]] = frozenset()
        self._due_at = self._prune_at = clock()
        self._added = 0

    def note(self, message: RawMessage, decoded: Decoded, reading: DecodedReading) -> bool:
        """Remember what an unknown device said.

        Returns:
            Whether its message belongs with the dead letters: not when somebody decided
            that nothing of this device is wanted.
        """
        key = (decoded.family, reading.device)
        self._remember(key)
        heard = self._heard.get(key)
        if heard is None:
            if len(self._heard) >= MOST_AT_ONCE or len(reading.device) > LONGEST_NAME:
                return key not in self._ignored
            heard = self._heard[key] = _Heard(message)
        heard.add(message, reading)
        heard.label = decoded.label or heard.label
        return key not in self._ignored

    def meters_changed(self, meters: Iterable[Meter]) -> None:
        """Learn which devices taken for unknown until now feed a meter.

        Between somebody's adopting a device and our knowing it, its messages went on to the
        dead letters, after their replay was asked for: it is asked for once more.
        """
        fed = feeding(meters)
        known = [key for key in self._unknown if (key[0], key[1].casefold()) in fed]
        for key in known:
            del self._unknown[key]
            self._heard.pop(key, None)
        self._adopted += known

    def _remember(self, key: tuple[str, str]) -> None:
        self._unknown.pop(key, None)
        self._unknown[key] = None
        if len(self._unknown) > MOST_KEPT:
            del self._unknown[next(iter(self._unknown))]

    def write_if_due(self) -> None:
        """Write before a batch, unless it was done less than `WRITE_EVERY_S` ago."""
        if self._clock() >= self._due_at:
            self.write()

    def write_rest_if_due(self) -> None:
        """Write what waits while no batch comes; else nothing is asked of the records."""
        if self._heard or self._adopted:
            self.write_if_due()

    def write(self) -> None:
        """Write what was heard, and learn what is to be ignored; do without the records."""
        self._due_at = self._clock() + WRITE_EVERY_S
        try:
            if self._heard:
                self._write_heard()
            while self._adopted:
                self._recover(*self._adopted[-1])
                self._adopted.pop()
            self._ignored = self._records.seen_devices.ignored()
            self._prune_if_due()
        except StorageUnavailable as error:
            log.debug("devices without meter cannot be noted now: %s", error)
        except Exception:
            # What cannot be noted must not keep the batch that comes next from being stored.
            log.exception("a fault of ours on devices without meter: %s", list(self._heard))
            self._heard.clear()

    def _write_heard(self) -> None:
        found = [heard.as_device(*key) for key, heard in self._heard.items()]
        self._records.seen_devices.note([device for device in found if device is not None])
        self._added += len(found)
        self._heard.clear()

    def _recover(self, family: str, device: str) -> None:
        self._records.seen_devices.forget(family, device)
        asked = self._records.dead_letters.ask_replay(family=family, device=device)
        log.info("%s device %r feeds a meter now; %d letters to replay", family, device, asked)

    def _prune_if_due(self) -> None:
        now = self._clock()
        is_due = self._added and now >= self._prune_at
        if is_due or self._added >= MOST_KEPT:
            self._records.seen_devices.prune(datetime.now(UTC) - KEPT_FOR, MOST_KEPT)
            self._prune_at = now + _PRUNE_EVERY_S
            self._added = 0


def _register(reading: DecodedReading, instants: deque[datetime]) -> SeenRegister:
    return SeenRegister(
        name=reading.register,
        quantity=reading.quantity,
        unit=reading.unit,
        accumulation=reading.accumulation,
        role=reading.role,
        value=reading.value,
        instants=tuple(instants),
        path=reading.path,
    )
