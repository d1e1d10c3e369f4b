"""Figures → metric families, named and typed by Prometheus' conventions.

Instants are told as timestamps: an age is `time()` minus that, and stays right
between two scrapes.
"""

from collections.abc import Iterable, Iterator

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

from dashboard.metrics.figures import MetricFigures, RecordFigures
from domain.ingest_counters import IngestCounters

OUTCOMES = ("stored", "duplicate", "dead_lettered", "without_reading")
_WAITING = ("spooled", "in_hand")

_Samples = Iterable[tuple[tuple[str, ...], float]]


def families(figures: MetricFigures) -> Iterator[Metric]:
    """Yield every family; those of a store that does not answer are missing, not zero."""
    yield InfoMetricFamily("zaindu_build", "What runs.", value={"version": figures.version})
    yield _gauge(
        "store_up",
        "Whether a store answers.",
        ("store",),
        (((name,), float(up)) for name, up in sorted(figures.stores.items())),
    )
    if figures.records is not None:
        yield from _ingest(figures.records)
        yield from _meters(figures.records)
        yield from _scheduler(figures.records)
    yield _gauge(
        "meter_last_reading_timestamp_seconds",
        "When the newest reading of a meter was taken.",
        ("meter",),
        (((meter,), at.timestamp()) for meter, at in sorted(figures.newest_at.items())),
    )


def _ingest(records: RecordFigures) -> Iterator[Metric]:
    workers = [worker.counters for worker in records.ingest.workers]
    yield _counter(
        "ingest_messages_received",
        "Messages taken from the broker since the worker started, or found in its spool.",
        ("worker",),
        (((c.worker,), c.received + c.recovered) for c in workers),
    )
    yield _counter(
        "ingest_messages",
        "Messages settled since the worker started, by what became of them.",
        ("worker", "outcome"),
        (((c.worker, outcome), getattr(c, outcome)) for c in workers for outcome in OUTCOMES),
    )
    yield _counter(
        "ingest_readings",
        "Rows written since the worker started.",
        ("worker",),
        (((c.worker,), c.readings) for c in workers),
    )
    yield _gauge(
        "ingest_waiting_messages",
        "Messages not settled yet: on disk, or in hand.",
        ("worker", "where"),
        (((c.worker, where), getattr(c, where)) for c in workers for where in _WAITING),
    )
    yield _gauge(
        "ingest_spool_bytes",
        "What waits on disk weighs, where the worker says so.",
        ("worker",),
        (((c.worker,), c.spool_bytes) for c in workers if c.spool_bytes is not None),
    )
    yield _unaccounted(records)
    yield from _signs_of_life(workers)


def _unaccounted(records: RecordFigures) -> Metric:
    """A worker's own count and its days of the last two weeks, in one number that stays 0."""
    sums = {worker.counters.worker: 0 for worker in records.ingest.workers}
    for breach in records.ingest.breaches:
        sums[breach.worker] = sums.get(breach.worker, 0) + abs(breach.messages)
    return _gauge(
        "ingest_unaccounted_messages",
        "Messages of which nobody knows what became; anything but 0 is a fault.",
        ("worker",),
        (((worker,), number) for worker, number in sorted(sums.items())),
    )


def _signs_of_life(workers: list[IngestCounters]) -> Iterator[Metric]:
    yield _gauge(
        "ingest_heard_timestamp_seconds",
        "When a worker last gave a sign of life.",
        ("worker",),
        (((c.worker,), c.heard_at.timestamp()) for c in workers),
    )
    yield _gauge(
        "ingest_last_message_timestamp_seconds",
        "When a worker received its newest message.",
        ("worker",),
        (((c.worker,), c.last_message_at.timestamp()) for c in workers if c.last_message_at),
    )

    yield _gauge(
        "ingest_connected",
        "Whether the broker hands a worker its messages: 1, or 0 while it is cut off.",
        ("worker",),
        (((c.worker,), float(c.cut_off_since is None)) for c in workers),
    )


def _meters(records: RecordFigures) -> Iterator[Metric]:
    days = sorted(records.days.items())
    yield _gauge(
        "meter_expected_readings",
        "Readings that a meter's last whole day should have.",
        ("meter",),
        (((meter,), day.expected) for meter, day in days),
    )
    yield _gauge(
        "meter_measured_readings",
        "Readings that a meter's last whole day has.",
        ("meter",),
        (((meter,), day.measured) for meter, day in days),
    )
    yield _gauge(
        "meter_day_word",
        "How a meter's last whole day came in: 1 for the word that holds.",
        ("meter", "word"),
        (((meter, str(day.word)), 1) for meter, day in days),
    )
    yield _gauge(
        "meter_cadence_seconds",
        "How often a meter is declared to report.",
        ("meter", "building"),
        (
            ((m.id, m.building_id), m.cadence.total_seconds())
            for m in records.meters
            if m.is_published
        ),
    )
    yield _gauge(
        "dead_letters",
        "Messages kept because they could not be read, by reason.",
        ("code",),
        (((code,), number) for code, number in sorted(records.dead_letters.items())),
    )


def _scheduler(records: RecordFigures) -> Iterator[Metric]:
    yield _gauge(
        "dirty_hours",
        "Hours of meters waiting to be rolled up.",
        (),
        [((), records.dirty_hours)],
    )
    yield _gauge(
        "job_done_timestamp_seconds",
        "Up to when a job's work is done, in the building that lags most.",
        ("job",),
        (((job,), at.timestamp()) for job, at in sorted(records.jobs.items())),
    )
    yield _gauge(
        "snapshot_timestamp_seconds",
        "When a building's wall was last computed.",
        ("building",),
        (((building,), at.timestamp()) for building, at in sorted(records.snapshots.items())),
    )


def _gauge(name: str, text: str, labels: tuple[str, ...], samples: _Samples) -> Metric:
    family = GaugeMetricFamily(f"zaindu_{name}", text, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def _counter(name: str, text: str, labels: tuple[str, ...], samples: _Samples) -> Metric:
    family = CounterMetricFamily(f"zaindu_{name}", text, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family
