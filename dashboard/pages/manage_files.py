"""Files brought through a page: a form for one more, and the list of those before."""

from collections.abc import Sequence

from dashboard.pages.data_tabs import data_tabs
from dashboard.plain.fields import button, field, form
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words
from dashboard.viewmodels.files import PATH, FileRow


def files_page(
    rows: Sequence[FileRow], *, largest: str, csrf_token: str, error: str, words: Words
) -> Html:
    """Return the page's content."""
    return tag(
        "div",
        tag(
            "header",
            tag("h1", words.say("files.title")),
            data_tabs("files", words),
            tag("p", words.say("files.lead"), class_="muted lead"),
            class_="head",
        ),
        _new(largest, csrf_token, error, words),
        tag(
            "section",
            tag("h2", words.say("files.earlier")),
            _table(rows, words)
            if rows
            else tag("p", words.say("files.earlier.none"), class_="muted"),
        ),
        class_="plain",
    )


def _new(largest: str, csrf_token: str, error: str, words: Words) -> Html:
    file = field(
        "file",
        words.say("files.file"),
        type="file",
        required=True,
        error=error,
        help_text=words.say("files.file.help", size=largest),
    )
    send = tag("div", button(words.say("files.send"), primary=True), class_="buttons")
    return tag(
        "section",
        tag("h2", words.say("files.new")),
        form(PATH, csrf_token, file, send, class_="fields", enctype="multipart/form-data"),
    )


def _table(rows: Sequence[FileRow], words: Words) -> Html:
    heads = [
        tag("th", words.say(f"files.head.{key}"), scope="col", class_=_class_of(key))
        for key in ("name", "state", "readings", "author", "when")
    ]
    return tag(
        "div",
        tag("table", tag("thead", tag("tr", heads)), tag("tbody", [_row(row) for row in rows])),
        class_="wide files",
    )


def _class_of(key: str) -> str | None:
    return {"readings": "number", "author": "aside"}.get(key)


def _row(row: FileRow) -> Html:
    name = (tag("a", row.name, href=row.href), tag("small", row.size, class_="muted"))
    return tag(
        "tr",
        tag("th", name, scope="row", class_="file-name"),
        tag("td", row.state if row.is_over else tag("b", row.state)),
        tag("td", row.readings, class_="number"),
        tag("td", row.author, class_="aside"),
        tag("td", row.ago, class_="muted nowrap"),
    )
