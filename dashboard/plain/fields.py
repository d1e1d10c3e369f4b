"""Form fields: label, control, help and what is wrong with what was typed."""

from collections.abc import Sequence

from dashboard.auth.sessions import CSRF_FIELD
from dashboard.plain.tag import Attribute, Child, Html, tag


def field(
    name: str,
    label: str,
    *,
    value: str = "",
    error: str = "",
    help_text: str = "",
    **attributes: Attribute,
) -> Html:
    """Return a one-line field; its error is read out with it."""
    control = tag(
        "input",
        id=name,
        name=name,
        value=value,
        aria_invalid="true" if error else None,
        aria_describedby=f"{name}-error" if error else None,
        **attributes,
    )
    return _framed(name, label, control, error, help_text)


def long_field(name: str, label: str, *, value: str = "", error: str = "") -> Html:
    """Return a field of several lines."""
    control = tag("textarea", value, id=name, name=name, maxlength=1000)
    return _framed(name, label, control, error, "")


def choice(
    name: str,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    value: str = "",
    error: str = "",
) -> Html:
    """Return a drop-down list of (value, text)."""
    items = [tag("option", text, value=key, selected=key == value) for key, text in options]
    return _framed(name, label, tag("select", items, id=name, name=name), error, "")


def checks(
    name: str,
    legend: str,
    options: Sequence[tuple[str, str]],
    *,
    ticked: Sequence[str] = (),
    help_text: str = "",
    error: str = "",
) -> Html:
    """Return boxes to tick, (value, text) each."""
    boxes = [
        tag(
            "label",
            tag("input", type="checkbox", name=name, value=key, checked=key in ticked),
            tag("span", text),
        )
        for key, text in options
    ]
    return tag(
        "fieldset",
        tag("legend", legend),
        tag("div", boxes, class_="checks"),
        tag("span", error, class_="error", role="alert") if error else None,
        tag("small", help_text, class_="muted") if help_text else None,
        class_="field wrong" if error else "field",
    )


def form(action: str, csrf_token: str, *children: Child, **attributes: Attribute) -> Html:
    """Return a form that carries its session's token."""
    hidden = tag("input", type="hidden", name=CSRF_FIELD, value=csrf_token)
    return tag("form", hidden, children, method="post", action=action, **attributes)


def button(
    text: str, *, primary: bool = False, small: bool = False, **attributes: Attribute
) -> Html:
    """Return a button that sends its form."""
    look = " primary" * primary + " small" * small
    return tag(
        "button",
        text,
        type="submit",
        class_=f"button{look}",
        **attributes,
    )


def _framed(name: str, label: str, control: Html, error: str, help_text: str) -> Html:
    return tag(
        "div",
        tag("label", label, for_=name),
        control,
        tag("span", error, class_="error", id=f"{name}-error") if error else None,
        tag("small", help_text) if help_text else None,
        class_="field wrong" if error else "field",
    )
