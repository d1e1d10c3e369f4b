"""Secrets come from the environment and are never shown."""

from pathlib import Path

import pytest

from domain.errors import ConfigError
from settings.secrets import Secrets, read_secrets


def test_a_secret_is_a_variable_or_the_file_it_names(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("from-a-file\n")

    secrets = read_secrets(
        {"ZAINDU_MQTT_PASSWORD": "from-a-variable", "ZAINDU_INFLUX_TOKEN_FILE": str(token)}
    )

    assert secrets.mqtt_password == "from-a-variable"
    assert secrets.influx_token == "from-a-file"
    assert secrets.secret_key is None


def test_an_empty_variable_is_an_absent_one() -> None:
    assert read_secrets({"ZAINDU_SECRET_KEY": ""}).secret_key is None


def test_printing_secrets_shows_only_which_are_set() -> None:
    shown = f"{Secrets(influx_token='open-sesame')} {Secrets(influx_token='open-sesame')!r}"

    assert "open-sesame" not in shown
    assert "influx_token=***" in shown


def test_every_secret_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    with pytest.raises(ConfigError) as refused:
        read_secrets(
            {
                "ZAINDU_MQTT_PASSWORD_FILE": str(tmp_path / "absent"),
                "ZAINDU_INFLUX_TOKEN_FILE": str(tmp_path / "empty"),
                "ZAINDU_SECRET_KEY": "one",
                "ZAINDU_RECORDS_URL": "mysql://zaindu:hunter2@host/base",
                "ZAINDU_SECRET_KEY_FILE": "two",
            }
        )

    assert len(refused.value.findings) == 4
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://zaindu:p%40ss@db.example/zaindu",
        "postgresql+psycopg://zaindu@127.0.0.1:5432/zaindu",
        "postgresql+psycopg:///zaindu?host=/run/postgresql",
        "postgresql://zaindu@host/zaindu",
        "sqlite:////var/lib/zaindu/records.sqlite",
    ],
)
def test_the_address_of_a_database_of_records_is_taken(address: str) -> None:
    assert read_secrets({"ZAINDU_RECORDS_URL": address}).records_url == address


@pytest.mark.parametrize(
    "address",
    ["db.example", "mysql://u:p@h/b", "postgresql://u:p@h", "postgresql://u:a/b@h:x/b", "http://["],
)
def test_another_address_is_refused_at_start_not_waited_for(address: str) -> None:
    with pytest.raises(ConfigError, match="ZAINDU_RECORDS_URL is not the address"):
        read_secrets({"ZAINDU_RECORDS_URL": address})


def test_a_key_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ConfigError, match="needs 32 characters at least"):
        read_secrets({"ZAINDU_SECRET_KEY": "x" * 31})
