"""The tabs of the pages about data itself: its health, what was refused, files brought."""

from dashboard.auth.policy import may_reach
from dashboard.auth.viewer import find_viewer
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words

_TABS = (
    ("health", "/manage/data"),
    ("refused", "/manage/data/refused"),
    ("files", "/manage/data/files"),
)


def data_tabs(current: str, words: Words) -> Html:
    """Return the tabs that the reader may open, `current` being `health`, `refused` or `files`."""
    reader = find_viewer()
    links = [
        tag(
            "a",
            words.say(f"data.tab.{key}"),
            href=href,
            class_="segment" + " current" * (key == current),
            aria_current="page" if key == current else None,
        )
        for key, href in _TABS
        if reader is None or may_reach(reader.user, href)
    ]
    return tag("nav", links, class_="segmented", aria_label=words.say("data.title"))
