"""Words by which people name what a meter counts, in French, English and Basque."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from domain.meters import Commodity

_SPOKEN: Mapping[Commodity, str] = {
    # « Pompe à chaleur »: a heat pump is fed with electricity; two words, no verdict.
    Commodity.ELECTRICITY: "elec electric electricite electrique electricity elektra argindar"
    " argindarra linky tgbt tableau prise prises plug socket sockets eclairage lighting argi"
    " pompe pac pump ponpa",
    Commodity.NATURAL_GAS: "gaz gas gasa gazpar grdf pce",
    Commodity.WATER: "eau eaux water ura ur aep ecs sanitaire",
    Commodity.DISTRICT_HEAT: "chaleur heat heatmeter calorie calories thermique rcu beroa",
    Commodity.DISTRICT_COLD: "froid frigorie frigories cold chilled hotza",
    Commodity.FUEL_OIL: "fioul fuel mazout fod gasolio",
    Commodity.WOOD: "bois wood granules pellet pellets plaquettes egurra",
    Commodity.SOLAR_PRODUCTION: "solaire solar pv photovoltaique onduleur inverter panneaux eguzki"
    " eguzkia pvinverter solarcharger",
    Commodity.OUTDOOR_TEMPERATURE: "exterieur exterieure outdoor outside dehors meteo weather"
    " kanpo kanpoa kanpoko",
}
"""Without accents, in small letters."""

WORDS: Mapping[Commodity, frozenset[str]] = {
    commodity: frozenset(spoken.split()) for commodity, spoken in _SPOKEN.items()
}

_BREAKS = re.compile(r"[^a-z]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain(text: str) -> str:
    """Return a text in small letters without accents.

    >>> plain("Éclairage DÉPÔT")
    'eclairage depot'
    """
    letters = unicodedata.normalize("NFKD", text)
    return "".join(c for c in letters if not unicodedata.combining(c)).casefold()


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of names, however these join them.

    >>> sorted(words_of(["eauFroide_2", "Compteur-général"]))
    ['compteur', 'eau', 'froide', 'general']
    """
    parted = (_BREAKS.split(plain(_HUMP.sub(" ", text))) for text in texts)
    return frozenset(word for words in parted for word in words if word)


def named(words: frozenset[str], among: Iterable[Commodity]) -> Commodity | None:
    """Return the one commodity that the words name; None when they name none or two."""
    found = [commodity for commodity in among if words & WORDS[commodity]]
    return found[0] if len(found) == 1 else None
