"""The API's documentation, written from its OpenAPI: no script, nothing from outside."""

from collections.abc import Iterator, Mapping
from typing import Any

from dashboard.plain.document import document
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words

Schema = Mapping[str, Any]


def docs_page(schema: Schema, prefix: str, words: Words) -> str:
    """Return the whole page."""
    body = tag(
        "main",
        tag("h1", words.say("api.docs.title")),
        tag("p", words.say("api.docs.lead"), class_="lead"),
        _paragraphs(schema["info"]["description"]),
        tag(
            "p",
            tag("a", words.say("api.docs.openapi"), href=f"{prefix}/openapi.json"),
            " · ",
            tag("a", words.say("api.docs.tokens"), href="/account"),
        ),
        tag("h2", words.say("api.docs.example")),
        tag("pre", _example(prefix)),
        [_operation(prefix, path, method, op, words) for path, method, op in _operations(schema)],
        class_="docs",
    )
    return document(
        language=words.language, title=words.say("api.docs.title"), body=body, body_class="paper"
    )


def _operations(schema: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _operation(prefix: str, path: str, method: str, operation: Schema, words: Words) -> Html:
    parameters = operation.get("parameters", [])
    return tag(
        "section",
        tag("h2", tag("code", f"{method} {prefix}{path}")),
        tag("p", operation.get("description", "")),
        tag(
            "table",
            tag(
                "thead",
                tag(
                    "tr", [tag("th", words.say(f"api.docs.{k}")) for k in ("name", "kind", "what")]
                ),
            ),
            tag("tbody", [_parameter(p, words) for p in parameters]),
        )
        if parameters
        else None,
        tag("p", words.say("api.docs.answers"), " ", _answers(operation), class_="muted"),
    )


def _parameter(parameter: Schema, words: Words) -> Html:
    required = words.say("api.docs.required") if parameter.get("required") else ""
    return tag(
        "tr",
        tag("td", tag("code", parameter["name"]), " ", tag("b", required)),
        tag("td", _kind(parameter["schema"])),
        tag("td", parameter.get("description", "")),
    )


def _kind(schema: Schema) -> str:
    if "anyOf" in schema:
        return " | ".join(_kind(s) for s in schema["anyOf"] if s.get("type") != "null")
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if schema.get("type") == "array":
        return f"{_kind(schema['items'])}…"
    return str(schema.get("format") or schema.get("type", ""))


def _answers(operation: Schema) -> str:
    return " · ".join(sorted(operation["responses"]))


def _paragraphs(text: str) -> Html:
    bullets = [line[2:] for line in text.splitlines() if line.startswith("* ")]
    return tag("ul", [tag("li", bullet.replace("`", "")) for bullet in bullets])


def _example(prefix: str) -> str:
    return (
        "curl -H 'Authorization: Bearer $ZAINDU_TOKEN' \\\n"
        f"  'http://127.0.0.1:8050{prefix}/reports/consumption.csv"
        "?from=2026-10-01&to=2026-11-01&step=day'"
    )
