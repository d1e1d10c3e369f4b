"""The real servers that tests talk to, each started on a free port in a temporary folder.

A server that is not on the machine is named in a `Missing`, with how to get it.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

SERVICES_BIN = Path(__file__).resolve().parents[2] / ".services" / "bin"
READY_TIMEOUT_S = 60.0


class Missing(Exception):
    """The server's program is not on this machine; the text says how to get it."""


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Tell whether something accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(kw_only=True)
class Server:
    """A process that can be stopped, killed and started again on the same data."""

    command: Sequence[str]
    folder: Path
    port: int
    env: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return when it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=os.environ | self.env,
                user=self.user,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.command[0]} did not start:\n{self.log_tail()}")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        """Tell whether it answers."""
        return answers(self.port)

    def log_tail(self) -> str:
        """Return the end of what it wrote."""
        return (self.folder / "log").read_text(errors="replace")[-3000:]

    def stop(self, with_signal: int = signal.SIGTERM) -> None:
        """Stop it and wait until it is gone."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        self.process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        self.stop(signal.SIGKILL)


class Mosquitto(Server):
    """The Debian broker: persistent, with unbounded queues."""

    host = "127.0.0.1"

    @classmethod
    def in_folder(cls, folder: Path) -> "Mosquitto":
        """Write its configuration; it is not started yet."""
        program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
        if program is None:
            raise Missing("mosquitto is not installed: apt-get install mosquitto")
        port = free_port()
        folder.chmod(0o777)
        (folder / "mosquitto.conf").write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\n"
            f"persistence true\npersistence_location {folder}/\nautosave_interval 1\n"
            "max_queued_messages 0\nmax_queued_bytes 0\nmax_inflight_messages 0\n"
            "log_type error\nlog_type warning\n"
        )
        command = [program, "-c", str(folder / "mosquitto.conf")]
        return cls(command=command, folder=folder, port=port)


class Influx(Server):
    """InfluxDB 2, set up with one organisation and a token."""

    org = "zaindu"
    token = "a-token-for-tests-only"

    @classmethod
    def in_folder(cls, folder: Path) -> "Influx":
        """Choose its port and folders; it is not started yet."""
        program = SERVICES_BIN / "influxd"
        found = str(program) if program.exists() else shutil.which("influxd")
        if found is None:
            raise Missing("InfluxDB 2 is not built: make services (needs Go and Rust)")
        port = free_port()
        command = [
            found,
            *("--bolt-path", str(folder / "bolt")),
            *("--engine-path", str(folder / "engine")),
            *("--sqlite-path", str(folder / "sqlite")),
            *("--http-bind-address", f"127.0.0.1:{port}"),
            *("--reporting-disabled", "--log-level", "warn"),
        ]
        return cls(command=command, folder=folder, port=port)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        """Tell whether its own health check passes."""
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return bool(json.load(answer)["status"] == "pass")
        except (OSError, ValueError):
            return False

    def set_up(self) -> None:
        """Create organisation, first bucket and token."""
        body = {
            "username": "tests",
            "password": "tests-only-password",
            "org": self.org,
            "bucket": "first",
            "token": self.token,
        }
        request = urllib.request.Request(
            f"{self.url}/api/v2/setup",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30):
            return


class Postgres(Server):
    """PostgreSQL with one empty database."""

    @classmethod
    def in_folder(cls, folder: Path) -> "Postgres":
        """Initialise its data; it is not started yet."""
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        found = str(programs[-1]) if programs else shutil.which("postgres")
        if found is None:
            raise Missing("PostgreSQL is not installed: apt-get install postgresql")
        as_root = os.geteuid() == 0
        user = "postgres" if as_root else None
        data = folder / "data"
        if as_root:
            # PostgreSQL refuses to run as root, which is what CI often is.
            shutil.chown(folder, "postgres")
            for parent in folder.parents:
                if parent.owner() == "root" and parent != Path("/"):
                    parent.chmod(parent.stat().st_mode | 0o011)
        initdb = str(Path(found).with_name("initdb"))
        subprocess.run(
            [initdb, "-D", str(data), "-U", "zaindu", "--auth=trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        port = free_port()
        command = [
            found,
            *("-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)),
            *("-c", "fsync=off"),
        ]
        return cls(command=command, folder=folder, port=port, user=user)

    def is_ready(self) -> bool:
        """Tell whether it takes queries: it listens a while before it does."""
        pg_isready = str(Path(self.command[0]).with_name("pg_isready"))
        asked = [pg_isready, "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    @property
    def url(self) -> str:
        """The SQLAlchemy address of its database."""
        return f"postgresql+psycopg://zaindu@127.0.0.1:{self.port}/postgres"

    def stop(self, with_signal: int = signal.SIGINT) -> None:
        """Stop it without waiting for its clients."""
        super().stop(with_signal)


def faketime() -> Path:
    """Return the library that shows a process a clock of our choice, or raise `Missing`."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        raise Missing("libfaketime is not installed: apt-get install faketime")
    return found[0]


def chromium() -> str:
    """Return the path of a Chromium, or raise `Missing`."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    raise Missing("Chromium is not installed: apt-get install chromium")


CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
