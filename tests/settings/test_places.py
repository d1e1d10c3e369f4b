"""Each key of a TOML text is found on its line."""

import tomllib
from typing import Any

import pytest

from settings.places import Path, line_of, locate


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1\nb = 2", ("b",), 2),
        ("[t]\n# c = 0\nc = 1", ("t", "c"), 3),
        ("[[t]]\na = 1\n[[t]]\na = 2", ("t", 1, "a"), 4),
        ("[[t]]\n[[t.u]]\n[[t]]\n[[t.u]]\n[[t.u]]\nx = 1", ("t", 1, "u", 1, "x"), 6),
        ("[[t]]\n[t.s]\nk = 1", ("t", 0, "s", "k"), 3),
        ('s = """\n[x]\ny = 1\n"""\nz = 1', ("z",), 5),
        ('s = """a\\"""b""""\nz = 1', ("z",), 2),
        ("s = '''it's\n'''\nz = 1", ("z",), 3),
        ("l = [\n  1, # one ]\n  2,\n]\nz = 1", ("l", 1), 3),
        ("l = [\n  1,\n  2,\n]\nz = 1", ("z",), 5),
        ('t = { a = 1, b = { "c d" = 2 } }\nz = 1', ("t", "b", "c d"), 1),
        ("l = [{ a = 1 },\n{ a = 2 }]", ("l", 1, "a"), 2),
        ("a.b.c = 1\na.b.d = 2", ("a", "b", "d"), 2),
        ('"x # y" = 1\n"]" = 2', ("]",), 2),
        ("d = 2026-01-01T00:00:00Z # when\nz = 1", ("z",), 2),
        ("d = 2026-01-01 12:00:00\nz = 1", ("z",), 2),
        ('[ "a" . b ]\r\nc = 1\r\n', ("a", "b", "c"), 2),
    ],
)
def test_a_key_is_found(text: str, path: Path, line: int) -> None:
    tomllib.loads(text)

    assert line_of(locate(text), path) == line


def test_what_is_missing_is_placed_at_its_table() -> None:
    assert line_of(locate("\n[a]\nb = 1"), ("a", "c")) == 2


def test_every_key_of_every_table_has_a_place() -> None:
    text = '[a]\nb = [{ c = 1 }, { d = [1, 2] }]\n[[e]]\nf.g = 1\n[[e.h]]\ni = "x"\n'

    assert set(_paths(tomllib.loads(text), ())) <= set(locate(text))


def _paths(value: Any, above: Path) -> list[Path]:
    here = [above] if above else []
    if isinstance(value, dict):
        return here + [p for key, inner in value.items() for p in _paths(inner, (*above, key))]
    if isinstance(value, list):
        return here + [p for n, inner in enumerate(value) for p in _paths(inner, (*above, n))]
    return here
