"""What the phone page says on a day without an act: the week, and the target."""

from html import escape

from dashboard.components.glyph import glyph
from dashboard.text.words import Words
from dashboard.viewmodels.phone import PhoneView
from dashboard.viewmodels.target import TargetView
from dashboard.viewmodels.week import DayColumn, WeekView

_GLYPH_PX = 30


def calm(view: PhoneView, words: Words) -> str:
    """Return the section as HTML; it asks for nothing."""
    week = _week(view.week, view.initials, words) if view.week else ""
    target = _target(view.target) if view.target else ""
    nothing = f"<p class='nothing'>{escape(words.say('phone.no_act'))}</p>"
    return f"<section class='calm'>{week}{target}{nothing}</section>"


def _week(week: WeekView, initials: tuple[str, ...], words: Words) -> str:
    days = "".join(
        f"<li{' class=today' if day.is_today else ''}>{_flower(day, words)}"
        f"<span aria-hidden='true'>{escape(initial)}</span></li>"
        for day, initial in zip(week.days, initials, strict=True)
    )
    percent = f" <span>{escape(week.percent)}</span>" if week.percent else ""
    return f"<h2>{escape(week.headline)}{percent}</h2><ol class='days'>{days}</ol>"


def _flower(day: DayColumn, words: Words) -> str:
    if day.state is None:
        return "<i></i>"
    label = f"{day.label}: {words.say(f'verdict.{day.state.value}')}"
    return glyph(day.state, _GLYPH_PX, label=label)


def _target(target: TargetView) -> str:
    so_far = f"<strong>{escape(target.percent)}</strong>, " if target.percent else ""
    return (
        f"<h2>{escape(target.headline)} <span>{so_far}{escape(target.goal_word)}"
        f" {escape(target.goal_text)}</span></h2>"
    )
