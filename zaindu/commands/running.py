"""`zaindu run`, and its parts alone: `ingest`, `schedule`, `dashboard`."""

import gc
import logging
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zaindu.commands.options import DEFAULT_CONFIG, Config, Form, Level
from zaindu.failures import Exit
from zaindu.logs import LogForm, LogLevel, set_up_logs

if TYPE_CHECKING:
    from settings.model import Settings
    from settings.secrets import Secrets
    from zaindu.stores import Stores
    from zaindu.supervision import Part

    Assemble = Callable[["Settings", "Secrets", "Stores"], Sequence["Part"]]

log = logging.getLogger(__name__)


def run(
    config: Config = DEFAULT_CONFIG,
    log_level: Level = LogLevel.INFO,
    log_form: Form = LogForm.PLAIN,
) -> None:
    """Run everything in one process: ingest, scheduler and dashboard."""
    set_up_logs(log_level, log_form)

    def assemble(settings: "Settings", secrets: "Secrets", stores: "Stores") -> Sequence["Part"]:
        from zaindu import wiring

        return [
            *_dashboard(settings, secrets, stores),
            wiring.scheduler_part(settings, stores),
            *wiring.ingest_parts(settings, secrets, stores),
        ]

    _run_parts(config, assemble)


def ingest(
    config: Config = DEFAULT_CONFIG,
    workers: Annotated[
        int,
        typer.Option(
            min=1,
            max=64,
            help="Processes that share the messages; more than one needs as many cores.",
        ),
    ] = 1,
    worker: Annotated[int, typer.Option(hidden=True, min=0)] = 0,
    log_level: Level = LogLevel.INFO,
    log_form: Form = LogForm.PLAIN,
) -> None:
    """Take what meters publish, and nothing else."""
    set_up_logs(log_level, log_form)
    if workers > 1 and not worker:
        _run_workers(config, workers, log_level, log_form)
        return

    def assemble(settings: "Settings", secrets: "Secrets", stores: "Stores") -> Sequence["Part"]:
        from zaindu import wiring

        return wiring.ingest_parts(settings, secrets, stores, worker, workers)

    _run_parts(config, assemble, ends_with_input=worker > 0)


def _run_workers(config: Path, count: int, level: LogLevel, form: LogForm) -> None:
    from settings.loading import load_settings
    from settings.secrets import read_secrets
    from zaindu.stopping import stop_on_signals
    from zaindu.worker_processes import run_workers

    load_settings(config)  # what must be mended is said once, not by every worker
    read_secrets(os.environ)
    arguments = ["--workers", str(count), "--log-level", level.value, "--log-form", form.value]
    with stop_on_signals() as stop:
        if not run_workers(count, config, stop, arguments=arguments):
            os._exit(Exit.FAILED)


def schedule(
    config: Config = DEFAULT_CONFIG,
    log_level: Level = LogLevel.INFO,
    log_form: Form = LogForm.PLAIN,
) -> None:
    """Compute roll-ups, indicators, standings and walls, and nothing else."""
    set_up_logs(log_level, log_form)

    def assemble(settings: "Settings", _secrets: "Secrets", stores: "Stores") -> Sequence["Part"]:
        from zaindu import wiring

        return [wiring.scheduler_part(settings, stores)]

    _run_parts(config, assemble)


def dashboard(
    config: Config = DEFAULT_CONFIG,
    log_level: Level = LogLevel.INFO,
    log_form: Form = LogForm.PLAIN,
) -> None:
    """Serve the walls, the manage and report pages and the API, and nothing else."""
    set_up_logs(log_level, log_form)
    _run_parts(config, _dashboard)


def _dashboard(settings: "Settings", secrets: "Secrets", stores: "Stores") -> Sequence["Part"]:
    from zaindu import serving, wiring

    listening = serving.listen(settings.dashboard.host, settings.dashboard.port)
    log.info("pages at %s", serving.address_of(listening))
    return [wiring.dashboard_part(settings, secrets, stores, listening)]


def _run_parts(config: Path, assemble: "Assemble", *, ends_with_input: bool = False) -> None:
    """Keep the parts running until SIGINT or SIGTERM, or until whoever started us is gone."""
    from settings.loading import load_settings
    from settings.secrets import read_secrets
    from zaindu.stopping import stop_on_signals, stop_with_input
    from zaindu.stores import open_stores

    settings = load_settings(config)
    secrets = read_secrets(os.environ)
    with stop_on_signals() as stop, open_stores(settings, secrets, wait=stop) as stores:
        if ends_with_input:
            stop_with_input(stop)
        keep_running(assemble(settings, secrets, stores), stop)


def keep_running(parts: Sequence["Part"], stop: threading.Event) -> None:
    """Supervise parts until `stop` is set.

    Raises:
        SystemExit: One of them did not end in time.
    """
    from zaindu.supervision import Supervisor

    # Messages make many short-lived tuples: collecting every 700 of them costs up to a quarter of
    # the ingest's time, and what was imported so far never dies.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    supervisor = Supervisor(stop)
    supervisor.start(*parts)
    if not supervisor.wait():
        os._exit(Exit.FAILED)
