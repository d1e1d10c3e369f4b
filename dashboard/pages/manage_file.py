"""One file: where it is, what it holds, and the choices before it is imported."""

from dataclasses import dataclass

from dashboard.pages.data_tabs import data_tabs
from dashboard.pages.manage_file_choices import choices_form
from dashboard.pages.manage_file_found import found_section
from dashboard.plain.fields import button, form
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words
from dashboard.viewmodels.file_choices import FileChoices
from dashboard.viewmodels.file_found import FoundView
from dashboard.viewmodels.files import PATH, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """Everything the page shows."""

    name: str
    about: str
    href: str
    standing: Standing | None
    found: FoundView | None
    choices: FileChoices | None
    """What is to be chosen now; None: nothing."""

    can_stop: bool
    notice: str
    csrf_token: str


def file_page(view: FileView, words: Words) -> Html:
    """Return the page's content."""
    crumbs = (tag("a", words.say("files.title"), href=PATH), " / ", view.name)
    return tag(
        "div",
        tag("p", view.notice, class_="notice", role="status") if view.notice else None,
        tag(
            "header",
            tag("p", crumbs, class_="crumbs muted"),
            tag("h1", view.name),
            data_tabs("files", words),
            tag("p", view.about, class_="muted"),
            class_="head",
        ),
        _standing(view.standing),
        found_section(view.found, words) if view.found else None,
        choices_form(view.choices, view.href, view.csrf_token, words) if view.choices else None,
        _ways_out(view, words),
        class_="plain file",
    )


def _standing(standing: Standing | None) -> Html | None:
    if standing is None:
        return None
    bar = (
        tag("progress", value=standing.done_bytes, max=standing.of_bytes)
        if standing.of_bytes
        else None
    )
    details = [tag("li", line.text, lang=line.language) for line in standing.details]
    return tag(
        "section",
        tag(
            "div",
            bar,
            tag("span", standing.text),
            tag("ul", details) if details else None,
            class_=f"{'notice' if standing.is_good else 'warning'} running",
            role="status",
        ),
    )


def _ways_out(view: FileView, words: Words) -> Html:
    if not view.can_stop:
        back = tag("a", words.say("files.send_again"), href=PATH, class_="button")
        return tag("div", back, class_="buttons")
    key = "files.withdraw" if view.standing is None else "files.stop"
    return form(f"{view.href}/withdraw", view.csrf_token, button(words.say(key)), class_="buttons")
