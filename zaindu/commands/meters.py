"""`zaindu meters`: those declared, devices seen beside them, and how one becomes the other."""

from typing import TYPE_CHECKING, Annotated

import typer

from domain.meters import Commodity, EndUse
from zaindu.commands.opened import opened_records, refuse_unknown, shown
from zaindu.commands.options import DEFAULT_CONFIG, Config
from zaindu.failures import CommandFailed

if TYPE_CHECKING:
    from domain.guessing import Guess
    from domain.seen_devices import SeenDevice
    from storage.ports import Records

app = typer.Typer(
    no_args_is_help=True,
    help="List meters and the devices that belong to none; adopt, ignore, retire.",
    rich_markup_mode=None,
)

Family = Annotated[
    str, typer.Argument(metavar="FAMILY", help="As `discovered` lists it.", show_default=False)
]
Device = Annotated[
    str, typer.Argument(metavar="DEVICE", help="As `discovered` lists it.", show_default=False)
]


@app.command("list")
def list_meters(
    building: Annotated[str, typer.Option(metavar="ID", help="Of this building only.")] = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """List the meters: id, building, commodity, device, cadence, where it is declared."""
    with opened_records(config) as (records, _):
        portfolio, added = records.portfolio.portfolio(), records.portfolio.added_meters()
        refuse_unknown("building", [building] if building else [], _buildings(records))
        for meter in portfolio.meters:
            if building in ("", meter.building_id):
                source = meter.source
                device = f"{source.family} {source.device}" if source else "files only"
                origin = "screen" if meter.id in added else "config.toml"
                typer.echo(
                    f"{meter.id}\t{meter.building_id}\t{meter.commodity}\t{shown(device)}"
                    f"\t{meter.cadence.total_seconds():g} s\t{origin}{'  retired' * meter.retired}"
                )


@app.command()
def discovered(
    ignored: Annotated[bool, typer.Option("--ignored", help="Those ignored instead.")] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """List the devices that speak and belong to no meter, and what each probably counts."""
    from domain.guessing import guess
    from domain.seen_devices import undeclared

    with opened_records(config) as (records, _):
        meters = records.portfolio.portfolio().meters
        taken = {meter.id for meter in meters}
        found = undeclared(records.seen_devices.all(), meters)
        listed = [device for device in found if bool(device.ignored_by) is ignored]
        for device in listed:
            typer.echo(_line(device, guess(device, taken)))
        if not listed:
            typer.echo("every device heard belongs to a meter" if not ignored else "none", err=True)


@app.command()
def adopt(
    family: Family,
    device: Device,
    building: Annotated[
        str, typer.Option(metavar="ID", help="The building it counts for.", show_default=False)
    ],
    id_: Annotated[str, typer.Option("--id", help="Its id; made of its name by default.")] = "",
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    commodity: Annotated[
        Commodity | None, typer.Option(help="What it counts; guessed where it can be.")
    ] = None,
    register: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A register to take; repeat it to add several up."),
    ] = None,
    scale: Annotated[float, typer.Option(help="Multiplies each value: pulse weight.")] = 1.0,
    parent: Annotated[str, typer.Option(metavar="ID", help="The meter it is under.")] = "",
    main: Annotated[
        bool, typer.Option("--main", help="One more main meter, added to the one there is.")
    ] = False,
    zone: Annotated[str, typer.Option(metavar="ID", help="The zone it serves.")] = "",
    end_use: Annotated[EndUse, typer.Option(help="What the energy is for.")] = EndUse.ALL,
    cadence_s: Annotated[
        int | None, typer.Option(min=1, help="Seconds between readings; as heard by default.")
    ] = None,
    kwh_pcs_per_m3: Annotated[
        float | None, typer.Option(help="Energy of a cubic metre of gas [kWh PCS/m3].")
    ] = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Make a meter of a device that was seen; what it said before is read again."""
    from datetime import timedelta

    from domain.guessing import guess, source_of
    from domain.meters import Meter
    from storage.adopting import COMMAND_LINE
    from storage.adopting import adopt as keep_adopted

    with opened_records(config) as (records, _):
        portfolio = records.portfolio.portfolio()
        refuse_unknown("building", [building], _buildings(records))
        seen = _seen(records, family, device)
        refuse_unknown("register", register or [], [r.name for r in seen.registers])
        zones = [z.id for z in portfolio.zones if z.building_id == building]
        refuse_unknown("zone", [zone] if zone else [], zones)
        meters = [m.id for m in portfolio.meters_of(building)]
        refuse_unknown("meter", [parent] if parent else [], meters)
        proposed = guess(seen, {m.id for m in portfolio.meters})
        counted = commodity or _told(proposed, seen)
        meter = Meter(
            id=id_ or proposed.id,
            building_id=building,
            name=name or proposed.name or str(counted).replace("_", " "),
            commodity=counted,
            zone_id=zone or None,
            parent_id=parent or None,
            end_use=end_use,
            source=source_of(seen, counted, register or (), scale),
            cadence=timedelta(seconds=cadence_s) if cadence_s else proposed.cadence,
            kwh_pcs_per_m3=kwh_pcs_per_m3,
        )
        _refuse_empty(seen, counted)
        asked = keep_adopted(records, meter, COMMAND_LINE, is_one_more=main)
        again = f"; {asked} of its messages are to be read again" if asked else ""
        typer.echo(f"{meter.id} counts {counted} for {building} from now on{again}")
        if proposed.needs_weight and scale == 1.0:
            typer.echo("it counts pulses: compare it with the meter, and give --scale", err=True)


@app.command()
def ignore(
    family: Family,
    device: Device,
    undo: Annotated[bool, typer.Option("--undo", help="Want it again.")] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Want nothing of a device: its messages are counted, and not kept."""
    from storage.adopting import COMMAND_LINE

    with opened_records(config) as (records, _):
        seen = _seen(records, family, device)
        records.seen_devices.ignore(seen.family, seen.device, "" if undo else COMMAND_LINE)
        typer.echo(f"{shown(seen.device)} is {'wanted again' if undo else 'ignored'}")


@app.command()
def retire(
    meter_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` lists it.")],
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Expect nothing new of a meter; its readings stay."""
    from dataclasses import replace

    from settings.findings import did_you_mean
    from storage.adopting import COMMAND_LINE, change

    with opened_records(config) as (records, _):
        portfolio = records.portfolio.portfolio()
        meter = portfolio.meter(meter_id)
        if meter is None:
            hint = did_you_mean(meter_id, [m.id for m in portfolio.meters])
            raise CommandFailed(f"there is no meter '{meter_id}'{hint}")
        change(records, replace(meter, retired=not undo), COMMAND_LINE)
        typer.echo(f"{meter_id} is {'taken back' if undo else 'retired; its readings stay'}")


def _buildings(records: "Records") -> list[str]:
    return [b.id for b in records.portfolio.portfolio().buildings if not b.retired]


def _seen(records: "Records", family: str, device: str) -> "SeenDevice":
    from domain.errors import NotFound
    from settings.findings import did_you_mean

    try:
        return records.seen_devices.get(family, device)
    except NotFound:
        devices = records.seen_devices.all()
        hint = did_you_mean(device, [d.device for d in devices if d.family == family])
        hint = hint or did_you_mean(family, {d.family for d in devices})
        raise CommandFailed(
            f"no {family} device '{device}' was seen"
            f"{shown(hint) or '; `zaindu meters discovered` lists those that were'}"
        ) from None


def _told(proposed: "Guess", seen: "SeenDevice") -> Commodity:
    if proposed.commodity is None:
        measured = ", ".join(sorted({r.quantity for r in seen.registers}))
        raise CommandFailed(
            f"we cannot tell what {shown(seen.device)} counts (it sends {measured}): "
            "say it with --commodity"
        )
    return proposed.commodity


def _refuse_empty(seen: "SeenDevice", commodity: Commodity) -> None:
    """Refuse a commodity of which the device says nothing."""
    if not seen.registers_for(commodity):
        measured = ", ".join(sorted({r.quantity for r in seen.registers}))
        raise CommandFailed(f"{shown(seen.device)} sends {measured}: nothing of {commodity}")


def _line(device: "SeenDevice", proposed: "Guess") -> str:
    numbers = ", ".join(f"{r.name} {_number(r.value)} {r.unit}" for r in device.registers[:4])
    more = f" and {len(device.registers) - 4} more" if len(device.registers) > 4 else ""
    what = f"{proposed.commodity}, {proposed.certainty}" if proposed.commodity else "cannot tell"
    last = device.last_at.strftime("%Y-%m-%d %H:%M")
    return shown(
        f"{device.family} {device.device} | {what} | {device.messages} message"
        f"{'s' * (device.messages != 1)}, "
        f"last {last} UTC | {numbers}{more}"
    )


def _number(value: float) -> str:
    """Write a number as a meter displays it, never with an exponent.

    >>> _number(2960470.17), _number(0.5), _number(12.0)
    ('2960470.17', '0.5', '12')
    """
    return f"{value:.3f}".rstrip("0").rstrip(".")
