"""Refused messages: why, of which device, what they hold, and what to do with them."""

from collections.abc import Sequence

from dashboard.pages.data_tabs import data_tabs
from dashboard.pages.manage_refused_rows import refused_rows
from dashboard.plain.fields import button, choice, field, form
from dashboard.plain.tag import Child, Html, tag
from dashboard.text.words import Words
from dashboard.viewmodels.choices import Choice
from dashboard.viewmodels.refused import RefusedView
from dashboard.viewmodels.refused_progress import Progress
from dashboard.viewmodels.refused_query import DAYS, PATH, RefusedQuery
from dashboard.viewmodels.sizes import counted


def refused_page(view: RefusedView, words: Words) -> Html:
    """Return the page's content."""
    return tag(
        "div",
        _progress(view.progress)
        or (tag("p", view.notice, class_="notice", role="status") if view.notice else None),
        tag(
            "header",
            tag("h1", words.say("refused.title")),
            data_tabs("refused", words),
            tag("p", _emphasised(view.sentence), class_="sentence"),
            tag("p", words.say("refused.lead"), class_="muted lead"),
            class_="head",
        ),
        tag("div", _main(view, words), _side(view, words), class_="columns")
        if view.codes
        else None,
        class_="plain refused",
    )


def _emphasised(text: str) -> list[Child]:
    return [tag("b", part) if at % 2 else part for at, part in enumerate(text.split("*"))]


def _progress(progress: Progress | None) -> Html | None:
    if progress is None:
        return None
    bar = tag("progress", value=progress.done, max=progress.of) if progress.of else None
    return tag("p", bar, tag("span", progress.text), class_="notice running", role="status")


def _main(view: RefusedView, words: Words) -> Html:
    nothing = tag(
        "p",
        words.say("refused.none.found"),
        " ",
        tag("a", words.say("refused.show_all"), href=PATH),
        class_="empty",
    )
    return tag(
        "div",
        _search(view.query, words),
        tag(
            "div",
            tag("h2", view.count),
            _in_force(view.filters, words),
            _for_all_found(view, words) if view.number else None,
            class_="found-line",
        ),
        refused_rows(view, words) if view.rows else nothing,
        _pages(view, words),
    )


def _search(query: RefusedQuery, words: Words) -> Html:
    """Return the search; what the side lists chose is kept beside it."""
    kept = [hidden(name, value) for name, value in query.pairs() if name in _CHOSEN_BESIDE]
    days = [(each, words.say(f"refused.days.{each or 'all'}")) for each in DAYS]
    return tag(
        "form",
        kept,
        field("topic", words.say("refused.topic"), value=query.topic, type="search"),
        field("text", words.say("refused.text"), value=query.text, type="search"),
        choice("days", words.say("refused.days"), days, value=query.days),
        tag("button", words.say("refused.search"), type="submit", class_="button"),
        action=PATH,
        method="get",
        class_="search",
        role="search",
    )


_CHOSEN_BESIDE = ("code", "family", "device")


def _in_force(filters: Sequence[Choice], words: Words) -> Html | None:
    if not filters:
        return None
    chips = [
        tag(
            "a",
            each.label,
            tag("span", "×", aria_hidden="true"),
            href=each.href,
            title=words.say("refused.without", what=each.label),
            class_="chip",
        )
        for each in filters
    ]
    return tag("div", chips, class_="chips")


def _for_all_found(view: RefusedView, words: Words) -> Html:
    """Return what can be done with all that were found, on this page or not."""
    carried = [hidden("scope", "found"), *map(_hidden, view.query.pairs())]
    download = tag(
        "a",
        words.say("refused.download.found"),
        href=view.query.href(f"{PATH}/download"),
        class_="button small",
    )
    acts = [
        button(words.say("refused.replay.found"), small=True),
        download,
        button(words.say("refused.delete.found"), small=True, formaction=f"{PATH}/delete"),
    ]
    return form(f"{PATH}/replay", view.csrf_token, carried, acts, class_="buttons")


def _pages(view: RefusedView, words: Words) -> Html | None:
    links = [
        tag("a", words.say(f"refused.{name}"), href=href, class_="button small")
        for name, href in (("newest", view.newest_href), ("older", view.older_href))
        if href
    ]
    return tag("nav", links, class_="buttons pages") if links else None


def _side(view: RefusedView, words: Words) -> Html:
    lists = (("refused.by_code", view.codes), ("refused.by_device", view.devices))
    return tag(
        "aside",
        [
            tag("section", tag("h2", words.say(key)), tag("ul", [_counted(each) for each in found]))
            for key, found in lists
            if found
        ],
        class_="side counts",
    )


def _counted(entry: tuple[Choice, str]) -> Html:
    link, number = entry
    return tag(
        "li",
        tag("a", link.label, href=link.href, aria_current="true" if link.current else None),
        tag("span", number),
        class_="current" if link.current else None,
    )


def hidden(name: str, value: str) -> Html:
    """Return a field that a form carries along."""
    return tag("input", type="hidden", name=name, value=value)


def _hidden(pair: tuple[str, str]) -> Html:
    return hidden(*pair)


def delete_page(
    query: RefusedQuery,
    ids: Sequence[int],
    *,
    number: int,
    size: str,
    csrf_token: str,
    words: Words,
) -> Html:
    """Return the question that stands before letters are deleted for good."""
    carried = [*map(_hidden, query.pairs()), hidden("scope", "picked" if ids else "found")]
    carried += [hidden("ids", str(letter_id)) for letter_id in ids]
    return tag(
        "div",
        tag(
            "header",
            tag("h1", words.say("refused.delete.title")),
            data_tabs("refused", words),
            tag("p", counted("refused.delete.sure", number, words, size=size), class_="muted"),
            class_="head",
        ),
        form(
            f"{PATH}/delete",
            csrf_token,
            carried,
            button(words.say("refused.delete.yes"), primary=True, name="sure", value="yes"),
            tag("a", words.say("refused.delete.no"), href=query.href(), class_="button"),
            class_="buttons",
        ),
        class_="plain",
    )
