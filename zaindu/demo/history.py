"""Filling in the past, newest first, so that the walls have something to say at once."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from domain.periods import Period
from storage.ports import JobRecords
from zaindu.demo.spans import Ledger, holes, pieces

if TYPE_CHECKING:
    from ingest.pipeline import Pipeline
    from sensors_sim.simulation import Simulation

log = logging.getLogger(__name__)

NOTE_KEY = "backfill"
"""JSON: `{"done": share [0..1], "until": ISO instant}`, empty when all is filled."""

UNTIL_KEY = "backfill.until"
"""How far back the history goes for now, an ISO instant; empty when all is filled."""

_STEP = timedelta(minutes=10)
"""Between two readings of the past: hours end on one, and thirteen months take a minute."""

_AS_LIVE = timedelta(hours=2)
"""A piece that short is filled at each meter's own cadence, as if it had been live."""

_BATCH = 2000
_LONGEST_PIECE = timedelta(days=16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the history has come."""

    done: float
    """Share of the time to fill [0..1]."""

    until: datetime
    """It goes back to there [UTC]."""


class History:
    """The demo's past, made by the simulation and stored as if it came from the meters."""

    def __init__(
        self,
        simulation: "Simulation",
        pipeline: "Pipeline",
        jobs: JobRecords,
        on_progress: Callable[[Progress], None],
    ) -> None:
        """Take what makes and what keeps the readings; nothing is filled yet."""
        self._simulation = simulation
        self._pipeline = pipeline
        self._jobs = jobs
        self._ledger = Ledger(jobs)
        self._on_progress = on_progress

    def fill(self, wanted: Period, stop: threading.Event) -> bool:
        """Fill what is missing of `wanted`; return False when stopped before the end."""
        missing = holes(wanted, self._ledger.filled())
        to_do = sum(hole.hours for hole in missing)
        done = 0.0
        for hole in missing:
            for piece in pieces(hole, _AS_LIVE, _LONGEST_PIECE):
                self._note(Progress(done=done / to_do, until=piece.end))
                for share in self._fill_piece(piece):
                    if stop.is_set():
                        return False
                    reached = (done + share * piece.hours) / to_do
                    self._on_progress(Progress(done=reached, until=piece.end))
                self._ledger.add(piece)
                done += piece.hours
        self._jobs.set_note(NOTE_KEY, "")
        self._jobs.set_note(UNTIL_KEY, "")
        self._on_progress(Progress(done=1.0, until=wanted.start))
        return True

    def _fill_piece(self, piece: Period) -> Iterator[float]:
        """Store a piece; yield the share that is durable after each batch."""
        step = timedelta(0) if piece.duration <= _AS_LIVE else _STEP
        messages = self._simulation.messages(piece, step)
        while batch := tuple(islice(messages, _BATCH)):
            self._pipeline.handle(batch)
            yield (batch[-1].received_at - piece.start) / piece.duration

    def _note(self, progress: Progress) -> None:
        until = progress.until.isoformat()
        self._jobs.set_note(NOTE_KEY, json.dumps({"done": progress.done, "until": until}))
        self._jobs.set_note(UNTIL_KEY, until)
