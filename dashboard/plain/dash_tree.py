"""Writing a tree of Dash components as HTML, for a page that must not wait for scripts."""

from typing import Any

from dash.development.base_component import Component

from dashboard.plain.tag import Html, join, tag

_RENAMED = {"className": "class", "htmlFor": "for", "colSpan": "colspan", "rowSpan": "rowspan"}
_SCRIPT_ONLY = frozenset({"Graph", "Location", "Interval", "Store"})


def to_html(node: object) -> Html:
    """Return a tree as HTML; what only lives by script leaves an empty place."""
    if node is None:
        return Html("")
    if isinstance(node, (list, tuple)):
        return join([to_html(child) for child in node])
    if not isinstance(node, Component):
        return join([str(node)])
    told: dict[str, Any] = node.to_plotly_json()  # type: ignore[no-untyped-call]  # Dash's
    kind, properties = str(told["type"]), dict(told["props"])
    children = properties.pop("children", None)
    if kind in _SCRIPT_ONLY:
        return tag("div", class_=properties.get("className") or None)
    name = "a" if kind == "Link" else kind.lower()
    written: dict[str, Any] = {
        str(_RENAMED.get(key, key)): _value(key, value)
        for key, value in properties.items()
        if key not in ("refresh", "target", "id") or kind != "Link"
    }
    return tag(name, to_html(children), **written)


def _value(key: str, value: Any) -> Any:  # noqa: ANN401 - a component's property is anything
    if key == "style":
        return ";".join(f"{_hyphened(name)}:{setting}" for name, setting in value.items())
    if isinstance(value, list):
        return " ".join(map(str, value))
    return value


def _hyphened(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name)
