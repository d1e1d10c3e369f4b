"""A target and where the building stands, as a small bullet and one word."""

from dataclasses import dataclass

from dashboard.text.words import Words
from domain.targets import Standing, StandingWord, Target

REACH = 0.15
"""The bullet's rail goes from −15 to +15 % of what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletView:
    """Positions in % of the rail, None where there is nothing to draw."""

    target: float | None
    bar_from: float | None
    bar_to: float | None
    word: str
    standing: StandingWord | None
    title: str


def bullet_view(target: Target | None, standing: Standing | None, words: Words) -> BulletView:
    """Word a standing; without a target the rail stays empty."""
    if target is None:
        return BulletView(
            target=None,
            bar_from=None,
            bar_to=None,
            word=words.say("manage.standing.none"),
            standing=None,
            title="",
        )
    word = standing.word if standing else StandingWord.WAITING
    deviation = standing.deviation if standing else None
    asked = words.percent(-target.reduction, 1)
    known = deviation is not None and word is not StandingWord.WAITING
    at = place(deviation) if known and deviation is not None else None
    return BulletView(
        target=place(-target.reduction),
        bar_from=None if at is None else min(at, place(0.0)),
        bar_to=None if at is None else max(at, place(0.0)),
        word=words.say(f"manage.standing.{word}"),
        standing=word,
        title=words.say(
            "manage.standing.title",
            asked=asked,
            now=words.percent(deviation, 1) if deviation is not None else "—",
        ),
    )


def place(deviation: float) -> float:
    """Return where a deviation [ratio] stands on the rail [%]."""
    held = min(REACH, max(-REACH, deviation))
    return round((held + REACH) / (2 * REACH) * 100, 2)
