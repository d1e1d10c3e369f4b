"""What the demo says on the terminal leads to everything one may want to try."""

import io

from rich.console import Console

from domain.sites import Portfolio
from tests.dashboard.house import PORTFOLIO
from zaindu.demo.accounts import DemoAccount
from zaindu.demo.announcement import Announcement

URL = "http://127.0.0.1:8050"


def _said(portfolio: Portfolio, broker_port: int | None) -> str:
    written = io.StringIO()
    accounts = (DemoAccount(name="admin", password="secret-1"),)
    Announcement(Console(file=written)).addresses(
        URL, portfolio, accounts, "data/my demo", broker_port=broker_port
    )
    return written.getvalue()


def test_the_broker_is_told_so_that_a_device_of_one_s_own_can_speak() -> None:
    said = _said(PORTFOLIO, 40123)
    assert "mqtt://127.0.0.1:40123" in said
    assert f"{URL}/wall/jules-ferry" in said
    assert "secret-1" in said


def test_commands_are_told_how_to_look_into_the_demo() -> None:
    assert "ZAINDU_DATA_DIR='data/my demo' .venv/bin/python -m zaindu health" in _said(
        PORTFOLIO, None
    )


def test_no_broker_is_told_of_where_no_meter_publishes() -> None:
    assert "mqtt://" not in _said(PORTFOLIO, None)
