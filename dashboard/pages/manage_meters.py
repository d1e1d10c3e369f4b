"""The declared meters: what each counts, from which device, how fresh it is, who declared it."""

from dashboard.figures.squares import square
from dashboard.figures.svg_image import data_uri
from dashboard.pages.meter_tabs import meters_head
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words
from dashboard.viewmodels.meters import MeterGroup, MeterRow, MetersView

_HEADS = ("meter", "counts", "device", "cadence", "newest", "origin")
_COLUMNS = len(_HEADS) + 1


def meters_page(view: MetersView, notice: str, words: Words) -> Html:
    """Return the page's content."""
    heads = [tag("th", words.say(f"meters.head.{key}"), scope="col") for key in _HEADS]
    table = tag(
        "table",
        tag("thead", tag("tr", heads, tag("th"))),
        [_group(group, words) for group in view.groups],
        class_="declared",
    )
    return tag(
        "div",
        meters_head(words.say("meters.lead"), "declared", view.discovered, notice, words),
        table if view.groups else tag("p", words.say("manage.portfolio.empty"), class_="empty"),
        class_="plain meters-page",
    )


def _group(group: MeterGroup, words: Words) -> Html:
    building = tag("a", group.building, href=group.href)
    nothing = tag("tr", tag("td", words.say("meters.none"), colspan=_COLUMNS, class_="muted"))
    return tag(
        "tbody",
        tag("tr", tag("th", building, scope="rowgroup", colspan=_COLUMNS), class_="group"),
        [_row(row, words) for row in group.rows] or nothing,
    )


def _row(row: MeterRow, words: Words) -> Html:
    name = [tag("b", row.name), tag("small", row.id, class_="muted")]
    change = tag("a", words.say("meters.change"), href=row.edit_href, class_="button small")
    return tag(
        "tr",
        tag("th", name, scope="row", class_=f"name depth-{row.depth}"),
        tag("td", row.counts, class_="counts"),
        tag("td", _device(row), class_="device"),
        tag("td", tag("span", row.cadence), class_="cadence"),
        tag("td", _health(row), class_="newest"),
        tag("td", row.origin, class_="origin muted"),
        tag("td", change if row.edit_href else None, class_="act"),
        class_="retired" if row.health is None else None,
    )


def _device(row: MeterRow) -> list[Html]:
    family = tag("small", row.family, class_="muted")
    return [tag("span", row.device, class_="own-name"), family] if row.device else [family]


def _health(row: MeterRow) -> Html:
    mark = (
        None
        if row.health is None
        else tag("img", src=data_uri(square(str(row.health))), alt="", class_="health-mark")
    )
    words = tag("span", row.age, tag("small", row.health_word, class_="muted"))
    return tag("span", mark, words, class_="health")
