"""`zaindu import`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from domain.registers import Accumulation
from zaindu.commands.options import DEFAULT_CONFIG, Config


def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A CSV file.")
    ],
    meter: Annotated[str, typer.Option(metavar="ID", help="Whose readings they are.")],
    time_column: Annotated[
        list[str],
        typer.Option(metavar="NAME", help="Column of the time; twice for date and hour."),
    ],
    value_column: Annotated[str, typer.Option(metavar="NAME", help="Column of the numbers.")],
    unit: Annotated[str, typer.Option(help="Of the numbers: kWh, Wh, W, m3, L, degC…")],
    accumulation: Annotated[
        Accumulation,
        typer.Option(
            help="An index (cumulative), what each interval used (delta; a power is then its "
            "mean), or a state (instantaneous)."
        ),
    ],
    zone: Annotated[
        str, typer.Option(help="Time zone of times without offset; the building's by default.")
    ] = "",
    stamp: Annotated[
        str, typer.Option(help="Whether an interval's time is its start or its end.")
    ] = "start",
    step: Annotated[
        int | None, typer.Option(min=1, help="Length of an interval [min]; told from the times.")
    ] = None,
    scale: Annotated[float, typer.Option(help="Multiplies each number.")] = 1.0,
    time_format: Annotated[
        str, typer.Option(help="As strptime has it, %d/%m/%Y %H:%M for instance; recognised.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would do, and keep nothing.")
    ] = False,
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Import the good lines of a file with bad ones.")
    ] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Bring a meter's past from a file.

    The file is read whole before anything is kept. Bad lines are told with their number, and
    then nothing is imported, unless --keep-good. Importing the same file again changes nothing.
    """
    from settings.loading import load_settings
    from settings.secrets import read_secrets
    from zaindu.importing import Wish, import_readings

    wish = Wish(
        file=file,
        meter_id=meter,
        time_columns=tuple(time_column),
        value_column=value_column,
        unit=unit,
        accumulation=accumulation,
        zone=zone,
        stamp=stamp,
        step_min=step,
        scale=scale,
        time_format=time_format,
        keep_good=keep_good,
    )
    import_readings(load_settings(config), read_secrets(os.environ), wish, dry_run=dry_run)
