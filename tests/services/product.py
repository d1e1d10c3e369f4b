"""Start the product as a user does, in a process and a folder of its own."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.services.servers import free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A started product."""

    process: subprocess.Popen[bytes]
    url: str
    first_wall_s: float
    """From the start of the process to the first whole wall page [s]."""


def configuration(
    folder: Path, *, http_port: int, mqtt_port: int, influx_url: str | None = None
) -> Path:
    """Write the repository's own `config.toml` with this run's ports, folder and stores."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    if influx_url is not None:
        text = _set(text, "storage", "readings", '"influx"')
        text = _set(text, "storage.influx", "url", f'"{influx_url}"')
    text = _set(text, "mqtt", "port", str(mqtt_port))
    text = _set(text, "dashboard", "port", str(http_port))
    text = _set(text, "site", "data_dir", f'"{folder / "data"}"')
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _set(text: str, table: str, key: str, value: str) -> str:
    """Give one key of one table another value, wherever the table stands."""
    head, mark, rest = text.partition(f"\n[{table}]\n")
    if not mark:
        raise ValueError(f"config.toml has no [{table}]")
    body, *others = re.split(r"(?m)^(?=\[)", rest, maxsplit=1)
    line = re.compile(rf"(?m)^#? ?{key} = .*$")
    body = (
        line.sub(f"{key} = {value}", body, count=1)
        if line.search(body)
        else f"{key} = {value}\n{body}"
    )
    return head + mark + body + "".join(others)


@contextlib.contextmanager
def running(
    *arguments: str, wall: str, port: int, log: Path, env: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Run `python -m zaindu …` until its wall answers, and stop it at the end."""
    url = f"http://127.0.0.1:{port}"
    started = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "zaindu", *arguments],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
        )
    try:
        wait_for(f"{url}/wall/{wall}", process, log)
        yield Running(process=process, url=url, first_wall_s=time.monotonic() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, timeout_s: float = 120) -> None:
    """Return when `url` answers 200."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{url} did not answer:\n{log.read_text(errors='replace')[-4000:]}")


def ports() -> tuple[int, int]:
    """Return a free port for the pages and one for the broker."""
    return free_port(), free_port()
