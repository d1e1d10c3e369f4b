"""What ingest says of files is told in the reader's language, and stays true to what was said."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.text.catalogues import LANGUAGES
from dashboard.text.heard import told
from dashboard.text.words import words_for

ROOT = Path(__file__).parents[2]
SAYS = {"remark", "complain", "RejectedFile", "ValueError", "Way"}
SAMPLES = ("7", "'x'", "start", "again", "point 7", "no time of day", "; did you mean 'x'?")
"""What may stand in the place of a value, a name or a part of a sentence."""

NOT_SAID = (
    "point no time of day",
    "its one point, which has no name",
    "an instant needs a zone",
    "scale 7 is none",
    "unit 7 is none",
    "unit 'x' is none",
    "unit again is none",
)
"""Parts of sentences, and faults of a programmer, which no file brings out."""


def _modules() -> Iterator[tuple[str, Path]]:
    for path in (ROOT / "ingest" / "importers").rglob("*.py"):
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path
    yield "ingest.import_errand", ROOT / "ingest" / "import_errand.py"


def _texts(node: ast.AST, names: dict[str, object], sample: str) -> Iterator[str]:
    """Yield the sentences below a node, each value replaced by a sample."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(_part(part, names, sample) for part in node.values)
    elif not isinstance(node, ast.Call):
        for below in ast.iter_child_nodes(node):
            yield from _texts(below, names, sample)


def _part(part: ast.expr, names: dict[str, object], sample: str) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    if isinstance(part.value, ast.Name) and isinstance(names.get(part.value.id), str):
        return str(names[part.value.id])
    return "'x'" if part.conversion == ord("r") else sample


def _sentences() -> dict[str, list[str]]:
    """Return what ingest may say: where, and the ways it may read."""
    found: dict[str, list[str]] = {}
    for module, path in _modules():
        names = vars(importlib.import_module(module))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            says = isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in SAYS
            yields = isinstance(node, ast.Yield | ast.Return) and path.name in _TELLERS
            if says or yields:
                _gather(node, names, f"{path.name}:{node.lineno}", found)
    return found


_TELLERS = ("beside.py", "examination.py", "feeding.py", "left_out.py", "other_mains.py", "ways.py")


def _gather(
    node: ast.AST, names: dict[str, object], place: str, found: dict[str, list[str]]
) -> None:
    for sample in SAMPLES:
        for below in ast.iter_child_nodes(node):
            for at, text in enumerate(_texts(below, names, sample)):
                if text.count(" ") > 1 or "," in text:
                    found.setdefault(f"{place} {at}", []).append(text)


@pytest.mark.parametrize("language", ["fr", "eu"])
def test_whatever_ingest_says_of_a_file_is_known_in_every_language(language: str) -> None:
    words, sentences = words_for(language), _sentences()
    assert len(sentences) > 100
    unknown = {
        place: ways[0]
        for place, ways in sentences.items()
        if not any(told(way, words).language is None or way in NOT_SAID for way in ways)
    }
    assert unknown == {}


def test_the_place_the_value_and_the_cure_come_through() -> None:
    french = words_for("fr")
    said = {
        "line 11: 'douze' is not a number": "ligne 11 : «\u00a0douze\u00a0» n’est pas un nombre",
        "a/b.csv: line 3: it is no JSON object": "a/b.csv : ligne 3 : ce n’est pas un objet JSON",
        "719 values are left out: the meter holds shorter intervals of the same time": (
            "719 valeurs sont laissées de côté : "
            "le compteur a déjà des intervalles plus courts du même temps"
        ),
        "unit degC is temperature, which a meter of natural_gas never counts": (
            "l’unité °C ne va pas avec un compteur de ce genre (gaz)"
        ),
    }
    for sentence, text in said.items():
        assert (told(sentence, french).text, told(sentence, french).language) == (text, None)


def test_a_meter_goes_by_its_name_and_an_instant_as_the_reader_writes_it() -> None:
    sentence = (
        "from 2026-01-03 05:20 UTC on hall-3 follows its own index: what the file tells after "
        "that is kept, and not counted"
    )
    here = told(sentence, words_for("fr"), {"hall-3": "Halles, Eau"}).text.replace("\u00a0", " ")
    assert here.startswith("depuis le 3 janv. 2026, 5 h 20 UTC, Halles, Eau suit")
    assert "hall-3 suit" in told(sentence, words_for("fr")).text


def test_what_a_library_says_of_a_damaged_file_is_told_in_the_readers_language() -> None:
    said = {
        "a.zip is a broken archive: File is not a zip file": "ce n’est pas un ZIP entier",
        "line 2: it is no whole XML (unclosed token)": "(il s’interrompt au milieu)",
        "line 6: it is no JSON (unexpected character: line 1 column 2 (char 1))": (
            "ligne 6 : ce n’est pas du JSON (au caractère 2)"
        ),
        "a.json is no JSON: unexpected end of data: line 1 column 20 (char 19)": "au caractère 20",
        "a.zip is a broken archive: never seen": "une archive abîmée : never seen",
    }
    for sentence, text in said.items():
        assert told(sentence, words_for("fr")).text.endswith(text)


def test_a_page_tells_where_to_click_and_not_what_to_type() -> None:
    takes = "no meter takes point 3000: name one with --meter, or give one the source "
    for language in LANGUAGES:
        here = told(takes + '{ family = "file", device = "3000" }', words_for(language))
        assert "--meter" not in here.text
        assert here.language is None
        assert '{ family = "file", device = "3000" }' in here.text


def test_a_sentence_that_nobody_translated_is_told_as_it_is() -> None:
    assert told("the moon is full", words_for("fr")).language == "en"
    assert told("line 3: the moon is full", words_for("eu")).text == "line 3: the moon is full"
    assert told("the moon is full", words_for("en")).language is None


@given(st.text(max_size=60))
def test_whatever_a_file_holds_is_told_within_a_sentence(text: str) -> None:
    sentence = f"line 7: {text[:40]!r} is not a number"
    here = told(sentence, words_for("fr"))
    assert here.text == sentence or here.text.startswith("ligne 7 : ")
