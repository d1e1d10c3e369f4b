"""Paths into a JSON document, as an operator writes them: `a.b[0].c`."""

import re
from functools import lru_cache

from domain.errors import RejectedMessage
from ingest.decoders.json_body import parse_json

Steps = tuple[str | int, ...]

_STEP = re.compile(r"\[(-?\d+)\]|\[(?:\"([^\"]*)\"|'([^']*)')\]|\.?([^.\[\]]+)", re.ASCII)


@lru_cache(maxsize=1024)
def steps_of(path: str) -> Steps:
    """Return the keys and indexes to follow; an empty path is the document itself.

    >>> steps_of('a.b[0]["c.d"]')
    ('a', 'b', 0, 'c.d')

    Raises:
        ValueError: The path is not written that way.
    """
    steps: list[str | int] = []
    position = 0
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None:
            raise ValueError(f"cannot read the path {path!r} from character {position}")
        index, double, single, name = found.groups()
        if index is not None:
            steps.append(int(index))
        else:
            steps.append(next(text for text in (double, single, name) if text is not None))
        position = found.end()
    return tuple(steps)


def find(document: object, steps: Steps) -> object:
    """Return what stands there; a JSON document written as a text is gone into.

    >>> find({"objectJSON": '{"index_l": 12}'}, steps_of("objectJSON.index_l"))
    12

    Raises:
        LookupError: Nothing does.
    """
    here = document
    for step in steps:
        if isinstance(here, str):
            here = _written_in(here)
        if isinstance(step, int):
            if not isinstance(here, list):
                raise LookupError(step)
            here = here[step]
        elif isinstance(here, dict):
            here = here[step]
        else:
            raise LookupError(step)
    return here


def _written_in(text: str) -> object:
    try:
        return parse_json(text.encode())
    except (RejectedMessage, UnicodeEncodeError) as error:
        raise LookupError(text[:40]) from error
