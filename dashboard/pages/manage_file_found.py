"""What a file holds, before anything of it is kept."""

from collections.abc import Sequence

from dashboard.plain.tag import Child, Html, tag
from dashboard.text.heard import Told
from dashboard.text.words import Words
from dashboard.viewmodels.file_found import FoundView, MonthRow, SeriesRow

_HEADS = ("point", "register", "values", "unit", "span", "step", "meter")


def found_section(view: FoundView, words: Words) -> Html:
    """Return the section."""
    asides = " ".join(view.asides)
    return tag(
        "section",
        tag("p", _emphasised(view.sentence), " ", asides, class_="sentence")
        if view.sentence
        else None,
        tag("p", view.warning, class_="warning") if view.warning else None,
        _series(view, words) if view.rows else None,
        _lines("files.problems", view.problems, words, is_open=True),
        _lines("files.remarks", view.remarks, words, is_open=True),
        _months(view.month_heads, view.months, words) if view.months else None,
        class_="found",
    )


def _emphasised(text: str) -> list[Child]:
    return [tag("b", part) if at % 2 else part for at, part in enumerate(text.split("*"))]


def _series(view: FoundView, words: Words) -> Html:
    heads = [
        tag("th", words.say(f"files.series.{key}"), scope="col", class_=_class_of(key))
        for key in _HEADS
    ]
    more = tag("p", f"+ {words.number(view.more_rows)}", class_="muted") if view.more_rows else None
    rows = [_row(row) for row in view.rows]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="series")
    return tag("div", tag("div", table, class_="wide"), more)


def _class_of(key: str) -> str | None:
    return "number" if key == "values" else None


def _row(row: SeriesRow) -> Html:
    of_them = [tag("small", text, class_="muted") for text in row.of_them]
    note = tag("small", row.note.text, class_="muted", lang=row.note.language) if row.note else None
    return tag(
        "tr",
        tag("th", row.point, scope="row"),
        tag("td", row.register),
        tag("td", row.values, " ", of_them, class_="number"),
        tag("td", row.unit),
        tag("td", row.span, class_="nowrap"),
        tag("td", row.step, class_="nowrap"),
        tag("td", _fed(row), note),
    )


def _fed(row: SeriesRow) -> list[Child]:
    parts: list[Child] = []
    for name, href in row.meters:
        parts += [", ", tag("a", name, href=href)]
    return parts[1:] or [row.nobody]


def _lines(key: str, lines: Sequence[Told], words: Words, *, is_open: bool) -> Html | None:
    if not lines:
        return None
    return tag(
        "details",
        tag("summary", words.say(key)),
        tag("ul", [tag("li", line.text, lang=line.language) for line in lines]),
        open=is_open,
    )


def _months(heads: Sequence[str], months: Sequence[MonthRow], words: Words) -> Html:
    head = [tag("th"), *(tag("th", each, scope="col", class_="number") for each in heads)]
    rows = [
        tag(
            "tr",
            tag("th", month.month, scope="row"),
            [tag("td", amount, class_="number") for amount in month.amounts],
        )
        for month in months
    ]
    table = tag("table", tag("thead", tag("tr", head)), tag("tbody", rows), class_="months")
    return tag("details", tag("summary", words.say("files.months")), table)
