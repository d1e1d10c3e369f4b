"""The tabs of the pages about data itself: its health, what was refused, files brought."""

from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words

_TABS = (
    ("health", "/manage/data"),
    ("refused", "/manage/data/refused"),
    ("files", "/manage/data/files"),
)


def data_tabs(current: str, words: Words) -> Html:
    """Return the tabs, `current` being one of `health`, `refused` and `files`."""
    links = [
        tag(
            "a",
            words.say(f"data.tab.{key}"),
            href=href,
            class_="segment" + " current" * (key == current),
            aria_current="page" if key == current else None,
        )
        for key, href in _TABS
    ]
    return tag("nav", links, class_="segmented", aria_label=words.say("data.title"))
