"""The first scene: are we doing well, compared with what, right now."""

from dataclasses import dataclass

from dashboard.viewmodels.glance import Age, Glance
from domain.snapshots import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """What the status scene says."""

    state: Verdict
    headline: tuple[str, ...]
    percent: str
    """`−8 %`; empty when there is not enough data."""

    day_word: str
    deviation: float | None
    dead_band: float | None
    caption: str
    """What the linen is, with its width."""

    live: str
    """`19 kW`; empty when unknown or stale."""

    live_word: str
    age: Age
    place: str
    measured_kwh: float | None
    """What today's figures are about [kWh], for whoever checks."""


def status_view(glance: Glance) -> StatusView:
    """Decide what the status scene says."""
    words, snapshot, about = glance.words, glance.snapshot, glance.told
    told = glance.tells_percent()
    fresh = snapshot.live_kw is not None and not glance.age.stale
    filling = snapshot.backfilled_until is not None
    return StatusView(
        state=glance.state,
        headline=_headline(glance),
        percent=words.percent(about.deviation or 0.0) if told else "",
        day_word=glance.day_word if told else "",
        deviation=about.deviation if told else None,
        dead_band=about.dead_band if told else None,
        caption=_caption(glance, told, filling),
        live=glance.power(snapshot.live_kw) if fresh and snapshot.live_kw is not None else "",
        live_word=words.say("status.now") if fresh and not (told and filling) else "",
        age=glance.age,
        place=words.say("status.filling") if told and filling else glance.place,
        measured_kwh=snapshot.today.measured_kwh,
    )


def _headline(glance: Glance) -> tuple[str, ...]:
    state = glance.state
    nothing_yet = glance.snapshot.measured_at is None
    key = "soon" if state is Verdict.UNKNOWN and nothing_yet else state.value
    return tuple(glance.words.say(f"status.{key}").split("|"))


def _caption(glance: Glance, told: bool, filling: bool) -> str:
    words = glance.words
    if not told:
        return words.say("status.filling") if filling else ""
    band = words.percent(glance.told.dead_band or 0.0, signed=False)
    return words.say("status.expected", band=band)
