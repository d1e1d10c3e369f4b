"""Reading the document as it was written, whatever it holds."""

from collections.abc import Iterator, Mapping

from settings.places import Path

Document = Mapping[str, object]


def text(table: Document, key: str) -> str:
    """Return a text, or "" when there is none or it is something else."""
    value = table.get(key)
    return value if isinstance(value, str) else ""


def number(table: Document, key: str) -> float | None:
    """Return a number, or None when there is none or it is something else."""
    value = table.get(key)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def table(document: Document, key: str) -> Document:
    """Return a table, empty when there is none or it is something else."""
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}


def tables(document: Document, key: str, above: Path = ()) -> Iterator[tuple[Path, Document]]:
    """Yield each table of an array of tables, with its path."""
    value = document.get(key)
    if not isinstance(value, list):
        return
    for position, element in enumerate(value):
        if isinstance(element, Mapping):
            yield (*above, key, position), element


def texts(table: Document, key: str, above: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield each text of a list, with its path."""
    value = table.get(key)
    if not isinstance(value, list):
        return
    for position, element in enumerate(value):
        if isinstance(element, str):
            yield (*above, key, position), element
