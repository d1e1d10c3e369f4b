"""Sorting a batch: what is to be stored, what is to be buried, and why."""

import logging
import traceback
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import RejectedMessage, StorageUnavailable
from domain.messages import RawMessage
from domain.readings import Quality, Reading
from domain.registers import Accumulation
from domain.units import to_canonical
from ingest.decoders.decoded import Decoded, DecodedReading
from ingest.dirty_hours import DirtyHours
from ingest.plausibility import Plausibility, check_interval, check_value
from ingest.resolver import Resolver, Route
from ingest.seen import SeenDevices
from settings.model import IngestSettings

log = logging.getLogger(__name__)

Decode = Callable[[str, bytes], Decoded]
"""Topic and payload → what the message said, or `RejectedMessage`."""


LATE = timedelta(hours=1)
"""A reading older than that when it came was late: its hour was computed without it."""


class Fate(StrEnum):
    """What becomes of a message; each has exactly one, which is a column of a tally."""

    WITHOUT_READING = "without_reading"
    """It is understood, and carries nothing that is wanted."""

    STORED = "stored"
    """At least one of its readings is to be stored."""

    DUPLICATE = "duplicate"
    """It says again what the message before it said."""

    DEAD_LETTERED = "dead_lettered"
    """Nothing in it can be used."""


@dataclass(slots=True)
class Sorted:
    """A batch, sorted; positions are those of its messages."""

    fates: list[Fate]
    readings: list[Reading] = field(default_factory=list)

    origins: list[int] = field(default_factory=list)
    """For each reading, the position of its message."""

    problems: defaultdict[int, list[RejectedMessage]] = field(
        default_factory=lambda: defaultdict(list)
    )
    dirty: DirtyHours = field(default_factory=DirtyHours)

    fed: list[tuple[str, ...]] = field(init=False)
    """For each message, the meters that its readings are of."""

    late: set[int] = field(default_factory=set)
    """The messages that tell of more than `LATE` ago."""

    undated: set[int] = field(default_factory=set)
    """The messages of which a reading to be stored is dated by its reception."""

    refused: set[int] = field(default_factory=set)
    """The places among `readings` of those that the store refused."""

    def __post_init__(self) -> None:
        """Start with no message belonging to a meter."""
        self.fed = [()] * len(self.fates)

    def belong(self, position: int, meter_id: str) -> None:
        """Note that a message is of a meter."""
        fed = self.fed[position]
        if meter_id not in fed:
            self.fed[position] = (*fed, meter_id)

    def bury(self, position: int, problem: RejectedMessage) -> None:
        """Note that a message, or a part of it, cannot be used."""
        self.problems[position].append(problem)
        if self.fates[position] is Fate.WITHOUT_READING:
            self.fates[position] = Fate.DEAD_LETTERED

    def keep(self, position: int, reading: Reading) -> None:
        """Add a reading to be stored."""
        self.readings.append(reading)
        self.origins.append(position)
        self.fates[position] = Fate.STORED

    def pass_over(self, position: int) -> None:
        """Note that a reading is known already."""
        if self.fates[position] is not Fate.STORED:
            self.fates[position] = Fate.DUPLICATE

    def refuse(self, reasons: dict[int, str]) -> None:
        """Turn readings that the store refused into problems of their messages."""
        self.refused |= reasons.keys()
        surviving = {origin for place, origin in enumerate(self.origins) if place not in reasons}
        for place, reason in reasons.items():
            origin = self.origins[place]
            problem = RejectedMessage(f"the store refused it: {reason}", code="store_refused")
            self.problems[origin].append(problem)
            if origin not in surviving:
                self.fates[origin] = Fate.DEAD_LETTERED


class Sorter:
    """Decodes messages and judges what they say."""

    def __init__(
        self,
        ingest: IngestSettings,
        decode: Decode,
        seen: SeenDevices,
        set_back: Callable[[], timedelta] = timedelta,
    ) -> None:
        """Take the bounds, the decoder, and who remembers the devices of no meter."""
        self._decode = decode
        self._seen = seen
        self._told: set[tuple[str, int | None]] = set()
        self._max_bytes = ingest.max_payload_kb * 1024
        self._plausibility = Plausibility(
            earliest_year=ingest.earliest_year,
            max_future_minutes=ingest.max_future_minutes,
            set_back=set_back,
        )

    def sort(self, batch: Sequence[RawMessage], resolver: Resolver) -> Sorted:
        """Sort a batch by the routes of `resolver`."""
        found = Sorted([Fate.WITHOUT_READING] * len(batch))
        for position, message in enumerate(batch):
            try:
                self._judge(position, message, self._decoded(message), resolver, found)
            except RejectedMessage as rejection:
                found.bury(position, rejection)
            except StorageUnavailable:
                raise  # what the device announced cannot be looked up now: later, with its batch
            except Exception as fault:
                # Whatever it is, it would come again with the message, and stop all others.
                if self._is_news(fault):
                    log.exception("a fault of ours on a message of topic %r", message.topic)
                problem = RejectedMessage(f"Zaindu failed on it: {fault!r}", code="decoder_failed")
                found.bury(position, problem)
        return found

    def _is_news(self, fault: Exception) -> bool:
        """Tell whether nobody said yet where a fault lies: it may come with every message."""
        where = traceback.extract_tb(fault.__traceback__)[-1]
        place = (where.filename, where.lineno)
        is_news = place not in self._told
        self._told.add(place)
        return is_news

    def _decoded(self, message: RawMessage) -> Decoded:
        size = len(message.payload)
        if size > self._max_bytes:
            raise RejectedMessage(
                f"{size} bytes; at most {self._max_bytes} are read", code="too_large"
            )
        return self._decode(message.topic, message.payload)

    def _judge(
        self,
        position: int,
        message: RawMessage,
        decoded: Decoded,
        resolver: Resolver,
        found: Sorted,
    ) -> None:
        is_ignored = False
        for reading in decoded.readings:
            try:
                routes = resolver.routes(decoded.family, reading)
                if routes is None and not self._seen.note(message, decoded, reading):
                    is_ignored = True
                elif routes is None:
                    found.bury(position, _unknown(decoded.family, reading.device))
                elif routes:
                    taken_at = self._taken_at(message, reading)
                    for route in routes:
                        _follow(position, message, decoded.family, reading, taken_at, route, found)
            except RejectedMessage as rejection:
                found.bury(position, rejection.of(decoded.family, reading.device))
            except ValueError as fault:
                problem = RejectedMessage(str(fault), code="wrong_unit")
                found.bury(position, problem.of(decoded.family, reading.device))
        device = decoded.readings[0].device if decoded.readings else ""
        for complaint in () if is_ignored else decoded.complaints:
            found.bury(position, RejectedMessage(complaint).of(decoded.family, device))

    def _taken_at(self, message: RawMessage, decoded: DecodedReading) -> datetime:
        if decoded.time is None:
            if message.retained:
                raise RejectedMessage(
                    "kept by the broker from an unknown time, and undated",
                    code="retained_without_time",
                )
            return self._aged(message.received_at, decoded.age_s)
        return self._plausibility.settled(decoded.time, message.received_at)

    def _aged(self, received_at: datetime, age_s: float) -> datetime:
        if not age_s:
            return received_at
        try:
            taken_at = received_at - timedelta(seconds=age_s)
        except OverflowError:
            raise RejectedMessage(
                f"it says to be {age_s:g} s old", code="time_out_of_range"
            ) from None
        return self._plausibility.settled(taken_at, received_at)


def _follow(
    position: int,
    message: RawMessage,
    family: str,
    decoded: DecodedReading,
    taken_at: datetime,
    route: Route,
    found: Sorted,
) -> None:
    """Bring one number to one meter."""
    meter_id = route.meter.id
    found.belong(position, meter_id)
    value = to_canonical(decoded.value, decoded.unit, decoded.quantity) * route.scale
    check_value(value, decoded.quantity, decoded.accumulation)
    if decoded.duration_s:
        check_interval(decoded.duration_s)
    if route.is_repeated(taken_at, value):
        found.pass_over(position)
        return
    if decoded.time is None:
        found.undated.add(position)
    elif taken_at < message.received_at - LATE:
        found.late.add(position)
    found.keep(
        position,
        Reading(
            meter_id=meter_id,
            register=route.register,
            taken_at=taken_at,
            value=value,
            duration_s=decoded.duration_s,
            quality=_quality(message, decoded),
            source=family,
            received_at=message.received_at,
        ),
    )
    found.dirty.touch(meter_id, taken_at, decoded.duration_s)


def _quality(message: RawMessage, decoded: DecodedReading) -> Quality:
    """Tell how far the time of a reading can be trusted.

    An old index or power dated now would move hours of use into a minute; the
    next fresh index tells the same use. A delta told by nobody else is kept.
    """
    if decoded.time is not None:
        return Quality.VALID
    if message.queued and decoded.accumulation is not Accumulation.DELTA:
        return Quality.QUESTIONABLE
    return Quality.RECEPTION_TIME


def _unknown(family: str, device: str) -> RejectedMessage:
    return RejectedMessage(
        f"no meter is declared for {family} device {device!r}",
        code="unknown_device",
        family=family,
        device=device,
    )
