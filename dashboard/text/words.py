"""Words, numbers and dates in one language, ready to be set in our font.

The font lacks U+202F, so narrow spaces become U+00A0; minus is U+2212 and the
apostrophe U+2019 wherever the words come from.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from dashboard.text.catalogues import FALLBACK, LANGUAGES, catalogue

NBSP = "\u00a0"
MINUS = "\u2212"
_TYPOGRAPHY = str.maketrans({"\u202f": NBSP, "\u2009": NBSP, "'": "\u2019", "\u2011": "-"})
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


class Words:
    """Everything that is said in one language."""

    def __init__(self, language: str) -> None:
        """Read the language's catalogues; an unknown language speaks the fallback."""
        self.language = language if language in LANGUAGES else FALLBACK
        self._locale = Locale.parse(self.language)
        self._texts = catalogue(self.language)

    def say(self, key: str, **values: object) -> str:
        """Return the text of a key with its `{values}` put in.

        A text not translated yet is said in the fallback language.

        Raises:
            KeyError: No language knows the key.
        """
        text = self._texts.get(key) or catalogue(FALLBACK)[key]
        return set_well(text.format(**values) if values else text)

    def knows(self, key: str) -> bool:
        """Tell whether this very language has the text."""
        return key in self._texts

    @property
    def separators(self) -> str:
        """Return what parts decimals, then what parts thousands: `, ` in French."""
        return self.number(1234.5, 1).replace("1", "").replace("234", "").replace("5", "")[::-1]

    def number(self, x: float, digits: int = 0) -> str:
        """Return `x` with exactly `digits` decimals and grouped thousands."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        rounded = round(x, digits) + 0.0
        return _minus(set_well(format_decimal(rounded, pattern, locale=self._locale)))

    def significant(self, x: float, digits: int = 3) -> str:
        """Return `x` to `digits` significant digits, never an exponent."""
        if x == 0:
            return "0"
        whole = len(str(int(abs(x)))) if abs(x) >= 1 else 0
        return self.number(x, max(0, digits - whole) if whole else digits - 1)

    def percent(self, x: float, decimals: int = 0, signed: bool = True) -> str:
        """Return the ratio `x` as a percentage, where the language puts its sign."""
        rounded = round(x * 100, decimals) + 0.0
        figure = self.number(abs(rounded), decimals)
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        if self.language == "eu":
            return f"{sign}%{NBSP}{figure}"
        return f"{sign}{figure}{'' if self.language == 'en' else NBSP}%"

    def day(self, day: date, pattern: str = "EEEE d MMMM") -> str:
        """Return a local day by a CLDR pattern; `EEEE` alone is its name."""
        return set_well(format_date(day, pattern, locale=self._locale))

    def hour(self, at: datetime, minutes: bool = True) -> str:
        """Return the clock time of `at` in its own zone: `14 h 05`, `14:05`.

        On the hour, or without `minutes`, French says `14 h`.
        """
        if self.language == "fr":
            exact = at.minute and minutes
            return f"{at.hour}{NBSP}h" + (f"{NBSP}{at.minute:02d}" if exact else "")
        return format_time(at, "HH:mm" if minutes else "HH:00", locale=self._locale)

    def ago(self, seconds: float) -> str:
        """Return how long ago something was: minutes, then hours, then days."""
        if seconds < _MINUTE_S:
            return self.say("ago.now")
        if seconds < _HOUR_S:
            return self.say("ago.minutes", n=int(seconds // _MINUTE_S))
        if seconds < 2 * _DAY_S:
            return self.say("ago.hours", n=int(seconds // _HOUR_S))
        return self.say("ago.days", n=int(seconds // _DAY_S))


@cache
def words_for(language: str) -> Words:
    """Return the words of a language, read once."""
    return Words(language)


def best_language(asked: str | None, accepted: str, offered: Sequence[str], default: str) -> str:
    """Choose a language: the one asked for, then the browser's, then the site's.

    Args:
        asked: What the address says (`?lang=eu`), if anything.
        accepted: The `Accept-Language` header, possibly empty.
        offered: The languages of the site.
        default: The language of the site when nothing fits.
    """
    if asked in offered:
        return str(asked)
    for tag in accepted.split(","):
        wanted = tag.split(";")[0].strip().lower()[:2]
        if wanted in offered:
            return wanted
    return default


def set_well(text: str) -> str:
    """Return `text` with the spaces and apostrophes that the font can set."""
    return text.translate(_TYPOGRAPHY)


def _minus(figure: str) -> str:
    return figure.replace("-", MINUS)
