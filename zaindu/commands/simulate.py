"""`zaindu simulate`."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from zaindu.commands.options import DEFAULT_CONFIG, Config, Form, Level
from zaindu.logs import LogForm, LogLevel, set_up_logs


def simulate(
    history: Annotated[
        int, typer.Option(min=0, max=60, metavar="MONTHS", help="Publish that much past first.")
    ] = 0,
    step: Annotated[
        int,
        typer.Option(min=1, max=1440, metavar="MINUTES", help="Between two messages of the past."),
    ] = 10,
    live: Annotated[bool, typer.Option(help="Then go on as time goes by, until stopped.")] = True,
    speed: Annotated[
        float | None,
        typer.Option(min=1, max=100_000, help="60 plays an hour in a minute; needs --since."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            help="Play from that local time up to now, faster.",
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND:METER:START/LENGTH",
            help="What goes wrong, as gap:jf-elec:2026-11-20T08:00/3h; may be repeated. Kinds: "
            "reset, rollover, gap, stuck, duplicate, late, out-of-order, clock-skew.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Same seed, same readings; simulator.seed by default.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    log_level: Level = LogLevel.WARNING,
    log_form: Form = LogForm.PLAIN,
) -> None:
    """Publish what simulated meters say to the configured broker.

    The meters are those of the configuration, in the dialects of their devices. What a device
    without a clock says of the past cannot be dated over MQTT: its past is left out.
    """
    set_up_logs(log_level, log_form)
    from settings.loading import load_settings
    from settings.secrets import read_secrets
    from zaindu.simulating import Order, simulate_meters
    from zaindu.stopping import stop_on_signals

    settings = load_settings(Path(config))
    order = Order(
        months=history,
        step_min=step,
        live=live,
        speed=settings.simulator.speed if speed is None else speed,
        since=since,
        faults=tuple(fault or ()),
        seed=settings.simulator.seed if seed is None else seed,
    )
    with stop_on_signals() as stop:
        simulate_meters(settings, read_secrets(os.environ), order, stop)
