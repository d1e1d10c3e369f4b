"""The reports page: choose, look, download; one form that needs no script."""

from dashboard.plain.fields import checks, choice, field
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words
from dashboard.viewmodels.reports import ReportsView


def reports_page(view: ReportsView, words: Words) -> Html:
    """Return the page's content."""
    return tag(
        "div",
        tag("h1", words.say("reports.title")),
        tag("p", words.say("reports.lead"), class_="muted"),
        tag("p", view.problem, class_="warning", role="alert") if view.problem else None,
        tag("section", _form(view, words)),
        _totals(view, words),
        _api(view, words),
        tag(
            "section",
            tag("h2", words.say("reports.means")),
            tag("dl", [(tag("dt", name), tag("dd", text)) for name, text in view.meanings]),
        ),
        class_="plain",
    )


def _form(view: ReportsView, words: Words) -> Html:
    wish = view.wish
    days = tag(
        "div",
        field("first", words.say("reports.first"), value=wish.first.isoformat(), type="date"),
        field("last", words.say("reports.last"), value=wish.last.isoformat(), type="date"),
        class_="pair",
    )
    downloads = [
        tag(
            "button",
            words.say(f"reports.download.{kind}"),
            class_="button",
            type="submit",
            formaction=f"/reports/download/{kind}",
        )
        for kind in ("xlsx", "csv", "excel")
    ]
    show = tag("button", words.say("reports.show"), class_="button primary", type="submit")
    return tag(
        "form",
        checks(
            "building",
            words.say("reports.buildings"),
            view.buildings,
            ticked=wish.building_ids,
            help_text=words.say("users.buildings.help"),
        ),
        checks(
            "commodity",
            words.say("reports.commodities"),
            view.commodities,
            ticked=[str(c) for c in wish.commodities],
            help_text=words.say("reports.commodities.all"),
        ),
        days,
        choice("step", words.say("reports.step"), view.steps, value=str(wish.step)),
        tag("div", show, downloads, class_="buttons"),
        method="get",
        action="/reports",
        class_="fields wide-fields",
    )


def _totals(view: ReportsView, words: Words) -> Html | None:
    if view.problem:
        return None
    heads = ("building", "meter", "commodity", "value", "unit", "coverage")
    rows = [
        tag(
            "tr",
            tag("th", row.building, scope="row"),
            tag("td", row.meter, class_=None if row.is_main else "sub"),
            tag("td", row.commodity),
            tag(
                "td",
                row.value,
                tag("small", row.silent, class_="muted") if row.silent else None,
                class_="number",
            ),
            tag("td", row.unit),
            tag("td", row.coverage, class_="number"),
        )
        for row in view.totals
    ]
    table = tag(
        "table",
        tag(
            "thead",
            tag(
                "tr",
                [
                    tag(
                        "th",
                        words.say(f"reports.column.{head}"),
                        scope="col",
                        class_="number" if head in ("value", "coverage") else None,
                    )
                    for head in heads
                ],
            ),
        ),
        tag("tbody", rows),
        class_="totals",
    )
    return tag(
        "section",
        tag("h2", words.say("reports.totals")),
        tag("p", words.say("reports.totals.lead"), class_="muted lead"),
        tag("div", table, class_="wide")
        if rows
        else tag("p", words.say("reports.totals.none"), class_="muted"),
    )


def _api(view: ReportsView, words: Words) -> Html:
    return tag(
        "section",
        tag("h2", words.say("reports.api")),
        tag("p", words.say("reports.api.lead"), class_="muted"),
        tag("pre", f"GET {view.wish.address('csv')}\nAuthorization: Bearer …"),
        tag("p", tag("a", words.say("reports.api.docs"), href="/api/v1/docs")),
    )
