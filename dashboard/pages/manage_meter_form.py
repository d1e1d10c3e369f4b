"""The form that makes a meter of a device, and the one that changes it later."""

from collections.abc import Mapping

from dashboard.pages.manage_discovered import device_summary, guess_text
from dashboard.pages.manage_meter_fields import (
    MeterFormView,
    common_fields,
    id_field,
    keep_or_cancel,
    name_field,
    pair,
)
from dashboard.plain.fields import button, checks, choice, form, long_field
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words
from dashboard.viewmodels.discovered import DeviceCard, RegisterLine, amount
from domain.meters import Commodity, Meter


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
        pair(
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
        pair(name_field(view, words), id_field(view, words)),
        checks(
            "registers",
            words.say("meters.field.registers"),
            [(line.name, _said(line)) for line in (*card.registers, *card.more)],
            ticked=typed.registers,
            help_text=words.say("meters.field.registers.help"),
            error=wrong.get("registers", ""),
        ),
        *common_fields(view, words),
        keep_or_cancel("/manage/meters/discovered", words.say("meters.keep"), words),
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
        name_field(view, words),
        long_field(
            "registers_text",
            words.say("meters.field.registers.lines"),
            value="\n".join(view.typed.registers),
            error=view.errors.get("registers", ""),
        )
        if source
        else None,
        *common_fields(view, words),
        keep_or_cancel("/manage/meters", words.say("meters.save"), words),
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
