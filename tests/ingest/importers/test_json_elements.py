"""JSON in pieces is the same as JSON in one."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedFile
from ingest.importers import json_elements
from ingest.importers.json_elements import elements


def found(folder: Path, text: str | bytes, list_name: str = "mesures") -> list[object]:
    path = folder / "file.json"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return [(line, element) for line, element in elements(path, list_name)]


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "mesures", 'q"{[', "\\"]), inner, max_size=3),
    ),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from(["a", "b", 'q"{["', "\\"]), values, max_size=3)


@settings(deadline=None, max_examples=60)
@given(st.lists(objects, min_size=1, max_size=4), st.integers(1, 40), st.sampled_from("nl[{"))
def test_however_a_file_is_cut_its_elements_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, wanted: list[object], size: int, shape: str
) -> None:
    texts = {
        "n": "".join(json.dumps(one) for one in wanted),
        "l": "\n".join(json.dumps(one, ensure_ascii=False) for one in wanted),
        "[": json.dumps(wanted, indent=1),
        "{": json.dumps({"header": {"mesures": "[{"}, "mesures": wanted, "z": [{"no": 1}]}),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_elements, "_CHUNK", size)
        got = found(tmp_path_factory.mktemp("json"), "\ufeff" + texts[shape])
    assert [element for _, element in got] == wanted  # type: ignore[misc]


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_each_element_has_the_line_it_starts_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(json_elements, "_CHUNK", size)
    text = '{"header": {\n}, "mesures": [\n\n{"a": 1},\n{"a":\n2}, {"a": 3}]}'
    assert [line for line, _ in found(tmp_path, text)] == [4, 5, 6]  # type: ignore[misc]


@pytest.mark.parametrize(
    "text",
    ["", "7", "{", "[", '{"a', "}", "]", '{"a": [}', "[" * 200, '{"mesures": [{"a": nul}]}', "x{"],
)
def test_what_is_no_whole_json_is_refused_with_the_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(RejectedFile):
        found(tmp_path, text)


def test_an_element_larger_than_any_point_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_elements, "_CHUNK", 100)
    monkeypatch.setattr(json_elements, "_LARGEST", 1000)
    monkeypatch.setattr(json_elements, "_LONGEST_TEXT", 500)
    with pytest.raises(RejectedFile, match="larger than any"):
        found(tmp_path, json.dumps({"points": list(range(1000))}))
    with pytest.raises(RejectedFile, match="longer than any"):
        found(tmp_path, json.dumps({"text": "x" * 1000}))
