"""The command line, `zaindu` or `python -m zaindu`."""

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from zaindu.commands import check_config, decode, demo, importing, running, simulate, user
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
app.command()(demo.demo)
app.command()(running.run)
app.command()(running.ingest)
app.command()(running.schedule)
app.command()(running.dashboard)
app.command()(simulate.simulate)
app.command("import")(importing.import_file)
app.command()(decode.decode)
app.command("check-config")(check_config.check_config)
app.add_typer(user.app, name="user")


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"zaindu {version('zaindu')}")
        except PackageNotFoundError:
            typer.echo("zaindu, run from its sources")
        raise typer.Exit


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
