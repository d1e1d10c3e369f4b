"""The fields that the forms about meters share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.plain.fields import button, choice, field
from dashboard.plain.tag import Child, Html, tag
from dashboard.text.words import Words
from dashboard.viewmodels.meter_form import ONE_MORE, TypedMeter
from domain.meters import EndUse
from domain.sites import Building, Portfolio

Options = Sequence[tuple[str, str]]
_NOTICES = ("adopted", "changed", "retired", "restored", "ignored", "heeded")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFormView:
    """What both forms show."""

    typed: TypedMeter
    errors: Mapping[str, str]
    buildings: Options
    parents: Options
    zones: Options
    is_new: bool
    """It becomes a meter; else it is one, and is changed."""

    counts_gas_by_volume: bool
    """It may be gas in m³: the energy of a cubic metre is asked for."""


def form_view(
    portfolio: Portfolio,
    buildings: Sequence[Building],
    typed: TypedMeter,
    errors: Mapping[str, str],
    *,
    by_volume: bool,
    without: str = "",
) -> MeterFormView:
    """Return what a form shows: what was typed, and what may be chosen in some buildings."""
    names = {building.id: building.label for building in buildings}

    def placed(building_id: str, name: str) -> str:
        return f"{names[building_id]}, {name}" if len(names) > 1 else name

    return MeterFormView(
        typed=typed,
        errors=errors,
        buildings=[(b.id, b.name) for b in buildings],
        parents=[
            (m.id, placed(m.building_id, m.name))
            for m in portfolio.meters
            if m.building_id in names and not m.retired and m.id != without
        ],
        zones=[
            (z.id, placed(z.building_id, z.name)) for z in portfolio.zones if z.building_id in names
        ],
        is_new=not without,
        counts_gas_by_volume=by_volume,
    )


def notice_of(done: str, words: Words) -> str:
    """Return what was just done, as the address says; empty when it says nothing known."""
    return words.say(f"meters.done.{done}") if done in _NOTICES else ""


def name_field(view: MeterFormView, words: Words) -> Html:
    """Return the field of what people call it."""
    return field(
        "name",
        words.say("meters.field.name"),
        value=view.typed.name,
        error=view.errors.get("name", ""),
        help_text=words.say("meters.field.name.help"),
        required=True,
        maxlength=80,
        autocomplete="off",
    )


def id_field(view: MeterFormView, words: Words) -> Html:
    """Return the field of its id, which never changes again."""
    return field(
        "id",
        words.say("meters.field.id"),
        value=view.typed.id,
        error=view.errors.get("id", ""),
        help_text=words.say("meters.field.id.help"),
        required=True,
        maxlength=40,
        autocomplete="off",
        spellcheck="false",
    )


def common_fields(view: MeterFormView, words: Words) -> list[Html]:
    """Return the fields of where it stands and how it counts."""
    typed, wrong = view.typed, view.errors
    one_more = [(ONE_MORE, words.say("meters.field.parent.more"))] if view.is_new else []
    parents = [("", words.say("meters.field.parent.none")), *one_more, *view.parents]
    zones = [("", words.say("meters.field.zone.none")), *view.zones]
    uses = [
        (str(u), words.say(f"meters.end_use.{u}" if u is EndUse.ALL else f"manage.end_use.{u}"))
        for u in EndUse
    ]
    gas = field(
        "kwh_pcs_per_m3",
        words.say("meters.field.gas"),
        value=typed.kwh_pcs_per_m3,
        error=wrong.get("kwh_pcs_per_m3", ""),
        help_text=words.say("meters.field.gas.help"),
        inputmode="decimal",
        maxlength=10,
    )
    return [
        pair(
            choice(
                "parent_id",
                words.say("meters.field.parent"),
                parents,
                value=typed.parent_id,
                error=wrong.get("parent_id", ""),
            ),
            choice(
                "zone_id",
                words.say("meters.field.zone"),
                zones,
                value=typed.zone_id,
                error=wrong.get("zone_id", ""),
            ),
        ),
        pair(
            choice("end_use", words.say("meters.field.end_use"), uses, value=typed.end_use),
            field(
                "cadence_s",
                words.say("meters.field.cadence"),
                value=typed.cadence_s,
                error=wrong.get("cadence", ""),
                inputmode="numeric",
                maxlength=8,
            ),
        ),
        pair(
            field(
                "scale",
                words.say("meters.field.scale"),
                value=typed.scale,
                error=wrong.get("scale", ""),
                help_text=words.say("meters.field.scale.help"),
                inputmode="decimal",
                maxlength=20,
            ),
            gas if view.counts_gas_by_volume else None,
        ),
    ]


def pair(*halves: Child) -> Html:
    """Return two fields beside one another."""
    return tag("div", halves, class_="pair")


def keep_or_cancel(back: str, label: str, words: Words) -> Html:
    """Return the button that sends the form, and the way back."""
    return tag(
        "div",
        button(label, primary=True),
        tag("a", words.say("targets.cancel"), href=back),
        class_="buttons",
    )
