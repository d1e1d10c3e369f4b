"""What `zaindu run` costs at rest: memory, processor, and the time to the first wall."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench import report, walls
from tests.services.product import ROOT, configuration, ports, running
from tests.services.servers import Missing, Mosquitto

WATCHED_S = 60.0
IMPORTS = "import dash, fastapi, pandas, plotly, paho.mqtt.client, apscheduler, sqlalchemy, numpy"


def measure() -> None:
    """Print memory, idle processor, cold start, and the walls' refresh on the demo portfolio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            broker = Mosquitto.in_folder(_made(folder / "mqtt"))
        except Missing as missing:
            report.line("memory, idle processor, walls", "not measured", reference=str(missing))
            return
        broker.start()
        try:
            _run(folder, broker.port)
        finally:
            broker.stop()


def _run(folder: Path, mqtt_port: int) -> None:
    http_port, _ = ports()
    config = configuration(folder, http_port=http_port, mqtt_port=mqtt_port)
    log = folder / "run.log"
    arguments = ("run", "--config", str(config))
    with running(*arguments, wall="jules-ferry", port=http_port, log=log):
        subprocess.run(
            [
                sys.executable,
                "-m",
                "zaindu",
                "simulate",
                "--config",
                str(config),
                "--history",
                "2",
                "--no-live",
            ],
            check=True,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        time.sleep(90)  # the roll-ups of what was just published
    simulator = subprocess.Popen(
        [sys.executable, "-m", "zaindu", "simulate", "--config", str(config)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with running(*arguments, wall="jules-ferry", port=http_port, log=log) as product:
            _at_rest(product.process.pid)
            if simulator.poll() is not None:
                raise RuntimeError(
                    "the simulated meters fell silent: what was measured is idleness"
                )
            imports = _seconds_to_import()
            report.line(
                "cold start to the first wall",
                f"{product.first_wall_s:.1f} s",
                ratio=product.first_wall_s / imports,
                reference="importing its libraries",
            )
            walls.measure(f"{product.url}/wall/jules-ferry/scenes.json", folder)
    finally:
        simulator.terminate()
        simulator.wait(20)


def _at_rest(pid: int) -> None:
    process = psutil.Process(pid)
    time.sleep(30)  # start-up work is measured apart
    before = process.cpu_times()
    time.sleep(WATCHED_S)
    after = process.cpu_times()
    used = (after.user + after.system - before.user - before.system) / WATCHED_S
    report.line(
        "memory of zaindu run, resident",
        f"{process.memory_info().rss / 1e6:.0f} MB",
        reference="bound 500 MB",
    )
    report.line(
        "processor of zaindu run, live meters", f"{used:.1%} of a core", reference="bound 10 %"
    )


def _seconds_to_import() -> float:
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.monotonic() - started


def _made(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
