"""Where we are on the way to the target."""

from dataclasses import dataclass

from dashboard.viewmodels.glance import Age, Glance
from domain.snapshots import Verdict
from domain.targets import StandingWord


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetView:
    """What the target scene says; shares are of the expectation."""

    headline: str
    saved: float | None
    """How much less than expected [ratio]; negative: more; None: unknown."""

    percent: str
    dead_band: float | None
    goal: float
    """The reduction asked for [ratio]."""

    goal_text: str
    goal_word: str
    expected_word: str
    elapsed: float
    first: str
    last: str
    state: Verdict
    age: Age
    place: str


def target_view(glance: Glance) -> TargetView | None:
    """Decide what the target scene says; None without a target."""
    progress = glance.snapshot.target
    if progress is None:
        return None
    target, standing, words = progress.target, progress.standing, glance.words
    known = (
        standing.word is not StandingWord.WAITING
        and standing.deviation is not None
        and standing.dead_band is not None
    )
    saved = -standing.deviation if known and standing.deviation is not None else None
    return TargetView(
        headline=words.say(f"target.{standing.word.value}"),
        saved=saved,
        percent=words.percent(-saved) if saved is not None else "",
        dead_band=standing.dead_band if known else None,
        goal=target.reduction,
        goal_text=words.percent(-target.reduction, 0 if _whole(target.reduction) else 1),
        goal_word=words.say("target.goal"),
        expected_word=_cloth(glance, standing.dead_band if known else None),
        elapsed=min(1.0, max(0.0, standing.elapsed)),
        first=words.day(target.first_day, words.say("target.date")),
        last=words.day(target.last_day, words.say("target.date")),
        state=_state(saved, standing.dead_band if known else None),
        age=glance.age,
        place=glance.place,
    )


def _cloth(glance: Glance, dead_band: float | None) -> str:
    word = glance.words.say("chart.expected")
    if dead_band is None:
        return word
    return f"{word} ±\u00a0{glance.words.percent(dead_band, signed=False)}"


def _whole(ratio: float) -> bool:
    return abs(ratio * 100 - round(ratio * 100)) < 0.05


def _state(saved: float | None, dead_band: float | None) -> Verdict:
    if saved is None or dead_band is None:
        return Verdict.UNKNOWN
    if abs(saved) <= dead_band:
        return Verdict.AS_EXPECTED
    return Verdict.BETTER if saved > 0 else Verdict.ABOVE
