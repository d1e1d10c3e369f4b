"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from zaindu.logs import LogForm, LogLevel

Config = Annotated[
    Path,
    typer.Option(
        "--config",
        "-c",
        envvar="ZAINDU_CONFIG",
        metavar="FILE",
        help="The configuration.",
        show_default=True,
    ),
]
DEFAULT_CONFIG = Path("config.toml")

Level = Annotated[
    LogLevel, typer.Option("--log-level", envvar="ZAINDU_LOG_LEVEL", help="How much is logged.")
]
Form = Annotated[
    LogForm, typer.Option("--log-form", envvar="ZAINDU_LOG_FORM", help="Plain lines, or JSON.")
]
