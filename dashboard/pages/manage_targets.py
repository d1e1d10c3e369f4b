"""Targets: what was asked, where it stands, its history, and the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.figures.bullet import bullet
from dashboard.figures.svg_image import data_uri
from dashboard.plain.fields import button, choice, field, form, long_field
from dashboard.plain.tag import Html, join, tag
from dashboard.text.words import Words
from dashboard.viewmodels.targets import TargetCard, TypedTarget
from domain.meters import Commodity
from domain.sites import Building


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetForm:
    """A form to show, empty or with what was typed."""

    building: Building
    commodities: tuple[Commodity, ...]
    typed: TypedTarget
    action: str
    title: str
    errors: Mapping[str, str]
    warning: str = ""
    version: int = 0
    """The version it was opened on; 0 for a new target."""


def targets_page(
    groups: Sequence[tuple[Building, Sequence[TargetCard]]],
    csrf_token: str,
    notice: str,
    words: Words,
) -> Html:
    """Return the targets of one building or of all."""
    return tag(
        "div",
        tag("p", notice, class_="notice", role="status") if notice else None,
        tag("h1", words.say("targets.title")),
        tag("p", words.say("targets.lead"), class_="muted"),
        [_group(building, cards, csrf_token, words) for building, cards in groups],
        class_="plain",
    )


def _group(building: Building, cards: Sequence[TargetCard], csrf_token: str, words: Words) -> Html:
    path = f"/manage/buildings/{building.id}"
    return tag(
        "section",
        tag(
            "div",
            tag("h2", tag("a", building.name, href=path)),
            tag("a", words.say("targets.new"), href=f"{path}/targets/new", class_="button small"),
            class_="title-line",
        ),
        [_card(card, csrf_token, words) for card in cards]
        or tag("p", words.say("targets.none"), class_="muted"),
    )


def _card(card: TargetCard, csrf_token: str, words: Words) -> Html:
    return tag(
        "article",
        tag(
            "div",
            tag("b", card.title),
            tag("span", f"{card.state_word}, {card.days}", class_="muted"),
            class_="line",
        ),
        tag(
            "p",
            tag("img", src=data_uri(bullet(card.bullet)), alt="", title=card.bullet.title),
            tag("b", card.verdict),
            class_=f"standing {card.bullet.standing or 'none'}",
        ),
        tag("p", card.standing) if card.standing else None,
        tag("p", card.note, class_="muted") if card.note else None,
        tag(
            "details",
            tag("summary", words.say("targets.history"), class_="muted"),
            tag("ul", [tag("li", line) for line in card.history], class_="history"),
        ),
        _actions(card, csrf_token, words) if card.is_open else None,
        class_="card-row",
    )


def _actions(card: TargetCard, csrf_token: str, words: Words) -> Html:
    change = tag(
        "a",
        words.say("targets.edit"),
        href=f"/manage/targets/{card.id}",
        class_="button small",
    )
    end = form(
        f"/manage/targets/{card.id}/end",
        csrf_token,
        button(words.say("targets.end"), small=True, title=words.say("targets.end.sure")),
    )
    return tag("div", change, end, class_="buttons")


def target_form(view: TargetForm, csrf_token: str, words: Words) -> Html:
    """Return the page with the form, its errors beside the fields."""
    typed, errors = view.typed, view.errors
    commodities = [(str(c), words.say(f"manage.commodity.{c}")) for c in view.commodities]
    confirm = tag(
        "label",
        tag("input", type="checkbox", name="confirmed", value="yes"),
        " ",
        words.say("targets.confirm"),
    )
    fields = join(
        [
            tag("input", type="hidden", name="version", value=view.version),
            tag("p", errors["version"], class_="warning", role="alert")
            if "version" in errors
            else None,
            choice(
                "commodity",
                words.say("targets.commodity"),
                commodities,
                value=typed.commodity,
                error=errors.get("commodity", ""),
            ),
            field(
                "reduction",
                words.say("targets.reduction"),
                value=typed.reduction,
                error=errors.get("reduction", ""),
                inputmode="decimal",
                required=True,
                maxlength=10,
            ),
            tag("div", tag("p", view.warning), confirm, class_="warning", role="alert")
            if view.warning
            else None,
            tag(
                "div",
                _day_field("first_day", view, words),
                _day_field("last_day", view, words),
                class_="pair",
            ),
            long_field(
                "note",
                words.say("targets.note"),
                value=typed.note,
                error=errors.get("note", ""),
            ),
            tag(
                "div",
                button(words.say("targets.save"), primary=True),
                tag(
                    "a",
                    words.say("targets.cancel"),
                    href=f"/manage/buildings/{view.building.id}/targets",
                ),
                class_="buttons",
            ),
        ]
    )
    return tag(
        "div",
        tag("h1", view.title),
        tag("p", words.say("targets.lead"), class_="muted"),
        form(view.action, csrf_token, fields, class_="fields", novalidate=True),
        class_="plain",
    )


def _day_field(name: str, view: TargetForm, words: Words) -> Html:
    return field(
        name,
        words.say(f"targets.{name}"),
        value=getattr(view.typed, name),
        error=view.errors.get(name, ""),
        type="date",
        required=True,
    )
