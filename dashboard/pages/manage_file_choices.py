"""The choices before a file is imported: whose readings, which of them, and how to read it."""

from collections.abc import Sequence

from dashboard.plain.fields import button, checks, choice, form
from dashboard.plain.tag import Html, tag
from dashboard.text.units import unit_text
from dashboard.text.words import Words
from dashboard.viewmodels.file_choices import STAMPS, UNITS, FileChoices
from domain.registers import Accumulation


def choices_form(view: FileChoices, href: str, csrf_token: str, words: Words) -> Html:
    """Return the section with the form."""
    meter = choice(
        "meter",
        words.say("files.meter"),
        view.meters,
        value=view.wish.meter_id,
        error=view.errors.get("meter", ""),
    )
    stamps = [(each, words.say(f"files.stamp.{each or 'as_format'}")) for each in STAMPS]
    fields = [
        meter,
        _table(view, words) if view.headers else None,
        _some("points", view.points, view.wish.points, words),
        _some("registers", view.registers, view.wish.registers, words),
        choice("stamp", words.say("files.stamp"), stamps, value=view.wish.stamp),
        _keep_good(view, words) if view.has_bad_lines else None,
        _acts(view, words),
    ]
    return tag(
        "section",
        tag("h2", words.say("files.choose")),
        form(f"{href}/confirm", csrf_token, fields, class_="fields"),
    )


def _acts(view: FileChoices, words: Words) -> Html:
    acts = [("again", not view.can_import)]
    if view.can_import:
        acts.insert(0, ("import", True))
    if view.is_table:
        acts.append(("columns", False))
    buttons = [
        button(words.say(f"files.{act}"), name="act", value=act, primary=is_first)
        for act, is_first in acts
    ]
    return tag("div", buttons, class_="buttons")


def _some(name: str, offered: Sequence[str], ticked: Sequence[str], words: Words) -> Html | None:
    if not offered:
        return None
    return checks(
        name,
        words.say(f"files.{name}"),
        [(each, each) for each in offered],
        ticked=ticked,
        help_text=words.say(f"files.{name}.none"),
    )


def _keep_good(view: FileChoices, words: Words) -> Html:
    error = view.errors.get("keep_good", "")
    box = tag("input", type="checkbox", name="keep_good", value="yes", checked=view.wish.keep_good)
    label = tag("label", box, tag("span", words.say("files.keep_good")))
    return tag(
        "div",
        tag("div", label, class_="checks"),
        tag("span", error, class_="error", role="alert") if error else None,
        class_="field wrong" if error else "field",
    )


def _table(view: FileChoices, words: Words) -> list[Html]:
    """Return the fields of a file whose columns no format says."""
    table = view.wish.table
    times = (*table.time_headers, "", "")
    to_choose = ("", words.say("files.meter.choose"))
    headers = [(each, each) for each in view.headers]
    accumulations = [
        (str(each), words.say(f"files.table.accumulation.{each}")) for each in Accumulation
    ]

    def pick(name: str, key: str, options: Sequence[tuple[str, str]], value: str) -> Html:
        label = words.say(f"files.table.{key}")
        return choice(name, label, options, value=value, error=view.errors.get(name, ""))

    none = ("", words.say("files.table.time2.none"))
    units = [to_choose, *((each, unit_text(each)) for each in UNITS)]
    return [
        tag(
            "div",
            pick("time_header", "time", [to_choose, *headers], times[0]),
            pick("time_header_2", "time2", [none, *headers], times[1]),
            class_="pair",
        ),
        tag(
            "div",
            pick("value_header", "value", [to_choose, *headers], table.value_header),
            pick("unit", "unit", units, table.unit),
            class_="pair",
        ),
        pick("accumulation", "accumulation", accumulations, str(table.accumulation)),
    ]
