"""Paths into a JSON document, as an operator writes them: `a.b[0].c`."""

import re
from functools import lru_cache

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
    """Return what stands there.

    Raises:
        LookupError: Nothing does.
    """
    here = document
    for step in steps:
        if isinstance(step, int):
            if not isinstance(here, list):
                raise LookupError(step)
            here = here[step]
        elif isinstance(here, dict):
            here = here[step]
        else:
            raise LookupError(step)
    return here
