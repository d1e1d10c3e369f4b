"""The list of refused messages: each can be ticked, and opened to see what it holds."""

from dashboard.plain.fields import button, form
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words
from dashboard.viewmodels.refused import RefusedRow, RefusedView
from dashboard.viewmodels.refused_query import PATH


def refused_rows(view: RefusedView, words: Words) -> Html:
    """Return the list, in a form that acts on what is ticked."""
    query = [tag("input", type="hidden", name=n, value=value) for n, value in view.query.pairs()]
    return form(
        f"{PATH}/replay",
        view.csrf_token,
        query,
        tag("ul", [_row(row, words) for row in view.rows], class_="letters"),
        _for_picked(words),
        class_="pickable",
    )


def _for_picked(words: Words) -> Html:
    """Return the bar that appears once something is ticked."""
    acts = [
        button(words.say(f"refused.{act}.picked"), formaction=f"{PATH}/{act}", small=True)
        for act in ("replay", "download", "delete")
    ]
    return tag(
        "div",
        tag("b", words.say("refused.picked")),
        tag("input", type="hidden", name="scope", value="picked"),
        tag("div", acts, class_="buttons"),
        class_="picked-bar",
    )


def _row(row: RefusedRow, words: Words) -> Html:
    tick = tag(
        "input",
        type="checkbox",
        name="ids",
        value=row.id,
        aria_label=f"{words.say('refused.pick')} ({row.topic}, {row.ago})",
    )
    device = tag("a", row.device, href=row.device_href) if row.device else None
    states = [tag("span", state, class_="state") for state in row.states]
    return tag(
        "li",
        tick,
        tag("code", row.topic, class_="topic"),
        tag("small", row.ago, title=row.at, class_="muted when"),
        tag("small", row.size, class_="muted size"),
        tag(
            "div",
            tag("b", row.code),
            states,
            device,
            _cause(row, words),
            class_="why",
        ),
        _payload(row, words),
        class_="letter wanted" if row.is_wanted else "letter",
    )


def _cause(row: RefusedRow, words: Words) -> Html:
    adopt = tag("a", words.say("meters.adopt"), href=row.adopt_href) if row.adopt_href else None
    # What no words of ours say is as the decoder said it, in English.
    language = None if row.detail else "en"
    return tag("span", row.cause, " ", adopt, class_="muted reason", lang=language)


def _payload(row: RefusedRow, words: Words) -> Html:
    said = (words.say("refused.detail"), " ", tag("span", row.detail, lang="en"))
    detail = tag("small", said, class_="muted detail") if row.detail else None
    if not row.preview.text:
        return tag("div", tag("small", row.looks, class_="muted"), detail, class_="payload")
    summary = tag(
        "summary",
        words.say("refused.payload"),
        " ",
        tag("small", f"({row.looks})", class_="muted"),
    )
    return tag(
        "details",
        summary,
        detail,
        tag("pre", row.preview.text, tabindex=0),
        tag("small", words.say("refused.payload.cut"), class_="muted")
        if row.preview.is_cut
        else None,
        class_="payload",
    )
