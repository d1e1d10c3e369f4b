"""Each key by itself: known, of the right type, within its bounds."""

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from settings.findings import Finding, did_you_mean
from settings.model import Settings
from settings.places import Path

_UNIT_OF_SUFFIX = {
    "_m2": "m²",
    "_m": "metres",
    "_in": "inches",
    "_s": "seconds",
    "_ms": "milliseconds",
    "_min": "minutes",
    "_minutes": "minutes",
    "_h": "hours",
    "_hours": "hours",
    "_days": "days",
    "_mb": "MB",
    "_kb": "kB",
    "kwh_pcs_per_m3": "kWh PCS/m³",
    "carbon_kg_per_kwh": "kg CO₂e/kWh",
    "price_eur_per_unit": "EUR per kWh or m³",
}
"""The unit that the end of a key's name says its number is in."""

_LEADING_NUMBER = re.compile(r"\s*([-+]?\d+(?:[.,]\d+)?)")

_KIND_WORDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": 'text, in quotes: "…"',
    "path_type": 'a path, in quotes: "…"',
    "tuple_type": "a list: [ … ]",
    "model_type": "a table",
    "date_type": "a date: 2026-09-01",
    "date_parsing": "a date: 2026-09-01",
    "date_from_datetime_parsing": "a date: 2026-09-01",
    "date_from_datetime_inexact": "a date without hour: 2026-09-01",
    "time_type": "a time of day: 19:00:00",
    "time_parsing": "a time of day: 19:00:00",
    "time_delta_type": "a duration",
}


def check_shape(document: Mapping[str, object]) -> Settings | list[Finding]:
    """Return the settings, or everything that is wrong with single keys."""
    # Strict JSON is TOML's own set of types: a number is never made from text or from
    # true, and yet text may name an enumeration's member or a file.
    as_json = json.dumps(document, default=_spell_time)
    try:
        return Settings.model_validate_json(as_json, strict=True)
    except ValidationError as error:
        return [_finding(details) for details in error.errors(include_url=False)]


def _spell_time(value: object) -> str:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    raise TypeError(f"TOML has no {type(value).__name__}")


def _finding(details: ErrorDetails) -> Finding:
    path: Path = details["loc"]
    return Finding(path=path, message=_message(path, details))


def _message(path: Path, details: ErrorDetails) -> str:
    kind, key = details["type"], _key_of(path)
    context: dict[str, Any] = details.get("ctx", {})
    if kind == "extra_forbidden":
        return f"'{path[-1]}' is not a setting{_hint_for(str(path[-1]), path)}"
    if kind == "missing":
        return f"'{key}' is missing{_unit_hint(path, ' (in {})')}"
    if kind in ("literal_error", "enum"):
        return _not_a_choice(key, details["input"], str(context["expected"]))
    if "bool" in kind or kind in _KIND_WORDS:
        return _wrong_type(key, details["input"], path, _KIND_WORDS.get(kind, "true or false"))
    return f"{key} = {_shown(details['input'])} is out of bounds: {_bound(context, path, details)}"


def _key_of(path: Path) -> str:
    """Return the last named step, with its position when it is an element of a list."""
    if path and isinstance(path[-1], int):
        return f"{path[-2] if len(path) > 1 else ''}[{path[-1] + 1}]"
    return str(path[-1]) if path else "the file"


def _wrong_type(key: str, given: object, path: Path, wanted: str) -> str:
    unit = _unit_hint(path, " of {}")
    if "number" in wanted and isinstance(given, str):
        number = _LEADING_NUMBER.match(given)
        plain = (
            f": write {key} = {number[1].replace(',', '.')}, without quotes or unit"
            if number
            else ""
        )
        return f"{key} = {_shown(given)} must be {wanted}{unit}{plain}"
    return f"{key} = {_shown(given)} must be {wanted}{unit if 'number' in wanted else ''}"


def _not_a_choice(key: str, given: object, expected: str) -> str:
    choices = re.findall(r"'([^']*)'", expected)
    listed = ", ".join(f'"{choice}"' for choice in choices)
    meant = did_you_mean(given, choices) if isinstance(given, str) else ""
    return f"{key} = {_shown(given)} must be one of {listed}{meant}"


def _bound(context: Mapping[str, Any], path: Path, details: ErrorDetails) -> str:
    signs = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    for name, words in signs.items():
        if name in context:
            return f"it must be {words} {context[name]:g}{_unit_hint(path, ' {}')}"
    return details["msg"]


def _unit_hint(path: Path, template: str) -> str:
    for step in reversed(path):
        if not isinstance(step, str):
            continue
        for suffix, unit in _UNIT_OF_SUFFIX.items():
            if step.endswith(suffix):
                return template.format(unit)
        if step != "value":
            break
    return ""


def _shown(value: object) -> str:
    """Write a value as TOML would, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _hint_for(key: str, path: Path) -> str:
    """Suggest a key of this table, or say to which table a key belongs."""
    homes = [table for table, name in _all_keys(Settings, "") if name == key]
    if homes:
        return f"; it belongs in {' or '.join(f'[{home}]' for home in homes[:3])}"
    return did_you_mean(key, known_keys(path))


def _all_keys(model: type[BaseModel], table: str) -> Iterator[tuple[str, str]]:
    for key in _names(model):
        inner = _table_at(model, key)
        if inner is None:
            yield table, key
        else:
            yield from _all_keys(inner, f"{table}.{key}" if table else key)


def known_keys(path: Path) -> tuple[str, ...]:
    """Return the keys that the table holding `path` may have."""
    table: type[BaseModel] | None = Settings
    for step in path[:-1]:
        if isinstance(step, str) and table is not None:
            table = _table_at(table, step)
    return tuple(_names(table)) if table is not None else ()


def _names(table: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in table.model_fields.items()}


def _table_at(table: type[BaseModel], key: str) -> type[BaseModel] | None:
    annotation = _names(table).get(key)
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None
