"""`zaindu decode`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer


def decode(
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            metavar="FILE",
            help="Also use the [[mappings]] of this configuration.",
        ),
    ] = None,
) -> None:
    """Answer what Zaindu would make of messages, one JSON line each.

    Reads lines {"topic": …, "payload": text} on standard input, with payload_b64 or
    payload_hex for what is no text. Needs no server and, without --config, no configuration.
    """
    from ingest.decode_stream import decode_lines

    if config is None:
        answers = decode_lines(_lines())
    else:
        from settings.loading import load_settings

        settings = load_settings(config)
        zone = ZoneInfo(settings.ingest.naive_time_zone)
        answers = decode_lines(_lines(), settings.mappings, zone)
    out = sys.stdout.buffer
    try:
        for line in answers:
            out.write(line + b"\n")
            out.flush()
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does: nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lines() -> Iterator[bytes]:
    """Yield each line as soon as it is there."""
    return iter(sys.stdin.buffer.readline, b"")
