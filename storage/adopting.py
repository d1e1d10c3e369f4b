"""A device that was only seen becomes a meter, and what it said before is asked for again."""

from domain.errors import InvalidRecord
from domain.meter_faults import check_change, check_new
from domain.meters import Meter
from storage.ports import Records

COMMAND_LINE = "command line"
"""Author of what nobody did who has an account."""


def adopt(records: Records, meter: Meter, author: str, *, is_one_more: bool = False) -> int:
    """Keep a meter fed by a device that was seen.

    Ingest takes it at its next look at the portfolio, within seconds. What the device
    said while nobody knew it lies with the dead letters: their replay is asked for.

    Args:
        records: Where the portfolio, the devices and the dead letters are.
        meter: What is made of the device.
        author: Who wants it.
        is_one_more: Somebody wants this main meter beside the one that the building has.

    Returns:
        How many of its messages are to be replayed.

    Raises:
        InvalidRecord: The meter cannot be; one text key for each field.
    """
    check_new(meter, records.portfolio.portfolio(), is_one_more=is_one_more)
    records.portfolio.add_meter(meter, author)
    if meter.source is None:
        return 0
    family, device = meter.source.family, meter.source.device
    asked = records.dead_letters.ask_replay(family=family, device=device)
    records.seen_devices.forget(family, device)
    return asked


def change(records: Records, meter: Meter, author: str) -> None:
    """Keep what somebody changed of a meter that was added on screen.

    Raises:
        InvalidRecord: It is config.toml's, or the change cannot be.
    """
    if meter.id not in records.portfolio.added_meters():
        raise InvalidRecord({"id": "meter.from_config"})
    check_change(meter, records.portfolio.portfolio())
    records.portfolio.edit_meter(meter, author)
