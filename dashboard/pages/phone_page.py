"""The phone page as HTML: state, one sentence, the day, the act of the day."""

from html import escape

from dashboard.asset_urls import asset_url
from dashboard.components.day_chart import DayChart
from dashboard.components.day_plot import Frame
from dashboard.components.flower import flower
from dashboard.components.letters import HEADLINE, fitted
from dashboard.components.tokens import PALETTES, Theme
from dashboard.pages.phone_calm import calm
from dashboard.scenes.nudge import act_flower
from dashboard.text.words import Words
from dashboard.viewmodels.phone import REASONS, ActView, PhoneView
from dashboard.viewmodels.today import TodayView
from domain.nudges import Answer

_DAY = PALETTES[Theme.DAY]


def phone_page(
    view: PhoneView, words: Words, *, path: str, answered: tuple[Answer, str] | None, undone: bool
) -> str:
    """Return the whole page.

    Args:
        view: What it says.
        words: The reader's language.
        path: The page's own address, to which answers are posted.
        answered: What was answered, with the token that takes it back.
        undone: An answer has just been taken back.
    """
    before, bold, after = (escape(part) for part in view.sentence)
    strong = f"<strong>{bold}</strong>" if bold else ""
    chart = _chart(view.today) if view.today else ""
    act = _act(view.act, words, path, answered, undone) if view.act else calm(view, words)
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="theme-color" content="{_DAY.fields[view.status.state].ground}">'
        f"<title>{escape(view.place)} · zaindu</title>"
        f'<link rel="icon" href="{asset_url("icon.svg")}" type="image/svg+xml">'
        f'<link rel="stylesheet" href="{asset_url("pages.css")}">'
        f'<link rel="stylesheet" href="{asset_url("phone.css")}"></head><body class="phone'
        f'{"" if view.act else " calm"}">'
        f"{_state(view)}<main><section class='day'><p>{before}{strong}{after}</p>{chart}</section>"
        f"{act}"
        f"<p class='private'>{escape(words.say('phone.private'))} {escape(view.age)}</p>"
        "</main></body></html>"
    )


def _state(view: PhoneView) -> str:
    status = view.status
    field = _DAY.fields[status.state]
    lines = "<br>".join(escape(part) for part in status.headline)
    size = min(fitted(part, 176, 38, HEADLINE, 24) for part in status.headline)
    figure = (
        f"<p class='figure'><strong>{escape(status.percent)}</strong> {escape(status.day_word)}</p>"
        if status.percent
        else ""
    )
    return (
        f'<header class="state" style="background:{field.ground};color:{field.text}">'
        '<svg class="big" viewBox="-160 -160 320 320" aria-hidden="true">'
        f"{flower(status.state, 0, 0, 138)}</svg>"
        f"<p class='place'>{escape(view.place)}</p>"
        f"<h1 style='font-size:{size:.1f}px'>{lines}</h1>{figure}</header>"
    )


def _chart(view: TodayView) -> str:
    frame = Frame(
        left=8,
        right=334,
        axis=134,
        top=38,
        text=13.5,
        note=15,
        scale=0.25,
        grid=False,
        linen="linen-phone",
    )
    label = f"{view.headline}. {view.total}"
    return (
        f'<svg class="chart" viewBox="0 0 342 160" role="img" aria-label="{escape(label)}">'
        f"{DayChart(view, frame, _DAY).draw()}</svg>"
    )


def _act(
    act: ActView,
    words: Words,
    path: str,
    answered: tuple[Answer, str] | None,
    undone: bool,
) -> str:
    drawn = act_flower(act.act, 0, 0, 94, Theme.DAY)
    icon = f'<svg viewBox="-100 -100 200 200" aria-hidden="true">{drawn}</svg>'
    effect = f"<p class='effect'>{escape(act.effect)}</p>" if act.effect else ""
    if answered is not None:
        buttons = _thanks(answered, words, path)
    else:
        said = f"<p class='quiet' role='status'>{escape(words.say('phone.undone'))}</p>"
        buttons = (said if undone else "") + _buttons(act, words, path)
    return (
        f"<section class='act'><p class='kicker'>{icon}{escape(words.say('phone.act'))}</p>"
        f"<h2>{escape(act.sentence)}</h2>{effect}{buttons}</section>"
    )


def _buttons(act: ActView, words: Words, path: str) -> str:
    hidden = f'<input type="hidden" name="nudge" value="{escape(act.nudge_id, quote=True)}">'
    action = f'action="{escape(path, quote=True)}" method="post"'
    reasons = "".join(
        f'<button class="reason" name="reason" value="{reason}">'
        f"{escape(words.say(f'phone.reason.{reason}'))}</button>"
        for reason in REASONS
    )
    return (
        f'<form {action}>{hidden}<input type="hidden" name="answer" value="{Answer.DONE.value}">'
        f'<button class="button wide">{escape(words.say("phone.do"))}</button></form>'
        f'<details><summary class="button wide outlined">{escape(words.say("phone.cannot"))}'
        f"</summary><form {action}>{hidden}"
        f'<input type="hidden" name="answer" value="{Answer.NOT_POSSIBLE.value}">'
        f"{reasons}</form></details>"
    )


def _thanks(answered: tuple[Answer, str], words: Words, path: str) -> str:
    answer, token = answered
    return (
        f'<form class="quiet" action="{escape(path, quote=True)}" method="post" role="status">'
        f"<span>{escape(words.say(f'phone.thanks_{answer.value}'))}</span>"
        f'<input type="hidden" name="undo" value="{escape(token, quote=True)}">'
        f'<button class="link">{escape(words.say("phone.undo"))}</button></form>'
    )
