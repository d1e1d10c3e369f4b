"""What somebody reads after scanning the code in the lobby."""

from dataclasses import dataclass
from datetime import timedelta

from dashboard.viewmodels.glance import Glance, rough
from dashboard.viewmodels.status import StatusView, status_view
from dashboard.viewmodels.target import TargetView, target_view
from dashboard.viewmodels.today import TodayView, part_of_day, today_view
from dashboard.viewmodels.week import WeekView, week_view
from domain.nudges import Act, Moment
from domain.periods import Period

REASONS = ("needed", "no_access", "comfort", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActView:
    """The act of the day."""

    nudge_id: str
    act: Act
    sentence: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneView:
    """What the phone page says."""

    place: str
    status: StatusView
    sentence: tuple[str, str, str]
    """Before, in bold, after."""

    today: TodayView | None
    act: ActView | None
    week: WeekView | None
    """What is said when there is no act."""

    initials: tuple[str, ...]
    """Of the week's days."""

    target: TargetView | None
    age: str


def phone_view(glance: Glance) -> PhoneView:
    """Decide what the phone page says."""
    today = None if glance.age.forgotten else today_view(glance)
    before, bold, after = (*_sentence(glance, today).split("*"), "", "")[:3]
    act, age = _act(glance), glance.age
    calm = act is None and not age.forgotten
    told = glance.words.say("phone.age", ago=age.text) if age.text and not age.stale else age.text
    return PhoneView(
        place=glance.snapshot.building_name,
        status=status_view(glance),
        sentence=(before, bold, after),
        today=today,
        act=act,
        week=week_view(glance) if calm else None,
        initials=tuple(glance.words.day(d.day, "EEEEE") for d in glance.snapshot.week),
        target=target_view(glance) if calm else None,
        age=_opened(told),
    )


def _opened(text: str) -> str:
    """A sentence of its own: capital and full stop."""
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""


def _sentence(glance: Glance, today: TodayView | None) -> str:
    words = glance.words
    if glance.snapshot.measured_at is None:
        return words.say("phone.soon")
    if today is None or not today.band:
        return words.say("phone.unknown")
    if today.note is None:
        return words.say("phone.beginning" if glance.early else "phone.as_expected")
    first = glance.snapshot.hours[0].start.astimezone(glance.zone).date()
    midnight = Period.of_day(first, glance.zone).start
    part = part_of_day((midnight + timedelta(hours=today.note.at)).astimezone(glance.zone).hour)
    difference = today.note.measured_kw - today.note.expected_kw
    key = "phone.less" if difference < 0 else "phone.more"
    when = words.say(f"phone.when.{part}")
    return words.say(key, when=when, kw=glance.power(abs(difference)))


_PER = {
    Moment.TONIGHT: "night",
    Moment.ON_LEAVING: "night",
    Moment.THIS_WEEKEND: "weekend",
}


def _act(glance: Glance) -> ActView | None:
    nudge = glance.snapshot.nudge
    if nudge is None or nudge.until <= glance.now:
        return None
    words = glance.words
    saving = nudge.saving_kwh
    kwh = f"{rough(words.significant(saving or 0, 2))}\u00a0kWh"
    per = f"phone.effect_per_{_PER.get(nudge.moment, 'day')}"
    return ActView(
        nudge_id=nudge.id,
        act=nudge.act,
        sentence=" ".join(
            (words.say(f"moment.{nudge.moment.value}"), words.say(f"act.{nudge.act.value}"))
        ),
        effect=words.say(per, kwh=kwh) if saving is not None and saving >= 0.5 else "",
    )
