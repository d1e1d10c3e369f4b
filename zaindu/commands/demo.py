"""`zaindu demo`."""

from pathlib import Path
from typing import Annotated

import typer

from zaindu.commands.options import DEFAULT_CONFIG, Config, Form, Level
from zaindu.logs import LogForm, LogLevel, set_up_logs


def demo(
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, help="Port of the pages, or the first free one after; 0: any."
        ),
    ] = 8050,
    data_dir: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where its data stays between two starts.")
    ] = Path("data/demo"),
    months: Annotated[
        int | None,
        typer.Option(min=0, max=60, help="Months of history; simulator.history_months by default."),
    ] = None,
    live: Annotated[bool, typer.Option(help="Whether meters go on publishing.")] = True,
    once: Annotated[
        bool, typer.Option("--once", help="Fill in the history, compute, and end.")
    ] = False,
    config: Config = DEFAULT_CONFIG,
    log_level: Level = LogLevel.WARNING,
    log_form: Form = LogForm.PLAIN,
) -> None:
    """Show everything on simulated buildings, with nothing to install.

    Broker and stores are embedded. Prints the addresses and accounts, then fills in the
    history while the pages already answer. Started again, it goes on from where it was.
    """
    set_up_logs(log_level, log_form)
    from settings.loading import load_settings
    from zaindu.demo.folder import only_one_in
    from zaindu.demo.showing import Wishes, fill_and_end, show
    from zaindu.stopping import stop_on_signals

    settings = load_settings(config)
    wishes = Wishes(
        folder=data_dir.resolve(),
        port=port,
        months=settings.simulator.history_months if months is None else months,
        live=live,
    )
    with stop_on_signals() as stop, only_one_in(wishes.folder):
        (fill_and_end if once else show)(settings, wishes, stop)
