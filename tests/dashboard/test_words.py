"""Every language says everything, with figures set as its readers expect."""

from string import Formatter

import pytest

from dashboard.text.catalogues import LANGUAGES, catalogue
from dashboard.text.words import best_language, words_for


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    assert set(catalogue(language)) == set(catalogue("fr"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_forgets_none_of_its_values(language: str) -> None:
    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    told = {key: values(text) for key, text in catalogue(language).items()}
    assert told == {key: values(text) for key, text in catalogue("fr").items()}


def test_numbers_are_set_as_each_language_does() -> None:
    french, english, basque = (words_for(code) for code in ("fr", "en", "eu"))
    assert french.number(-1234.56, 1) == "−1\u00a0234,6"
    assert english.number(1234.56, 1) == "1,234.6"
    assert french.percent(-0.083) == "−8\u00a0%"
    assert basque.percent(0.083, decimals=1) == "+%\u00a08,3"
    assert french.percent(-0.001) == "0\u00a0%"
    assert french.significant(142.317, 4) == "142,3"


def test_an_age_is_told_in_minutes_then_hours_then_days() -> None:
    words = words_for("fr")
    told = [words.ago(seconds) for seconds in (10, 250, 7300, 3 * 86400)]
    assert told == ["à l’instant", "il y a 4\u00a0min", "il y a 2\u00a0h", "il y a 3\u00a0j"]


def test_the_address_chooses_the_language_before_the_browser() -> None:
    assert best_language("eu", "en-GB,en", LANGUAGES, "fr") == "eu"
    assert best_language("de", "de, en;q=0.5", LANGUAGES, "fr") == "en"
    assert best_language(None, "", LANGUAGES, "fr") == "fr"


def test_charts_part_numbers_as_the_text_does() -> None:
    assert [words_for(code).separators for code in ("fr", "en", "eu")] == [",\u00a0", ".,", ",."]
