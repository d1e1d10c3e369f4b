"""The clock: what is computed when, and caught up when the machine was off."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from domain.errors import StorageUnavailable
from scheduler.work import Work
from settings.model import Settings
from storage.ports import ReadingStore, Records

log = logging.getLogger(__name__)

SLICE_S = 4.0
"""How long the past is worked on before the walls get their turn [s]."""

SOON = timedelta(milliseconds=200)

HEAL_EVERY = timedelta(minutes=1)
"""A trickle of late readings recomputes the past this often at most."""

RECONCILE_EVERY = timedelta(minutes=1)
"""Midnights come at many hours; a look that finds nothing to do costs little."""


class Scheduler:
    """Runs the work at its hours, one piece at a time."""

    def __init__(self, settings: Settings, readings: ReadingStore, records: Records) -> None:
        """Prepare; nothing runs yet.

        Args:
            settings: The whole configuration.
            readings: Readings, roll-ups and indicators.
            records: Everything else.
        """
        self._schedule = settings.schedule
        self._work = Work(settings, readings, records)
        self._stop = threading.Event()
        self._failing: set[str] = set()

    def run_once(self, now: datetime) -> None:
        """Do everything that is due, in order, and return.

        Raises:
            StorageUnavailable: A store did not answer; what is left stays due.
        """
        self._work.everything(now)

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; an outage of a store is waited out."""
        self._stop = stop
        clock = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        start = datetime.now(UTC)
        for place, (name, job, every) in enumerate(self._jobs(clock)):
            clock.add_job(
                self._guarded(name, job),
                "interval",
                id=name,
                seconds=every.total_seconds(),
                next_run_time=start + place * timedelta(milliseconds=20),
            )
        clock.start()
        log.info("scheduler started")
        try:
            stop.wait()
        finally:
            clock.shutdown(wait=True)
            log.info("scheduler stopped")

    def _jobs(
        self, clock: BackgroundScheduler
    ) -> list[tuple[str, Callable[[datetime], None], timedelta]]:
        def again(name: str) -> None:
            if not self._stop.is_set():
                clock.modify_job(name, next_run_time=datetime.now(UTC) + SOON)

        heal_from = [datetime.now(UTC)]

        def roll_up(now: datetime) -> None:
            if not self._work.rollups(seconds=SLICE_S, stopped=self._stop.is_set):
                again("rollups")
            elif now >= heal_from[0] and self._work.past_has_changed(now):
                # Late data: what managers see need not wait for the indicators' own hour.
                heal_from[0] = now + HEAL_EVERY
                again("indicators")

        def indicate(now: datetime) -> None:
            if not self._work.indicators(now, seconds=SLICE_S, stopped=self._stop.is_set):
                again("indicators")

        schedule = self._schedule
        return [
            ("rollups", roll_up, timedelta(seconds=schedule.rollup_s)),
            ("snapshots", self._work.snapshots, timedelta(seconds=schedule.snapshot_s)),
            ("indicators", indicate, timedelta(minutes=schedule.indicators_min)),
            ("reconciliation", self._reconcile, RECONCILE_EVERY),
            ("housekeeping", self._work.housekeeping, timedelta(hours=schedule.housekeeping_h)),
        ]

    def _reconcile(self, now: datetime) -> None:
        self._work.reconciliation(now, seconds=SLICE_S, stopped=self._stop.is_set)

    def _guarded(self, name: str, job: Callable[[datetime], None]) -> Callable[[], None]:
        def run() -> None:
            if self._stop.is_set():
                return
            try:
                job(datetime.now(UTC))
            except StorageUnavailable as outage:
                if name not in self._failing:
                    log.warning("%s waits for a store: %s", name, outage)
                self._failing.add(name)
            else:
                if name in self._failing:
                    log.info("%s works again", name)
                self._failing.discard(name)

        return run
