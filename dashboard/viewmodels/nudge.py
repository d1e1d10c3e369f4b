"""One thing to do, together, at one time."""

from dataclasses import dataclass

from dashboard.viewmodels.glance import Glance, rough
from domain.nudges import Act, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeView:
    """What the nudge scene says."""

    nudge_id: str
    act: Act
    moment: str
    """`Ce soir,`: its own line."""

    sentence: str
    """`éteignons les écrans.`"""

    effect_before: str
    effect: str
    """`−9 kWh`; empty when we cannot say."""

    effect_after: str
    question: str
    scan: str
    phone_url: str
    """What the code opens; empty hides it."""


_PER = {
    Moment.TONIGHT: "nudge.per_night",
    Moment.ON_LEAVING: "nudge.per_night",
    Moment.THIS_WEEKEND: "nudge.per_weekend",
}


def nudge_view(glance: Glance, phone_url: str) -> NudgeView | None:
    """Decide what the nudge scene says; None without a nudge that still holds."""
    nudge = glance.snapshot.nudge
    if nudge is None or nudge.until <= glance.now:
        return None
    words = glance.words
    saving = nudge.saving_kwh
    tells = saving is not None and saving >= 0.5
    return NudgeView(
        nudge_id=nudge.id,
        act=nudge.act,
        moment=words.say(f"moment.{nudge.moment.value}"),
        sentence=words.say(f"act.{nudge.act.value}"),
        effect_before=words.say("nudge.about") if tells else "",
        effect=f"\u2212{rough(words.significant(saving or 0, 2))}\u00a0kWh" if tells else "",
        effect_after=words.say(_PER.get(nudge.moment, "nudge.per_day")) if tells else "",
        question=words.say("nudge.question") if phone_url else "",
        scan=words.say("nudge.scan") if phone_url else "",
        phone_url=phone_url,
    )
