"""The commands as an operator types them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from settings.loading import load_settings
from storage.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("demo", "run", "ingest", "schedule", "dashboard", "simulate", "import", "decode")
COMMANDS += ("check-config", "user")


def _zaindu(
    *arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "zaindu", *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"} | (env or {}),
        timeout=60,
        check=False,
    )


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("# port = 8050", f"port = {_free_port()}"), encoding="utf-8")
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_help_names_every_command() -> None:
    shown = _zaindu("--help").stdout.decode()

    assert [command for command in COMMANDS if f"  {command} " not in shown] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    answer = _zaindu(command, "--help")

    assert answer.returncode == 0
    assert b"Usage:" in answer.stdout


def test_an_unknown_option_is_a_misuse() -> None:
    assert _zaindu("run", "--fast").returncode == 2


def test_check_config_sums_up_a_sound_file(config: Path) -> None:
    answer = _zaindu("check-config", "--config", str(config))

    assert answer.returncode == 0
    assert "3 buildings, 12 meters" in answer.stdout.decode()


def test_check_config_tells_every_fault_on_standard_error(config: Path) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("cadence_s = 900", "cadense_s = 900"), encoding="utf-8")

    answer = _zaindu("check-config", env={"ZAINDU_CONFIG": str(config)})

    told = answer.stderr.decode().splitlines()
    assert answer.returncode == 2
    assert len(told) == 3
    assert "did you mean 'cadence_s'?" in told[0]
    assert told[-1] == "2 things to mend"
    assert b"Traceback" not in answer.stderr


def test_decode_answers_one_line_for_each_message_at_once() -> None:
    message = {"topic": "tele/x/SENSOR", "payload": '{"ENERGY":{"Total":1.5}}'}
    with subprocess.Popen(
        [sys.executable, "-m", "zaindu", "decode"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
        # Before the input ends: whoever types a message sees what becomes of it.
        answer = json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.wait(10) == 0

    assert answer["family"] == "tasmota"
    assert answer["readings"][0]["value"] == 1.5


def test_decode_uses_the_mappings_of_a_configuration(config: Path) -> None:
    state = {
        "installation": "toit-sainte-claire",
        "horodatage": "2026-06-21T12:00:00+02:00",
        "energie": {"totale_wh": 12345678},
        "puissance_w": 5400,
    }
    line = json.dumps({"topic": "onduleurs/1/etat", "payload": json.dumps(state)}).encode()

    answer = json.loads(_zaindu("decode", "--config", str(config), stdin=line).stdout)

    assert answer["family"] == "mapping:onduleur"
    assert [reading["value"] for reading in answer["readings"]] == [12345678, 5400]


def test_accounts_are_added_listed_and_disabled(config: Path) -> None:
    where = ("--config", str(config))
    added = _zaindu(
        *("user", "add", "marie", "--role", "manager", "--building", "jules-ferry", *where),
        stdin=b"un mot de passe\n",
    )
    disabled = _zaindu("user", "disable", "marie", *where)
    listed = _zaindu("user", "list", *where).stdout.decode()

    assert (added.returncode, disabled.returncode) == (0, 0)
    assert listed.split() == ["marie", "manager", "jules-ferry", "disabled"]


def test_a_weak_password_or_an_unknown_name_is_refused_kindly(config: Path) -> None:
    where = ("--config", str(config))
    weak = _zaindu("user", "add", "marie", "--role", "admin", *where, stdin=b"short\n")
    unknown = _zaindu("user", "password", "mari", *where, stdin=b"longer than ten\n")
    nowhere = _zaindu(
        *("user", "add", "paul", "--role", "manager", "--building", "jules-fery", *where),
        stdin=b"longer than ten\n",
    )

    assert (weak.returncode, unknown.returncode, nowhere.returncode) == (1, 1, 2)
    assert weak.stderr.decode() == "refused: password: password short\n"
    assert "there is no account 'mari'" in unknown.stderr.decode()
    assert "did you mean 'jules-ferry'?" in nowhere.stderr.decode()


IMPORT = ("--meter", "jf-elec", "--time-column", "Heure", "--value-column", "kWh")
DELTA = ("--unit", "kWh", "--accumulation", "delta")


def _count(config: Path) -> int:
    from datetime import UTC, datetime

    from domain.periods import Period

    store = EmbeddedStore(load_settings(config).storage.embedded.file)
    store.prepare()
    span = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    found = len(store.read("jf-elec", "energy_delta.file", span))
    store.close()
    return found


def test_a_file_is_tried_then_imported_and_twice_is_once(config: Path, tmp_path: Path) -> None:
    curve = tmp_path / "curve.csv"
    curve.write_text("Heure;kWh\n01/03/2026 00:00;1,5\n01/03/2026 00:30;2\n01/03/2026 01:00;\n")
    command = ("import", str(curve), *IMPORT, *DELTA, "--config", str(config))

    tried = _zaindu(*command, "--dry-run")
    assert (tried.returncode, _count(config)) == (0, 0)
    assert "2 readings of jf-elec, 1 blank" in tried.stdout.decode()

    assert [_zaindu(*command).returncode for _ in range(2)] == [0, 0]
    assert _count(config) == 2


def test_a_file_with_a_bad_line_is_refused_whole_unless_asked(config: Path, tmp_path: Path) -> None:
    curve = tmp_path / "curve.csv"
    curve.write_text("Heure;kWh\n01/03/2026 00:00;1\n01/03/2026 00:30;x\n01/03/2026 01:00;3\n")
    command = ("import", str(curve), *IMPORT, *DELTA, "--config", str(config))

    refused = _zaindu(*command)
    assert (refused.returncode, _count(config)) == (1, 0)
    assert "line 3" in refused.stderr.decode()

    assert _zaindu(*command, "--keep-good").returncode == 0
    assert _count(config) == 2


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        (("--meter", "jf-elek"), "did you mean 'jf-elec'?"),
        (("--unit", "kWhh"), "did you mean 'kWh'?"),
        (("--unit", "m3"), "a meter of electricity never counts"),
        (("--accumulation", "instantaneous"), "energy is never instantaneous"),
        (("--zone", "Europe/Pari"), "is not a time zone"),
    ],
)
def test_what_does_not_fit_the_meter_is_refused(
    changed: Sequence[str], hint: str, config: Path, tmp_path: Path
) -> None:
    curve = tmp_path / "curve.csv"
    curve.write_text("Heure;kWh\n01/03/2026 00:00;1\n01/03/2026 00:30;2\n")

    answer = _zaindu("import", str(curve), *IMPORT, *DELTA, *changed, "--config", str(config))

    assert answer.returncode == 2
    assert hint in answer.stderr.decode()


def test_a_missing_influx_token_is_asked_for(config: Path) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('# readings = "embedded"', 'readings = "influx"'))

    answer = _zaindu("user", "list", "--config", str(config), env={"ZAINDU_INFLUX_TOKEN": ""})

    assert answer.returncode == 2
    assert "ZAINDU_INFLUX_TOKEN is missing" in answer.stderr.decode()


def test_a_second_dashboard_on_the_port_is_told_so_and_the_first_stops_in_time(
    config: Path,
) -> None:
    port = tomllib.loads(config.read_text())["dashboard"]["port"]
    first = subprocess.Popen(
        [sys.executable, "-m", "zaindu", "dashboard", "--config", str(config)],
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        second = _zaindu("dashboard", "--config", str(config))

        assert second.returncode == 1
        assert f"port {port} on 127.0.0.1 is taken" in second.stderr.decode()
    finally:
        asked = time.monotonic()
        first.send_signal(signal.SIGTERM)
        _, said = first.communicate(timeout=30)

    assert time.monotonic() - asked < 10
    assert first.returncode == 0, said.decode()


def test_the_demo_fills_its_history_computes_and_goes_on_from_there(tmp_path: Path) -> None:
    command = ("demo", "--once", "--months", "1", "--data-dir", str(tmp_path / "demo"))

    first, second = _zaindu(*command), _zaindu(*command)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr.decode()
    assert "The history is whole" in first.stdout.decode()
    # The second start only has the seconds in between to fill.
    assert "history: 50%" not in second.stdout.decode()
