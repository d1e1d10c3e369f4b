"""Writing HTML so that nothing unescaped can slip in."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

VOID = frozenset({"input", "meta", "link", "br", "hr", "img"})


class Html(str):
    """Text that is already HTML; a plain `str` is escaped instead."""

    __slots__ = ()


Child: TypeAlias = "str | Html | Iterable[Child] | None"
Attribute: TypeAlias = str | int | float | bool | None


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """Return one element.

    A trailing underscore frees an attribute from Python (`class_`, `for_`),
    an inner one becomes a hyphen; True writes a bare attribute, False and None none.

    >>> tag("a", "1 < 2", href="/x?a=1&b", class_="link", hidden=False)
    '<a href="/x?a=1&amp;b" class="link">1 &lt; 2</a>'
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def join(children: Iterable[Child]) -> Html:
    """Return children one after the other, escaped where they are plain text."""
    return Html("".join(_child(child) for child in children))


def _child(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return escape(child)
    return join(child)


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
