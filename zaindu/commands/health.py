"""`zaindu health`: for a person at a terminal, for cron and for monit."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zaindu.commands.options import DEFAULT_CONFIG, Config
from zaindu.failures import Exit

if TYPE_CHECKING:
    from dashboard.queries.data_health import DataHealth
    from dashboard.viewmodels.data_health import DataHealthView
    from dashboard.viewmodels.meter_rows import MeterRow
    from settings.model import Settings

_MARKS = {
    "whole": "■",
    "slow": "▪",
    "thin": "◧",
    "silent": "□",
    "refused": "x",
    "breach": "!",
    "none": "·",
}


def health(
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing while all is well, as cron likes it.")
    ] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Say how the data is: ingest, every meter's last days, and what asks for somebody.

    Ends with 0 while ingest is heard, no meter is silent and every message is accounted for;
    with 1 otherwise. Holes are shown and are no alarm. The words are in the site's language.
    """
    found, settings = _read(config)
    if not (quiet and found.is_sound):
        for line in _lines(found, settings):
            typer.echo(line)
    if not found.is_sound:
        raise typer.Exit(Exit.FAILED)


def _read(config: Path) -> "tuple[DataHealth, Settings]":
    from dashboard.queries.data_health import read_data_health
    from settings.loading import load_settings
    from settings.secrets import read_secrets
    from zaindu.stores import open_stores_to_look

    settings = load_settings(config)
    with open_stores_to_look(settings, read_secrets(os.environ)) as stores:
        portfolio = stores.records.portfolio.portfolio()
        living = [building for building in portfolio.buildings if not building.retired]
        now = datetime.now(UTC)
        found = read_data_health(
            stores.readings, stores.records, portfolio, living, now, sees_all=True
        )
    return found, settings


def _lines(found: "DataHealth", settings: "Settings") -> Iterator[str]:
    from dashboard.text.words import words_for
    from dashboard.viewmodels.data_health import data_health_view

    words = words_for(settings.site.default_language)
    view = data_health_view(found, words, only_matters=False)
    yield _plain(view.sentence)
    yield from (f"! {_plain(alert)}" for alert in view.alerts)
    facts = (words.say("health.line.fact", label=f.label, text=f.text) for f in view.facts)
    yield words.say("health.sentence.join").join(facts)
    yield from _table(view)
    if view.buildings:
        yield "  ".join(f"{_MARKS[mark]} {word}" for mark, word in view.legend)


def _table(view: "DataHealthView") -> Iterator[str]:
    rows = [row for building in view.buildings for row in building.rows]
    widths = _widths([_names(row) for row in rows])
    for building in view.buildings:
        yield ""
        yield building.name
        for row in building.rows:
            names = "  ".join(
                text.ljust(width) for text, width in zip(_names(row), widths, strict=True)
            )
            days = "".join(_MARKS[cell.mark] for cell in row.cells)
            yield f"  {names}  {days}  {row.now}"
    if rows:
        yield ""


def _names(row: "MeterRow") -> tuple[str, str]:
    return row.id, row.name


def _widths(names: list[tuple[str, str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*names, strict=True)]


def _plain(text: str) -> str:
    return text.replace("*", "")
