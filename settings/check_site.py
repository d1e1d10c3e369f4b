"""Languages, addresses, and dated factors with the unit they are meant in."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from domain.meters import Commodity
from settings.document import Document, number, table, tables, text
from settings.findings import Finding
from settings.places import Path

_MOST_KG_PER_KWH = 2.0
"""Coal power emits half of it: above, the factor is in grams."""

_MOST_EUR = {"kWh": 5.0, "m3": 50.0}
"""Above, the price is in cents, or per MWh."""


def findings(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with languages, addresses and factors."""
    yield from _languages(table(document, "site"))
    storage = table(document, "storage")
    yield from _address(("storage", "influx", "url"), text(table(storage, "influx"), "url"))
    yield from _address(
        ("dashboard", "public_url"), text(table(document, "dashboard"), "public_url")
    )
    factors = table(document, "indicators")
    yield from _factors(factors, "carbon_kg_per_kwh")
    yield from _factors(factors, "price_eur_per_unit")


def _languages(site: Document) -> Iterator[Finding]:
    languages = site.get("languages")
    if not isinstance(languages, list):
        return
    default = text(site, "default_language") or "fr"
    if not languages:
        yield Finding(path=("site", "languages"), message="languages needs at least one language")
    elif default not in languages:
        yield Finding(
            path=("site", "default_language" if "default_language" in site else "languages"),
            message=f"default_language '{default}' is not among languages "
            f"({', '.join(map(str, languages))})",
        )


def _address(path: Path, address: str) -> Iterator[Finding]:
    if not address:
        return
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        yield Finding(
            path=path,
            message=f"'{path[-1]}' is not a web address: write http://host:port or https://host",
        )


def _factors(indicators: Document, key: str) -> Iterator[Finding]:
    first: dict[tuple[str, str], Path] = {}
    for path, factor in tables(indicators, key, ("indicators",)):
        commodity = text(factor, "commodity")
        if commodity not in list(Commodity):
            continue
        identity = (commodity, str(factor.get("from_day")))
        if identity in first:
            yield Finding(
                path=path,
                message=f"{commodity} already has a value from {identity[1]}",
                also=first[identity],
            )
        first.setdefault(identity, path)
        yield from _factor(path, key, Commodity(commodity), number(factor, "value"))


def _factor(path: Path, key: str, commodity: Commodity, value: float | None) -> Iterator[Finding]:
    is_carbon = key == "carbon_kg_per_kwh"
    if commodity is Commodity.OUTDOOR_TEMPERATURE or (is_carbon and not commodity.is_energy):
        yield Finding(
            path=(*path, "commodity"),
            message=f"{commodity} has no {key}: it is not an energy bought",
        )
        return
    most = _MOST_KG_PER_KWH if is_carbon else _MOST_EUR[commodity.unit]
    unit = "kg CO₂e/kWh" if is_carbon else f"EUR/{commodity.unit}"
    if value is not None and value > most:
        yield Finding(
            path=(*path, "value"),
            message=f"value = {value:g} is out of bounds: in {unit} it is at most {most:g}",
        )
