"""Words in a field's name that tell it from an index, or a state, of now.

Names are chosen by many hands, sites among them: a word counts where it stands
as a word (`energy_max`, `lastVolume`), for `min` is in `administration`, `rate`
in `generated` and `last` in `ballast`. Only what no other word contains is
believed inside one, and what people write in one with a quantity, `maxpower`.
"""

import re
import unicodedata
from functools import lru_cache

_WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")

_ANYWHERE = re.compile(
    r"dai?ly|today|yesterday|yield_?day|month|delta|increment|average|alarm|thresh|weight|status"
)
_OF_THE_PAST = (
    "last|prev|previous|precedente?|log|logged|history|historic|historical|hist|due|target|ago"
)
_OF_A_SPAN = "interval|session|(?<!peak_)hour|hourly|week|weekly|year|yearly|annual|incr?"
_OF_MANY = "t?min|minimum|t?max|maximum|t?avg|mean|moy|moyen|moyenne"
_OF_SOMETHING_ELSE = "rate|limit|units?|per|rated|nominale?|subscribed|souscrite?"
_OF_A_STORE = re.compile(r"_(?:level|niveau|remaining|restante?|stock)(?=_)")
"""What stands in a tank goes down again."""

_ALONE = re.compile(rf"_(?:{_OF_THE_PAST}|{_OF_A_SPAN}|{_OF_MANY}|{_OF_SOMETHING_ELSE})(?=_)")
_QUANTITIES = "active|power|volume|energy|temp|index|value|k?wh|water|gas|consum"
_IN_ONE = re.compile(
    rf"_(?:min|max|avg|mean|last|prev)(?:{_QUANTITIES})|(?:{_QUANTITIES})(?:min|max|avg|rate)(?=_)"
)
_FLOW = re.compile(r"flow(?!_temp)")
_SUMMED_UP = re.compile(r"total|cumul")
"""A flow is a rate, but the total flow in m3 is an index, and a heat meter's has a temperature."""

_STARTS_AGAIN = re.compile(
    r"_(?:jour|journaliere?|quotidien(?:ne)?|hier|veille|semaine|mois|mensuel(?:le)?"
    r"|heure(?!_(?:creuse|pleine))|annee|annuel(?:le)?|egun|eguneko|gaur|gaurko|atzo|atzoko"
    r"|aste|asteko|hil|hileko|heute|gestern|tag|tages|woche|monat|jahr|vandaag|gisteren)(?=_)"
)
"""What people here and their neighbours call a figure that begins at 0 again: daily, monthly…"""


@lru_cache(maxsize=4096)
def tells_no_reading(name: str) -> bool:
    """Tell whether a name means something other than what is, or was counted until, now.

    >>> [tells_no_reading(name) for name in ("energy_max", "lastVolume", "maxpower_w")]
    [True, True, True]
    >>> [tells_no_reading(name) for name in ("administration_kwh", "energy_generated_kwh")]
    [False, False]
    """
    words = words_of(name)
    return bool(
        _ANYWHERE.search(words)
        or _ALONE.search(words)
        or _IN_ONE.search(words)
        or (_FLOW.search(words) and not _SUMMED_UP.search(words))
    )


@lru_cache(maxsize=4096)
def tells_no_index(name: str) -> bool:
    """Tell whether a name means something other than an index that only grows.

    >>> [tells_no_index(name) for name in ("energie_jour_kwh", "index_heures_creuses_kwh")]
    [True, False]
    """
    words = words_of(name)
    return tells_no_reading(name) or bool(_STARTS_AGAIN.search(words) or _OF_A_STORE.search(words))


@lru_cache(maxsize=4096)
def words_of(name: str) -> str:
    """Return a name's words in small letters without accents, an underscore around each.

    >>> words_of("waterVolume_M3"), words_of("Température.TempC1")
    ('_water_volume_m3_', '_temperature_temp_c1_')
    """
    apart = unicodedata.normalize("NFKD", _WORD_BEGINS.sub("_", name)).casefold()
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return f"_{_BETWEEN_WORDS.sub('_', plain)}_"
