"""Amounts of energy, worded the same on every page."""

from dashboard.text.words import Words

UNKNOWN = "—"


def energy_text(kwh: float | None, words: Words) -> tuple[str, str]:
    """Return an energy to three significant digits and its unit, kWh or MWh."""
    if kwh is None:
        return UNKNOWN, "kWh"
    if abs(kwh) >= 10_000:
        return words.significant(kwh / 1000), "MWh"
    return words.significant(kwh), "kWh"
