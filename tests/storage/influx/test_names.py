from hypothesis import given
from hypothesis import strategies as st

from storage.influx.flux import text
from storage.influx.names import decoded, encoded

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts)
def test_an_id_comes_back_and_holds_no_syntax_in_between(name: str) -> None:
    between = encoded(name)
    assert decoded(between) == name
    assert not set(between) & set(" ,=\"'\\$#{}()|\n\r\t\x00")
    assert text(between) == f'"{between}"'


@given(texts, texts)
def test_two_ids_never_become_one(one: str, other: str) -> None:
    assert (encoded(one) == encoded(other)) == (one == other)


def test_an_ordinary_id_stays_readable() -> None:
    for name in ("jf-elec", "energy.EAST", "emdata:0.total", "école"):
        assert encoded(name) == name


def test_a_text_cannot_end_its_quotes_or_hold_an_expression() -> None:
    assert text('a"b\\${c}') == '"a\\"b\\\\\\${c}"'
