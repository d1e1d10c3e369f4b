"""Run the measurements: `python -m bench [name…]`."""

import sys
from collections.abc import Callable

from bench import (
    backfill,
    footprint,
    import_rate,
    ingest_live,
    ingest_memory,
    ingest_rate,
    ingest_workers,
    report,
    storage_rates,
)

MEASUREMENTS: dict[str, tuple[str, Callable[[], None]]] = {
    "storage": ("Readings written", storage_rates.measure),
    "backfill": ("History, on the embedded stores", backfill.measure),
    "ingest": (
        "A queue drained, each message acknowledged when it is durable",
        ingest_rate.measure,
    ),
    "workers": ("Worker processes that share a queue", ingest_workers.measure),
    "live": ("Live messages, in peace and after an outage", ingest_live.measure),
    "memory": ("Memory of ingest at full rate", ingest_memory.measure),
    "import": ("A year of ten-minute load curves, read from files", import_rate.measure),
    "footprint": ("The demo portfolio, run unattended", footprint.measure),
}


def main(names: list[str]) -> int:
    """Run the named measurements, or all."""
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        sys.stderr.write(
            f"no measurement {', '.join(unknown)}; there are: {', '.join(MEASUREMENTS)}\n"
        )
        return 2
    for name in names or MEASUREMENTS:
        heading, measure = MEASUREMENTS[name]
        report.title(heading)
        measure()
    return 0


sys.exit(main(sys.argv[1:]))
