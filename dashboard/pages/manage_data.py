"""The data's health, written whole by the server: a sentence, facts, meters by days."""

import re
from collections.abc import Sequence

from dashboard.figures.squares import symbols
from dashboard.pages.data_tabs import data_tabs
from dashboard.plain.tag import Html, join, tag
from dashboard.text.words import Words
from dashboard.viewmodels.choices import Choice
from dashboard.viewmodels.data_health import BuildingMeters, DataHealthView
from dashboard.viewmodels.ingest_facts import Fact, WorkersView
from dashboard.viewmodels.meter_rows import DayCell, DayHead, Figure, MeterRow


def data_page(view: DataHealthView, words: Words) -> Html:
    """Return the page's content."""
    head = tag(
        "header",
        tag("h1", view.title),
        data_tabs("health", words),
        tag("p", _emphasised(view.sentence), class_="sentence"),
        class_="head",
    )
    alerts = [tag("p", _emphasised(text), class_="warning", role="alert") for text in view.alerts]
    return tag(
        "div",
        Html(symbols()),
        head,
        tag("div", alerts, class_="alerts") if alerts else None,
        _facts(view.facts, words),
        _meters(view, words),
        _workers(view.workers) if view.workers else None,
        class_="data-health",
    )


def _facts(facts: Sequence[Fact], words: Words) -> Html:
    return tag(
        "dl",
        [
            tag(
                "div",
                tag("dt", fact.label),
                tag("dd", tag("a", fact.text, href=fact.href) if fact.href else fact.text),
                class_="wrong" if fact.is_wrong else None,
            )
            for fact in facts
        ],
        class_="facts",
        aria_label=words.say("health.now"),
    )


def _meters(view: DataHealthView, words: Words) -> Html:
    title = tag(
        "div",
        tag("h2", words.say("health.meters")),
        _segments(view.filters, words.say("health.meters")),
        class_="title-line",
    )
    if view.empty:
        return tag("section", title, tag("p", view.empty, class_="empty"))
    table = tag(
        "table",
        _heads(view, words),
        [_building(building) for building in view.buildings],
        class_="meter-days",
        aria_label=words.say("health.meters"),
    )
    notes = [tag("p", note, class_="muted small") for note in view.notes]
    return tag("section", title, tag("div", table, class_="wide"), _legend(view), notes)


def _segments(choices: Sequence[Choice], label: str) -> Html:
    links = [
        tag("a", each.label, href=each.href, class_="segment" + " current" * each.current)
        for each in choices
    ]
    return tag("div", links, class_="segmented", role="group", aria_label=label)


def _heads(view: DataHealthView, words: Words) -> Html:
    days = [tag("th", _day_link(head), scope="col", class_=_day_class(head)) for head in view.heads]
    figures = view.buildings[0].rows[0].figures
    return tag(
        "thead",
        tag(
            "tr",
            tag("td", colspan=len(view.heads) + 2),
            tag("th", view.chosen, colspan=len(figures), scope="colgroup", class_="chosen-day"),
            class_="over",
        ),
        tag(
            "tr",
            tag("th", words.say("health.heading.meter"), scope="col"),
            days,
            tag("th", words.say("health.now"), scope="col", class_="now"),
            [tag("th", figure.label, scope="col", class_="number") for figure in figures],
        ),
    )


def _day_link(head: DayHead) -> Html:
    return tag(
        "a",
        tag("small", head.initial, aria_hidden="true"),
        head.number,
        href=head.href,
        title=head.title,
        aria_label=head.title,
        aria_current="date" if head.is_chosen else None,
    )


def _day_class(head: DayHead) -> str:
    return "day" + " chosen" * head.is_chosen + " week-end" * head.is_week_end


def _building(building: BuildingMeters) -> Html:
    span = 3 + len(building.rows[0].cells) + len(building.rows[0].figures)
    link = tag("a", building.name, href=building.href)
    return tag(
        "tbody",
        tag("tr", tag("th", link, colspan=span, scope="rowgroup"), class_="group"),
        [_row(row) for row in building.rows],
    )


def _row(row: MeterRow) -> Html:
    name = [tag("b", row.name), tag("small", row.detail)]
    now = [_square(row.now_mark, ""), tag("span", row.now)]
    return tag(
        "tr",
        tag("th", name, scope="row", class_="name"),
        [_cell(cell) for cell in row.cells],
        tag("td", tag("span", now), class_="now" + " silent" * row.is_silent),
        [_figure(figure) for figure in row.figures],
    )


def _cell(cell: DayCell) -> Html:
    return tag("td", _square(cell.mark, cell.title), class_="day" + " chosen" * cell.is_chosen)


def _figure(figure: Figure) -> Html:
    text = tag("a", figure.text, href=figure.href) if figure.href else figure.text
    return tag(
        "td",
        _narrow_label(figure.label),
        text,
        class_="number" + " wrong" * figure.is_wrong,
    )


def _narrow_label(text: str) -> Html:
    """Return what stands in for a column's heading where the table is folded."""
    return tag("span", text, class_="narrow-label", aria_hidden="true")


def _square(mark: str, title: str) -> Html:
    """Return a drawing; its title is what a pointer, or a reader's voice, says of it."""
    drawing = tag("use", href=f"#square-{mark}")
    if not title:
        return tag("svg", drawing, width=14, height=14, aria_hidden="true")
    named = tag("title", title)
    return tag("svg", named, drawing, width=14, height=14, role="img", aria_label=title)


def _legend(view: DataHealthView) -> Html:
    items = [tag("li", _square(mark, ""), tag("span", word)) for mark, word in view.legend]
    return tag("ul", items, class_="day-legend")


def _workers(view: WorkersView) -> Html:
    rows = [
        tag(
            "tr",
            tag("th", who, scope="row"),
            [
                tag("td", _narrow_label(heading), count, class_="number")
                for heading, count in zip(view.headings, counts, strict=True)
            ],
        )
        for who, counts in view.rows
    ]
    heads = [tag("th", heading, scope="col", class_="number") for heading in view.headings]
    table = tag(
        "table",
        tag("thead", tag("tr", tag("th", view.who, scope="col"), heads)),
        tag("tbody", rows),
    )
    return tag("section", tag("h2", view.title), tag("div", table, class_="wide"), class_="workers")


def _emphasised(text: str) -> Html:
    """Return a text with its `*starred*` words bold, and commands as they are typed."""
    parts = re.split(r"\*(.+?)\*|`(.+?)`", text)
    plain, bold, typed = parts[::3], parts[1::3], parts[2::3]
    pieces = [
        (before, tag("b", strong) if strong else tag("code", code) if code else None)
        for before, strong, code in zip(plain, [*bold, None], [*typed, None], strict=True)
    ]
    return join(pieces)
