"""The form that makes a meter of a device, and the one that changes it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.pages.manage_discovered import device_summary, guess_text
from dashboard.plain.fields import button, checks, choice, field, form, long_field
from dashboard.plain.tag import Child, Html, tag
from dashboard.text.words import Words
from dashboard.viewmodels.discovered import DeviceCard, RegisterLine, amount
from dashboard.viewmodels.meter_form import TypedMeter
from domain.meters import Commodity, EndUse, Meter

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFormView:
    """What both forms show."""

    typed: TypedMeter
    errors: Mapping[str, str]
    buildings: Options
    parents: Options
    zones: Options
    counts_gas_by_volume: bool
    """It may be gas in m³: the energy of a cubic metre is asked for."""


def adopt_form(view: MeterFormView, card: DeviceCard, csrf_token: str, words: Words) -> Html:
    """Return the page that makes a meter of a device."""
    typed, wrong = view.typed, view.errors
    unknown = words.say("meters.choose")
    commodities = [("", unknown)] + [
        (str(c), words.say(f"manage.commodity.{c}")) for c in Commodity
    ]
    fields = [
        tag("input", type="hidden", name="family", value=card.family),
        tag("input", type="hidden", name="device", value=card.device),
        _pair(
            choice(
                "building_id",
                words.say("meters.field.building"),
                [("", unknown), *view.buildings],
                value=typed.building_id,
                error=wrong.get("building_id", ""),
            ),
            choice(
                "commodity",
                words.say("meters.field.commodity"),
                commodities,
                value=typed.commodity,
                error=wrong.get("commodity", ""),
            ),
        ),
        _pair(_name(view, words), _id(view, words)),
        checks(
            "registers",
            words.say("meters.field.registers"),
            [(line.name, _said(line)) for line in (*card.registers, *card.more)],
            ticked=typed.registers,
            help_text=words.say("meters.field.registers.help"),
            error=wrong.get("registers", ""),
        ),
        *_common(view, words),
        _keep("/manage/meters/discovered", words.say("meters.keep"), words),
    ]
    crumbs = (
        tag("a", words.say("meters.title"), href="/manage/meters"),
        " / ",
        tag("a", words.say("meters.discovered"), href="/manage/meters/discovered"),
    )
    return tag(
        "div",
        tag("p", crumbs, class_="crumbs muted"),
        tag("h1", words.say("meters.adopt.title", name=card.title), class_="own-name"),
        tag("p", words.say("meters.adopt.lead"), class_="muted"),
        tag(
            "section",
            tag("div", device_summary(card), guess_text(card), class_="device-note"),
            form(
                "/manage/meters/adopt",
                csrf_token,
                fields,
                class_="fields meter-fields",
                novalidate=True,
            ),
        ),
        class_="plain meters-page",
    )


def edit_form(view: MeterFormView, meter: Meter, csrf_token: str, words: Words) -> Html:
    """Return the page that changes a meter added on screen."""
    source = meter.source
    device = f"{source.family}, {source.device}" if source else words.say("meters.files_only")
    fields = [
        tag("input", type="hidden", name="id", value=meter.id),
        _name(view, words),
        long_field(
            "registers_text",
            words.say("meters.field.registers.lines"),
            value="\n".join(view.typed.registers),
            error=view.errors.get("registers", ""),
        )
        if source
        else None,
        *_common(view, words),
        _keep("/manage/meters", words.say("meters.save"), words),
    ]
    crumbs = (tag("a", words.say("meters.title"), href="/manage/meters"), " / ", meter.name)
    building = dict(view.buildings).get(meter.building_id, meter.building_id)
    what = words.say(f"manage.commodity.{meter.commodity}")
    fixed = [
        (words.say("meters.field.building"), building),
        (words.say("meters.field.id"), meter.id),
    ]
    fixed += [
        (words.say("meters.field.commodity"), what),
        (words.say("meters.head.device"), device),
    ]
    return tag(
        "div",
        _complaint(view.errors),
        tag("p", crumbs, class_="crumbs muted"),
        tag("h1", meter.name),
        tag("p", words.say("meters.edit.lead"), class_="muted"),
        tag(
            "section",
            tag("dl", [(tag("dt", k), tag("dd", v, class_="own-name")) for k, v in fixed]),
        ),
        tag(
            "section",
            form(
                "/manage/meters/edit",
                csrf_token,
                fields,
                class_="fields meter-fields",
                novalidate=True,
            ),
        ),
        _retire(meter, csrf_token, words),
        class_="plain meters-page",
    )


def _said(line: RegisterLine) -> str:
    told = f"{line.name}, {amount(line)}"
    return f"{told}, {line.role}" if line.role else told


def _complaint(errors: Mapping[str, str]) -> Html | None:
    """Return what is wrong with no field of this form."""
    stray = errors.get("id") or errors.get("commodity")
    return tag("p", stray, class_="warning", role="alert") if stray else None


def _retire(meter: Meter, csrf_token: str, words: Words) -> Html:
    key = "meters.restore" if meter.retired else "meters.retire"
    return tag(
        "section",
        tag("h2", words.say(key)),
        tag("p", words.say(f"{key}.lead"), class_="muted"),
        form(
            "/manage/meters/retire",
            csrf_token,
            tag("input", type="hidden", name="id", value=meter.id),
            tag("input", type="hidden", name="retired", value="" if meter.retired else "yes"),
            button(words.say(f"{key}.do")),
        ),
    )


def _name(view: MeterFormView, words: Words) -> Html:
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


def _id(view: MeterFormView, words: Words) -> Html:
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


def _common(view: MeterFormView, words: Words) -> list[Html]:
    typed, wrong = view.typed, view.errors
    parents = [("", words.say("meters.field.parent.none")), *view.parents]
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
        _pair(
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
        _pair(
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
        _pair(
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


def _pair(*halves: Child) -> Html:
    return tag("div", halves, class_="pair")


def _keep(back: str, label: str, words: Words) -> Html:
    return tag(
        "div",
        button(label, primary=True),
        tag("a", words.say("targets.cancel"), href=back),
        class_="buttons",
    )
