"""The repository's own `config.toml` shows every setting, and its demo is the one announced."""

import random
import re
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from domain.errors import ConfigError
from domain.meters import Commodity, EndUse
from domain.sites import BuildingUse
from settings.families import FAMILIES
from settings.loading import load_settings
from settings.model import Settings
from settings.portfolio import portfolio_of

CONFIG = Path(__file__).resolve().parents[2] / "config.toml"
TEXT = CONFIG.read_text(encoding="utf-8")


def _keys(model: type[BaseModel], table: str) -> Iterator[tuple[str, str, Any]]:
    """Yield (table, key, default) for every setting that is not itself a table."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        inner = _table_of(field.annotation)
        if inner is not None:
            yield from _keys(inner, f"{table}.{key}" if table else key)
        else:
            yield table, key, field.get_default(call_default_factory=True)


def _table_of(annotation: Any) -> type[BaseModel] | None:
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, types.GenericAlias):
            continue
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


SETTINGS = list(_keys(Settings, ""))


def _documented(table: str, key: str) -> str | None:
    """Return the line that shows a key in one of its tables, with its comment."""
    line = re.compile(
        rf"^(?:# )?{re.escape(key)} = .*?(?:# .+)$|^(?:# )?{re.escape(key)} = \[ +# .+$"
    )
    here = ""
    for text in TEXT.splitlines():
        header = re.match(r"\[+([a-z_.]+)\]+", text)
        if header:
            here = header[1]
        elif here == table and line.match(text):
            return text
    return None


@pytest.mark.parametrize(
    ("table", "key", "default"), SETTINGS, ids=[f"{t}.{k}" for t, k, _ in SETTINGS]
)
def test_every_setting_is_shown_with_a_comment(table: str, key: str, default: Any) -> None:
    line = _documented(table, key)

    assert line is not None, f"[{table}] {key} is not documented in config.toml"
    if default is not PydanticUndefined and line.startswith("# "):
        shown = line.removeprefix("# ").split("  # ")[0].split(" = ", 1)[1].strip()
        if default not in (None, ""):
            assert _as_toml(default) in (shown, f"{shown}"), f"{key} is shown as {shown}"


def _as_toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_as_toml(v) for v in value) + "]"
    return str(value) if hasattr(value, "hour") else f'"{value}"'


@pytest.mark.parametrize("words", [Commodity, EndUse, BuildingUse], ids=lambda e: e.__name__)
def test_every_word_that_may_be_chosen_is_told(words: Any) -> None:
    comments = " ".join(re.findall(r"# (.*)$", TEXT, flags=re.M))

    assert [word.value for word in words if not re.search(rf"\b{word.value}\b", comments)] == []


def test_every_family_is_told() -> None:
    told = TEXT.partition("# Families of devices:")[2].partition("\n[")[0]
    words = set(re.findall(r"[\w:<>]+", told))

    assert {*FAMILIES, "mapping:<name>"} - words == set()


def test_the_demo_has_three_buildings_of_bayonne_with_twelve_meters() -> None:
    portfolio = portfolio_of(load_settings(CONFIG))

    assert [(b.id, b.use, b.floor_area_m2) for b in portfolio.buildings] == [
        ("jules-ferry", BuildingUse.SCHOOL, 2140),
        ("hotel-de-ville", BuildingUse.TOWN_HALL, 4850),
        ("sainte-claire", BuildingUse.OFFICE, 1340),
    ]
    assert {m.id: m.source.device for m in portfolio.meters if m.source} == {
        "jf-elec": "linky-jules-ferry",
        "jf-lighting": "jf-eclairage",
        "jf-gas": "gaz-jules-ferry",
        "jf-water": "a840410001828f31",
        "hdv-elec": "021528603314",
        "hdv-heating": "shellyproem50-a1b2c3d4e5f6",
        "hdv-water": "eau-hotel-de-ville",
        "hdv-outdoor": "urn:dev:mac:0024befffe804ff1",
        "sc-elec": "shellypro3em-0cb815fc96dc",
        "sc-sockets": "sc-prises",
        "sc-lighting": "shellyem-B9E5C1",
        "sc-solar": "toit-sainte-claire",
    }


def test_the_wednesdays_of_the_school_end_at_noon() -> None:
    school = portfolio_of(load_settings(CONFIG)).building("jules-ferry")

    assert school is not None
    (wednesday,) = [span for span in school.opening.spans if span.weekday == 2]
    assert (wednesday.start.isoformat("minutes"), wednesday.end.isoformat("minutes")) == (
        "07:30",
        "12:30",
    )
    assert school.opening.school_zone == "A"


SPLICES = [
    "",
    "=",
    "[",
    "]",
    '"',
    "\n",
    "-1",
    "nan",
    "true",
    "{}",
    "[[buildings]]",
    "é",
    "\x00",
    "'''",
    "9" * 30,
]


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    splice=st.sampled_from(SPLICES),
    other=st.text(max_size=8),
    cut=st.integers(0, 40),
)
def test_whatever_is_typed_it_is_read_or_refused_and_nothing_else(
    seed: int, splice: str, other: str, cut: int, tmp_path: Path
) -> None:
    at = random.Random(seed).randrange(len(TEXT))
    path = tmp_path / "config.toml"
    path.write_text(TEXT[:at] + splice + other + TEXT[at + cut :], encoding="utf-8", newline="")

    findings = _findings(path)

    assert all(re.match(r"config\.toml:\d+  ", finding) for finding in findings)


def _findings(path: Path) -> tuple[str, ...]:
    try:
        load_settings(path)
    except ConfigError as error:
        return error.findings
    return ()
