"""The devices that speak and belong to no meter: what they say, and what they probably count."""

from collections.abc import Sequence
from urllib.parse import urlencode

from dashboard.pages.meter_tabs import meters_head
from dashboard.plain.fields import button, field, form
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words
from dashboard.viewmodels.discovered import DeviceCard, DiscoveredView, RegisterLine, amount
from dashboard.viewmodels.sizes import counted

PATH = "/manage/meters/discovered"


def discovered_page(
    view: DiscoveredView, csrf_token: str, *, may_ignore: bool, notice: str, words: Words
) -> Html:
    """Return the page's content."""
    cards = [_card(card, csrf_token, may_ignore, words) for card in view.waiting]
    lead = words.say("meters.discovered.lead")
    is_searched = bool(view.sought or view.more)
    return tag(
        "div",
        meters_head(lead, "discovered", view.total, notice, words),
        _search(view, words) if is_searched else None,
        tag("section", cards, class_="devices") if cards else _nothing(view, words),
        _more(view, words) if view.more else None,
        _ignored(view.ignored, csrf_token, may_ignore, words) if view.ignored else None,
        class_="plain meters-page",
    )


def _search(view: DiscoveredView, words: Words) -> Html:
    return tag(
        "form",
        field("sought", words.say("meters.sought"), value=view.sought, type="search"),
        tag("button", words.say("refused.search"), type="submit", class_="button"),
        action=PATH,
        method="get",
        class_="search for-devices",
        role="search",
    )


def _nothing(view: DiscoveredView, words: Words) -> Html:
    if not view.sought:
        return tag("p", words.say("meters.discovered.none"), class_="empty")
    back = tag("a", words.say("refused.show_all"), href=PATH)
    return tag("p", words.say("meters.sought.none"), " ", back, class_="empty")


def _more(view: DiscoveredView, words: Words) -> Html:
    query = urlencode({"sought": view.sought, "whole": "yes"})
    link = tag("a", words.say("refused.show_all"), href=f"{PATH}?{query}")
    return tag("p", counted("meters.discovered.more", view.more, words), " ", link, class_="muted")


def device_summary(card: DeviceCard) -> Html:
    """Return what a device is called, where it speaks and since when."""
    return tag(
        "div",
        tag("b", card.title, class_="own-name"),
        tag("span", card.subtitle, class_="muted own-name"),
        tag("small", card.topic, class_="muted own-name"),
        tag("small", card.heard, class_="muted"),
        class_="who",
    )


def guess_text(card: DeviceCard) -> Html:
    """Return what a device probably counts, and why we think so."""
    return tag(
        "div",
        tag("b", card.guess),
        tag("span", card.why, class_="muted"),
        class_=f"guess {card.certainty}",
    )


def registers_table(lines: Sequence[RegisterLine]) -> Html:
    """Return registers with their newest values."""
    rows = [
        tag(
            "tr",
            tag("th", line.name, scope="row", class_="own-name"),
            tag("td", amount(line), class_="number"),
            tag("td", line.role, class_="muted"),
        )
        for line in lines
    ]
    return tag("table", tag("tbody", rows), class_="registers")


def _card(card: DeviceCard, csrf_token: str, may_ignore: bool, words: Words) -> Html:
    more = (
        tag(
            "details",
            tag("summary", card.more_label, class_="muted"),
            registers_table(card.more),
        )
        if card.more
        else None
    )
    adopt = tag("a", words.say("meters.adopt"), href=card.adopt_href, class_="button primary small")
    ignore = _decide(card, csrf_token, "yes", words.say("meters.ignore"))
    return tag(
        "article",
        device_summary(card),
        tag("div", registers_table(card.registers), more, class_="says"),
        tag(
            "div",
            guess_text(card),
            tag("div", adopt, ignore if may_ignore else None, class_="buttons"),
            class_="verdict-of-device",
        ),
        class_="device-card",
    )


def _ignored(cards: Sequence[DeviceCard], csrf_token: str, may_ignore: bool, words: Words) -> Html:
    rows = [
        tag(
            "tr",
            tag("th", tag("b", card.title, class_="own-name"), scope="row"),
            tag("td", card.heard, class_="muted"),
            tag("td", words.say("meters.ignored_by", author=card.ignored_by), class_="muted"),
            tag(
                "td",
                _decide(card, csrf_token, "", words.say("meters.heed")) if may_ignore else None,
                class_="act",
            ),
        )
        for card in cards
    ]
    return tag(
        "section",
        tag("h2", words.say("meters.ignored")),
        tag("p", words.say("meters.ignored.lead"), class_="muted"),
        tag("table", tag("tbody", rows), class_="ignored"),
    )


def _decide(card: DeviceCard, csrf_token: str, ignored: str, label: str) -> Html:
    return form(
        "/manage/meters/ignore",
        csrf_token,
        tag("input", type="hidden", name="family", value=card.family),
        tag("input", type="hidden", name="device", value=card.device),
        tag("input", type="hidden", name="ignored", value=ignored),
        button(label, small=True),
    )
