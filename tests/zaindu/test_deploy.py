"""What stands in deploy/ and in the documents is what the program reads."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from settings.loading import DATA_DIR_VARIABLE
from settings.secrets import PREFIX, Secrets
from tests.zaindu.command_line import ROOT

SECRETS = {PREFIX + field.name.upper() for field in fields(Secrets)}
KNOWN = {
    *SECRETS,
    *(f"{name}_FILE" for name in SECRETS),
    *("ZAINDU_CONFIG", "ZAINDU_LOG_LEVEL", "ZAINDU_LOG_FORM", "ZAINDU_DEBUG", DATA_DIR_VARIABLE),
    # The containers' own, and the tests'.
    *("ZAINDU_SITE", "ZAINDU_REQUIRE_SERVICES"),
}
TOLD = [
    *(path for path in sorted((ROOT / "deploy").iterdir()) if path.is_file()),
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "config.toml", "Makefile")),
]


@pytest.mark.parametrize("path", TOLD, ids=lambda path: path.name)
def test_every_variable_that_is_told_is_read(path: Path) -> None:
    told = set(re.findall(r"ZAINDU_[A-Z]+(?:_[A-Z]+)*", path.read_text(encoding="utf-8")))

    assert told <= KNOWN


@pytest.mark.parametrize("path", TOLD, ids=lambda path: path.name)
def test_every_link_to_a_text_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
    texts = [link for link in links if "://" not in link and not link.endswith(".png")]

    assert [link for link in texts if not (path.parent / link).exists()] == []


def test_every_secret_is_in_the_documents() -> None:
    told = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")

    assert [name for name in SECRETS if name not in told] == []


def test_the_broker_of_the_containers_keeps_what_ingest_misses() -> None:
    lines = (ROOT / "deploy" / "mosquitto.conf").read_text(encoding="utf-8").splitlines()

    for line in ("persistence true", "max_queued_messages 0", "max_queued_bytes 0"):
        assert line in lines
    assert "max_inflight_messages 0" in lines
    assert "allow_anonymous false" in lines


def test_the_image_holds_every_room() -> None:
    recipe = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    rooms = re.search(r"^ROOMS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert rooms is not None

    assert [room for room in rooms[1].split() if f"COPY {room} {room}\n" not in recipe] == []


def test_each_container_is_of_one_version() -> None:
    stack = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    images = re.findall(r"image: (\S+)", stack)

    assert images
    assert [image for image in images if not re.search(r":\d+\.\d+", image)] == []


def test_every_command_of_the_readme_is_one() -> None:
    from typer.main import get_command

    from zaindu.cli import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    typed = set(re.findall(r"(?:-m |`|^ +)zaindu ([a-z][a-z-]+)", readme, re.MULTILINE))
    known = set(getattr(get_command(app), "commands", {}))

    assert {"check-config", "decode", "run", "import", "user"} <= typed
    assert typed <= known
