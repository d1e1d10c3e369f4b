"""The two pages about meters: those declared, and the devices that belong to none."""

from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words


def meter_tabs(current: str, waiting: int, words: Words) -> Html:
    """Return the tabs, `current` being `declared` or `discovered`."""
    tabs = (
        ("declared", "/manage/meters", words.say("meters.tab.declared")),
        (
            "discovered",
            "/manage/meters/discovered",
            words.say("meters.tab.discovered", n=words.number(waiting)),
        ),
    )
    links = [
        tag(
            "a",
            label,
            href=href,
            class_="segment" + " current" * (key == current),
            aria_current="page" if key == current else None,
        )
        for key, href, label in tabs
    ]
    return tag("nav", links, class_="segmented", aria_label=words.say("meters.title"))


def meters_head(lead: str, current: str, waiting: int, notice: str, words: Words) -> Html:
    """Return the title of either page, its tabs, and what was just done."""
    return tag(
        "div",
        tag("p", notice, class_="notice", role="status") if notice else None,
        tag(
            "header",
            tag("h1", words.say("meters.title")),
            tag("div", meter_tabs(current, waiting, words), class_="controls"),
            tag("p", lead, class_="muted"),
            class_="head",
        ),
    )
