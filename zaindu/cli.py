"""The command line, `zaindu` or `python -m zaindu`."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from zaindu.commands import (
    check_config,
    decode,
    demo,
    health,
    importing,
    letters,
    meters,
    running,
    simulate,
    user,
)
from zaindu.failures import said_kindly

app = typer.Typer(
    name="zaindu",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Shows the people inside a building what it uses, compares it fairly, and suggests one "
    "thing to do.\n\nExit codes: 0 done; 1 it could not be done; 2 the command line or the "
    "configuration must be mended; 130 interrupted.",
)
app.command(short_help="Show everything on simulated buildings")(demo.demo)
app.command(short_help="Run everything in one process")(running.run)
app.command(short_help="Take what meters publish")(running.ingest)
app.command(short_help="Compute roll-ups, indicators and walls")(running.schedule)
app.command(short_help="Serve the walls, the pages and the API")(running.dashboard)
app.command(short_help="Publish what simulated meters say")(simulate.simulate)
app.command("import", short_help="Bring a meter's past from a file")(importing.import_file)
app.command(short_help="Say what Zaindu makes of messages")(decode.decode)
app.command("check-config", short_help="Check the configuration whole")(check_config.check_config)
app.command(short_help="Say how the data is; 1 when somebody has to look")(health.health)
app.add_typer(letters.app, name="letters")
app.add_typer(meters.app, name="meters")
app.add_typer(user.app, name="user")


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"zaindu {version('zaindu')}")
        except PackageNotFoundError:
            typer.echo(f"zaindu{_version_of_sources()}, run from its sources")
        raise typer.Exit


def _version_of_sources() -> str:
    """Return ` 1.2.3` as `pyproject.toml` says; "" where only the packages were copied."""
    project = Path(__file__).resolve().parents[1] / "pyproject.toml"
    if not project.exists():
        return ""
    return f" {tomllib.loads(project.read_text(encoding='utf-8'))['project']['version']}"


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Hold what comes before a command."""


def main() -> None:
    """Run the command line; errors are said kindly, see `zaindu.failures`."""
    with said_kindly():
        app()
