"""`zaindu check-config`."""

import os
from typing import TYPE_CHECKING

from zaindu.commands.options import DEFAULT_CONFIG, Config

if TYPE_CHECKING:
    from settings.model import BuildingSettings, MeterSettings, Settings


def check_config(config: Config = DEFAULT_CONFIG) -> None:
    """Check the configuration whole: every fault at once, each with its line.

    Ends with 0 and a summary when it can be used, with 2 otherwise.
    """
    from rich.console import Console

    from settings.loading import load_settings
    from settings.secrets import read_secrets

    settings = load_settings(config)
    read_secrets(os.environ)
    console = Console(highlight=False, soft_wrap=True)
    for line in summary(settings):
        console.print(line, markup=False)
    console.print(f"{config.name} is sound", markup=False)


def summary(settings: "Settings") -> list[str]:
    """Say in a few lines what is declared."""
    lines = [f"{settings.site.name}: {_count(settings)}"]
    for building in settings.buildings:
        lines.append(
            f"  {building.id}  {building.name}, {building.use.value}, "
            f"{building.floor_area_m2:g} m²{_people(building)}"
        )
        lines += [_meter_line(meter) for meter in building.meters]
    return lines


def _count(settings: "Settings") -> str:
    meters = sum(len(building.meters) for building in settings.buildings)
    return f"{_plural(len(settings.buildings), 'building')}, {_plural(meters, 'meter')}"


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _people(building: "BuildingSettings") -> str:
    return f", {building.people} people" if building.people is not None else ""


def _meter_line(meter: "MeterSettings") -> str:
    source = f"{meter.source.family} {meter.source.device}" if meter.source else "files only"
    under = f", under {meter.parent}" if meter.parent else ""
    return f"    {meter.id:<16} {meter.commodity.value}{under}  ← {source}"
