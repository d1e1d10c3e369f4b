"""The commands as an operator types them.

Most run in this process, through the same `main`: a process of its own costs half a second, and
is kept for what only a process shows.
"""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from settings.loading import load_settings
from storage.embedded import EmbeddedStore
from storage.records import open_records
from tests.zaindu.command_line import ROOT, CommandLine

COMMANDS = ("demo", "run", "ingest", "schedule", "dashboard", "simulate", "import", "decode")
COMMANDS += ("check-config", "health", "letters", "meters", "user")
PROGRAM = (sys.executable, "-m", "zaindu")


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


def test_help_names_every_command(zaindu: CommandLine) -> None:
    shown = zaindu("--help").stdout

    assert [command for command in COMMANDS if f"  {command} " not in shown] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(zaindu: CommandLine, command: str) -> None:
    answer = zaindu(command, "--help")

    assert answer.returncode == 0
    assert "Usage:" in answer.stdout


def test_the_version_is_the_one_of_the_project(zaindu: CommandLine) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert zaindu("--version").stdout.startswith(f"zaindu {project['version']}")


def test_an_unknown_option_is_a_misuse(zaindu: CommandLine) -> None:
    assert zaindu("run", "--fast").returncode == 2


def test_check_config_sums_up_a_sound_file(zaindu: CommandLine, config: Path) -> None:
    answer = zaindu("check-config", "--config", str(config))

    assert answer.returncode == 0
    assert "3 buildings, 12 meters" in answer.stdout


def test_check_config_tells_every_fault_on_standard_error(
    zaindu: CommandLine, config: Path
) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("cadence_s = 900", "cadense_s = 900"), encoding="utf-8")

    answer = zaindu("check-config", env={"ZAINDU_CONFIG": str(config)})

    told = answer.stderr.splitlines()
    assert answer.returncode == 2
    assert len(told) == 3
    assert "did you mean 'cadence_s'?" in told[0]
    assert told[-1] == "2 things to mend"
    assert "Traceback" not in answer.stderr


def test_decode_answers_one_line_for_each_message_at_once() -> None:
    message = {"topic": "tele/x/SENSOR", "payload": '{"ENERGY":{"Total":1.5}}'}
    with subprocess.Popen(
        [*PROGRAM, "decode"],
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


def test_decode_uses_the_mappings_of_a_configuration(zaindu: CommandLine, config: Path) -> None:
    state = {
        "installation": "toit-sainte-claire",
        "horodatage": "2026-06-21T12:00:00+02:00",
        "energie": {"totale_wh": 12345678},
        "puissance_w": 5400,
    }
    line = json.dumps({"topic": "onduleurs/1/etat", "payload": json.dumps(state)}).encode()

    answer = json.loads(zaindu("decode", "--config", str(config), stdin=line).stdout)

    assert answer["family"] == "mapping:onduleur"
    assert [reading["value"] for reading in answer["readings"]] == [12345678, 5400]


def test_accounts_are_added_listed_and_disabled(zaindu: CommandLine, config: Path) -> None:
    where = ("--config", str(config))
    added = zaindu(
        *("user", "add", "marie", "--role", "manager", "--building", "jules-ferry", *where),
        stdin=b"un mot de passe\n",
    )
    disabled = zaindu("user", "disable", "marie", *where)
    listed = zaindu("user", "list", *where).stdout

    assert (added.returncode, disabled.returncode) == (0, 0)
    assert listed.split() == ["marie", "manager", "jules-ferry", "disabled"]


def test_a_weak_password_or_an_unknown_name_is_refused_kindly(
    zaindu: CommandLine, config: Path
) -> None:
    where = ("--config", str(config))
    weak = zaindu("user", "add", "marie", "--role", "admin", *where, stdin=b"short\n")
    unknown = zaindu("user", "password", "mari", *where, stdin=b"longer than ten\n")
    nowhere = zaindu(
        *("user", "add", "paul", "--role", "manager", "--building", "jules-fery", *where),
        stdin=b"longer than ten\n",
    )

    assert (weak.returncode, unknown.returncode, nowhere.returncode) == (1, 1, 2)
    assert weak.stderr == "refused: a password needs 10 characters at least\n"
    assert "there is no account 'mari'" in unknown.stderr
    assert "did you mean 'jules-ferry'?" in nowhere.stderr


def test_an_account_is_only_made_of_what_exists(zaindu: CommandLine, config: Path) -> None:
    where = ("--role", "manager", "--config", str(config))
    silent = zaindu("user", "add", "marie", *where)
    german = zaindu("user", "add", "marie", "--language", "de", "--generate", *where)
    first = zaindu("user", "add", "marie", "--generate", *where)
    second = zaindu("user", "add", "marie", "--generate", *where)
    tabbed = zaindu("user", "add", "ma\trie", "--generate", *where)

    assert (silent.returncode, "no password came" in silent.stderr) == (1, True)
    assert (german.returncode, "there is fr, en, eu" in german.stderr) == (2, True)
    assert (first.returncode, "password: " in first.stdout) == (0, True)
    assert (second.returncode, second.stdout) == (1, ""), "no password that opens nothing"
    assert "already an account" in second.stderr
    assert (tabbed.returncode, tabbed.stdout) == (2, "")


def test_a_disabled_account_is_given_no_token(zaindu: CommandLine, config: Path) -> None:
    where = ("--config", str(config))
    zaindu("user", "add", "marie", "--role", "utility", "--generate", *where)
    zaindu("user", "disable", "marie", *where)
    refused = zaindu("user", "token", "marie", *where)
    zaindu("user", "enable", "marie", *where)
    given = zaindu("user", "token", "marie", "--days", "3", *where)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "zaindu user enable marie" in refused.stderr
    assert given.stdout.startswith("zdu_")


def test_accounts_leave_the_portfolio_as_it_is(zaindu: CommandLine, config: Path) -> None:
    zaindu("user", "list", "--config", str(config))
    records = open_records(f"sqlite:///{load_settings(config).storage.records.file}")
    try:
        assert records.portfolio.portfolio().buildings == ()
    finally:
        records.close()


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


def test_a_file_is_tried_then_imported_and_twice_is_once(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    curve = tmp_path / "curve.csv"
    curve.write_text("Heure;kWh\n01/03/2026 00:00;1,5\n01/03/2026 00:30;2\n01/03/2026 01:00;\n")
    command = ("import", str(curve), *IMPORT, *DELTA, "--config", str(config))

    tried = zaindu(*command, "--dry-run")
    assert (tried.returncode, _count(config)) == (0, 0)
    assert "2 readings of jf-elec, 1 blank" in tried.stdout

    assert [zaindu(*command).returncode for _ in range(2)] == [0, 0]
    assert _count(config) == 2


def test_a_file_with_a_bad_line_is_refused_whole_unless_asked(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    curve = tmp_path / "curve.csv"
    curve.write_text("Heure;kWh\n01/03/2026 00:00;1\n01/03/2026 00:30;x\n01/03/2026 01:00;3\n")
    command = ("import", str(curve), *IMPORT, *DELTA, "--config", str(config))

    refused = zaindu(*command)
    assert (refused.returncode, _count(config)) == (1, 0)
    assert "line 3" in refused.stderr

    assert zaindu(*command, "--keep-good").returncode == 0
    assert _count(config) == 2


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        (("--meter", "jf-elek"), "did you mean 'jf-elec'?"),
        (("--unit", "kWhh"), "did you mean 'kWh'?"),
        (("--unit", "m3"), "a meter of electricity never counts"),
        (("--accumulation", "instantaneous"), "energy is never instantaneous"),
        (("--zone", "Europe/Pari"), "is not a time zone"),
        (("--stamp", "fin"), "neither start nor end"),
        (("--time-format", "%d/%Q"), "'Q' is a bad directive"),
    ],
)
def test_what_does_not_fit_the_meter_is_refused(
    zaindu: CommandLine, changed: Sequence[str], hint: str, config: Path, tmp_path: Path
) -> None:
    curve = tmp_path / "curve.csv"
    curve.write_text("Heure;kWh\n01/03/2026 00:00;1\n01/03/2026 00:30;2\n")

    answer = zaindu("import", str(curve), *IMPORT, *DELTA, *changed, "--config", str(config))

    assert answer.returncode == 2
    assert hint in answer.stderr


def test_a_file_without_readings_is_no_success(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    curve = tmp_path / "curve.csv"
    curve.write_text("Heure;kWh\n")

    answer = zaindu("import", str(curve), *IMPORT, *DELTA, "--config", str(config))

    assert (answer.returncode, answer.stdout) == (1, "")
    assert "curve.csv holds no reading" in answer.stderr


@pytest.mark.parametrize("command", [("run",), ("ingest",), ("user", "list")])
def test_a_data_folder_that_cannot_be_is_to_be_mended(
    zaindu: CommandLine, command: Sequence[str], config: Path
) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('data_dir = "data"', 'data_dir = "config.toml/data"'))

    answer = zaindu(*command, "--config", str(config))

    assert (answer.returncode, "name another (site.data_dir)" in answer.stderr) == (2, True)


def test_a_demo_folder_that_cannot_be_is_to_be_mended(zaindu: CommandLine, config: Path) -> None:
    answer = zaindu("demo", "--once", "--data-dir", str(config / "demo"))

    assert (answer.returncode, "data folder" in answer.stderr) == (2, True)


@pytest.mark.parametrize("command", ["ingest", "simulate"])
def test_what_is_no_certificate_is_to_be_mended(
    zaindu: CommandLine, command: str, config: Path
) -> None:
    text = config.read_text(encoding="utf-8")
    text = text.replace("# enabled = false", "enabled = true").replace(
        '# ca_file = "ca.pem"', 'ca_file = "config.toml"'
    )
    config.write_text(text)

    answer = zaindu(command, "--config", str(config))

    assert (answer.returncode, "[mqtt.tls] a certificate" in answer.stderr) == (2, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_data_folder_of_somebody_else_is_to_be_mended(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir(mode=0o500)

    answer = zaindu("run", "--config", str(config))

    assert (answer.returncode, "nothing can be written there" in answer.stderr) == (2, True)


def test_records_of_a_newer_zaindu_are_refused_kindly(zaindu: CommandLine, config: Path) -> None:
    where = ("--config", str(config))
    zaindu("user", "list", *where)
    with sqlite3.connect(load_settings(config).storage.records.file) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    answer = zaindu("run", *where)

    assert answer.returncode == 1
    assert "was written by a newer Zaindu" in answer.stderr


def test_a_missing_influx_token_is_asked_for(zaindu: CommandLine, config: Path) -> None:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('# readings = "embedded"', 'readings = "influx"'))

    where = ("--config", str(config))

    answer = zaindu("schedule", *where, env={"ZAINDU_INFLUX_TOKEN": ""})
    accounts = zaindu("user", "list", *where, env={"ZAINDU_INFLUX_TOKEN": ""})

    assert answer.returncode == 2
    assert "ZAINDU_INFLUX_TOKEN is missing" in answer.stderr
    assert accounts.returncode == 0, "accounts need the records only"


def test_a_second_dashboard_on_the_port_is_told_so_and_the_first_stops_in_time(
    zaindu: CommandLine,
    config: Path,
) -> None:
    port = tomllib.loads(config.read_text())["dashboard"]["port"]
    first = subprocess.Popen(
        [*PROGRAM, "dashboard", "--config", str(config)],
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
        second = zaindu("dashboard", "--config", str(config))

        assert second.returncode == 1
        assert f"port {port} on 127.0.0.1 is taken" in second.stderr
    finally:
        asked = time.monotonic()
        # `timeout` signals the process, then its group: that is one request, not two.
        first.send_signal(signal.SIGTERM)
        time.sleep(0.02)
        first.send_signal(signal.SIGTERM)
        _, said = first.communicate(timeout=30)

    assert time.monotonic() - asked < 10
    assert first.returncode == 0, said.decode()


def test_the_demo_fills_its_history_computes_and_goes_on_from_there(
    zaindu: CommandLine, tmp_path: Path
) -> None:
    command = ("demo", "--once", "--months", "1", "--data-dir", str(tmp_path / "demo"))

    first, second = zaindu(*command), zaindu(*command)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "The history is whole" in first.stdout
    # The second start only has the seconds in between to fill.
    assert "history: 50%" not in second.stdout
