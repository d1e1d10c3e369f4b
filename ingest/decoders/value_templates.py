"""The templates by which Home Assistant finds a value in a message, in their simple form.

`{{ value }}` and `{{ value_json.a['b'][0] }}`, through `float`, `int`, `round`,
`default` and `is_defined` or not: those tidy what a screen shows and change no
measurement, and what a default stands in for was not measured. A template that
computes is not followed.
"""

import re
from dataclasses import dataclass

from ingest.decoders.json_paths import Steps

_LONGEST = 300
_PATH = r"(?:\.[A-Za-z_]\w*|\[\s*(?:'[^'\]]*'|\"[^\"\]]*\"|\d+)\s*\])*"
_PLACE = rf"(?P<{{0}}>value|value_json{_PATH})"
_ARGUMENTS = r"(?:\(\s*[^()|]*\))?"
_TEMPLATE = re.compile(
    r"\{\{-?\s*(?:"
    + _PLACE.format("plain")
    + r"|(?:float|int)\(\s*"
    + _PLACE.format("called")
    + r"\s*(?:,[^()|]*)?\))"
    + rf"\s*(?:\|\s*(?:float|int|round|default|is_defined)\s*{_ARGUMENTS}\s*)*-?\}}\}}"
)
_STEP = re.compile(r"\.(\w+)|\[\s*(?:'([^']*)'|\"([^\"]*)\"|(\d+))\s*\]")


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """Where a template finds its value."""

    is_json: bool
    """False: the whole payload is the value, as text."""

    steps: Steps = ()


def place_of(template: str) -> ValuePlace | None:
    """Return where a template finds its value, or None when it does more than that.

    >>> place_of("{{ value_json.ENERGY['Power'] | float | round(1) }}").steps
    ('ENERGY', 'Power')
    >>> place_of("{{ value_json.a * 1000 }}") is None
    True
    """
    if len(template) > _LONGEST:
        return None
    found = _TEMPLATE.fullmatch(template.strip())
    if found is None:
        return None
    place = found["plain"] or found["called"]
    steps = tuple(
        int(index) if index else name or single or double
        for name, single, double, index in _STEP.findall(place)
    )
    return ValuePlace(is_json=place != "value", steps=steps)


def written(steps: Steps) -> str:
    """Write a path as mappings have it.

    >>> written(("a", 0, "b.c"))
    'a[0]["b.c"]'
    """
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif re.fullmatch(r"[^.\[\]\"]+", step):
            path += f".{step}" if path else step
        else:
            path += f'["{step}"]'
    return path
