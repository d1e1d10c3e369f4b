"""`zaindu import`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from domain.registers import Accumulation
from zaindu.commands.options import DEFAULT_CONFIG, Config


def import_file(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Enedis, GRDF, Green Button, éCO2mix, CSV or XLSX; also .gz and .zip of them.",
        ),
    ],
    meter: Annotated[
        str,
        typer.Option(
            metavar="ID", help="Whose readings they are; found by the file's points by default."
        ),
    ] = "",
    format_name: Annotated[
        str, typer.Option("--format", metavar="NAME", help="Recognised by content by default.")
    ] = "",
    point: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this metering point (PRM, PCE, usage point)."),
    ] = None,
    register: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only this register, as the file names it."),
    ] = None,
    zone: Annotated[
        str, typer.Option(help="Time zone of times without offset; the building's by default.")
    ] = "",
    stamp: Annotated[
        str,
        typer.Option(
            help="Whether an interval's time is its start or its end; as the format has it, "
            "start in a table of yours."
        ),
    ] = "",
    time_column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Of a table of yours: column of the time; twice for date and hour."
        ),
    ] = None,
    value_column: Annotated[
        str, typer.Option(metavar="NAME", help="Of a table of yours: column of the numbers.")
    ] = "",
    unit: Annotated[
        str,
        typer.Option(help="Of the numbers: kWh, Wh, W, m3, L, degC…"),
    ] = "",
    accumulation: Annotated[
        Accumulation | None,
        typer.Option(
            help="An index (cumulative), what each interval used (delta; a power is then its "
            "mean), or a state (instantaneous)."
        ),
    ] = None,
    step: Annotated[
        int | None, typer.Option(min=1, help="Length of an interval [min]; told from the times.")
    ] = None,
    scale: Annotated[float, typer.Option(help="Multiplies each number.")] = 1.0,
    time_format: Annotated[
        str, typer.Option(help="As strptime has it, %d/%m/%Y %H:%M for instance; recognised.")
    ] = "",
    sheet: Annotated[str, typer.Option(metavar="NAME", help="Only this sheet of a workbook.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would do, and keep nothing.")
    ] = False,
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Import the good lines of a file with bad ones.")
    ] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Bring a meter's past from files.

    The format is told from the content, and the meters from the points that it names: those
    whose source is { family = "file", device = "<point>" }. --meter names another. A table of
    yours needs --time-column, --value-column, --unit and --accumulation.

    Every file is read whole before anything is kept. Bad lines are told with their number, and
    then nothing is imported, unless --keep-good. Importing the same file again changes nothing.
    """
    from domain.errors import ConfigError
    from domain.imports import ImportWish, TableWish
    from settings.loading import load_settings
    from settings.secrets import read_secrets
    from zaindu.importing import import_files

    given = {
        "--time-column": bool(time_column),
        "--value-column": bool(value_column),
        "--unit": bool(unit),
        "--accumulation": accumulation is not None,
    }
    if any(given.values()) and not all(given.values()):
        missing = ", ".join(name for name, has in given.items() if not has)
        raise ConfigError([f"a table of yours needs {missing} as well"])
    table = TableWish(
        time_headers=tuple(time_column or ()),
        value_header=value_column,
        unit=unit,
        accumulation=accumulation or Accumulation.DELTA,
        step_min=step,
        scale=scale,
        time_format=time_format,
        sheet=sheet,
    )
    wish = ImportWish(
        meter_id=meter,
        format=format_name,
        points=tuple(point or ()),
        registers=tuple(register or ()),
        zone=zone,
        stamp=stamp,
        keep_good=keep_good,
        table=table,
    )
    import_files(load_settings(config), read_secrets(os.environ), files, wish, dry_run=dry_run)
