"""`zaindu letters`: messages that could not be read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.dead_letters import LetterFilter
from domain.errors import ConfigError
from zaindu.commands.options import DEFAULT_CONFIG, Config

if TYPE_CHECKING:
    from settings.model import Settings
    from storage.ports import Records

app = typer.Typer(
    no_args_is_help=True,
    help="List, show, download, replay and delete messages that could not be read.",
    rich_markup_mode=None,
)

Ids = Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="As `list` has them.")]
Code = Annotated[str, typer.Option(metavar="WORD", help="Only those refused for that.")]
Family = Annotated[str, typer.Option(metavar="NAME", help="Only of that decoder family.")]
Device = Annotated[str, typer.Option(metavar="NAME", help="Only of that device.")]
Topic = Annotated[
    str, typer.Option(metavar="TEXT", help="Only with that in the topic; `tele/#`: that start.")
]
Text = Annotated[str, typer.Option("--text", metavar="TEXT", help="Only with that in the reason.")]
Since = Annotated[
    str, typer.Option("--from", metavar="TIME", help="Only received then or after, 2026-01-31.")
]
Until = Annotated[str, typer.Option("--to", metavar="TIME", help="Only received before.")]
All = Annotated[bool, typer.Option("--all", help="All of them, where nothing else says which.")]


@app.command("list")
def list_letters(
    code: Code = "",
    family: Family = "",
    device: Device = "",
    topic: Topic = "",
    text: Text = "",
    since: Since = "",
    until: Until = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 50,
    by: Annotated[
        str, typer.Option(metavar="code|device", help="Count by code or device instead.")
    ] = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """List the newest letters, or count them by code or by device."""
    from zaindu import letters

    with _records(config) as (records, settings):
        which = _filter(settings, code, family, device, topic, text, since, until)
        if by not in ("", "code", "device"):
            raise ConfigError([f"--by '{by}' is neither code nor device"])
        if by:
            letters.count(records, which, by_device=by == "device")
        else:
            letters.list_newest(records, which, limit)


@app.command()
def show(
    letter_id: Annotated[int, typer.Argument(metavar="ID", help="As `list` has it.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Show one letter whole, with nothing in it that a terminal would obey."""
    from zaindu import letters

    with _records(config) as (records, _):
        letters.show(records.dead_letters.get(letter_id))


@app.command()
def download(
    ids: Ids = None,
    code: Code = "",
    family: Family = "",
    device: Device = "",
    topic: Topic = "",
    text: Text = "",
    since: Since = "",
    until: Until = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Instead of printing.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Write letters as JSON lines, oldest first, as `zaindu decode` reads them."""
    from zaindu import letters

    with _records(config) as (records, settings):
        which = _filter(settings, code, family, device, topic, text, since, until)
        letters.download(records, ids or which, output)


@app.command()
def replay(
    ids: Ids = None,
    code: Code = "",
    family: Family = "",
    device: Device = "",
    topic: Topic = "",
    text: Text = "",
    since: Since = "",
    until: Until = "",
    everything: All = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Read letters again now, by today's decoders and meters; doing it twice is harmless.

    What is stored leaves the letters; what is refused again stays, with the new reason.
    """
    from settings.loading import load_settings
    from settings.secrets import read_secrets
    from zaindu import letters
    from zaindu.stores import open_stores

    settings = load_settings(config)
    which = _filter(settings, code, family, device, topic, text, since, until)
    _refuse_silence(ids, which, everything=everything)
    with open_stores(settings, read_secrets(os.environ)) as stores:
        letters.replay(settings, stores, ids or which)


@app.command()
def delete(
    ids: Ids = None,
    code: Code = "",
    family: Family = "",
    device: Device = "",
    topic: Topic = "",
    text: Text = "",
    since: Since = "",
    until: Until = "",
    everything: All = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Delete letters for good; they are counted and asked about first."""
    from zaindu import letters

    with _records(config) as (records, settings):
        which = _filter(settings, code, family, device, topic, text, since, until)
        _refuse_silence(ids, which, everything=everything)
        letters.delete(records, ids or which, is_sure=yes)


@contextmanager
def _records(config: Path) -> "Iterator[tuple[Records, Settings]]":
    from settings.loading import load_settings
    from settings.secrets import read_secrets
    from zaindu.stores import open_records_alone

    settings = load_settings(config)
    with open_records_alone(settings, read_secrets(os.environ)) as records:
        yield records, settings


def _filter(
    settings: "Settings",
    code: str,
    family: str,
    device: str,
    topic: str,
    text: str,
    since: str,
    until: str,
) -> LetterFilter:
    from zaindu.instants import instant_of

    zone = settings.ingest.naive_time_zone
    return LetterFilter(
        code=code,
        family=family,
        device=device,
        topic=topic,
        text=text,
        received_from=instant_of("--from", since, zone) if since else None,
        received_before=instant_of("--to", until, zone) if until else None,
    )


def _refuse_silence(ids: list[int] | None, which: LetterFilter, *, everything: bool) -> None:
    if not ids and which.is_open and not everything:
        raise ConfigError(["say which letters: their ids, a filter such as --device, or --all"])
