"""Segmented controls: a few links, one of which is the present page."""

from dataclasses import dataclass

from dashboard.queries.spans import Look
from dashboard.text.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One segment."""

    label: str
    href: str
    current: bool


def look_choices(look: Look, path: str, words: Words, more: str = "") -> tuple[Choice, ...]:
    """Return the spans of time a page can be looked at; `more` is kept in the address."""
    return tuple(
        Choice(
            label=words.say(f"manage.look.{each}"),
            href=f"{path}?look={each}{more}",
            current=each is look,
        )
        for each in Look
    )
