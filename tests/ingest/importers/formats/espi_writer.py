"""Small Green Button feeds of our own writing, in the shape NAESB documents."""

from collections.abc import Sequence

ATOM, ESPI = "http://www.w3.org/2005/Atom", "http://naesb.org/espi"
BASE = "/espi/1_1/resource/RetailCustomer/7/UsagePoint"
DTD = '<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


def entry(kind: str, self_href: str, up: str, related: Sequence[str], inside: str) -> str:
    """One resource with its links."""
    links = "".join(
        f'<link rel="{rel}" href="{href}"/>'
        for rel, href in (("self", self_href), ("up", up), *(("related", r) for r in related))
    )
    return (
        f'<entry>{links}<title/><content><{kind} xmlns="{ESPI}">{inside}</{kind}></content></entry>'
    )


def usage_point(name: str = "U1", service: int = 0) -> str:
    """A point of delivery."""
    inside = f"<ServiceCategory><kind>{service}</kind></ServiceCategory>"
    return entry("UsagePoint", f"{BASE}/{name}", BASE, [f"{BASE}/{name}/MeterReading"], inside)


def meter_reading(number: str = "01", point: str = "U1", kind: str = "07") -> str:
    """One register of a point, read as a ReadingType says."""
    mine = f"{BASE}/{point}/MeterReading/{number}"
    related = [f"{mine}/IntervalBlock", f"/espi/1_1/resource/ReadingType/{kind}"]
    return entry("MeterReading", mine, f"{BASE}/{point}/MeterReading", related, "")


def reading_type(name: str = "07", **fields: int) -> str:
    """What values are; by default Wh delivered in quarters of an hour."""
    told = {
        "accumulationBehaviour": 4,
        "commodity": 1,
        "flowDirection": 1,
        "intervalLength": 900,
        "kind": 12,
        "powerOfTenMultiplier": 0,
        "uom": 72,
    } | fields
    inside = "".join(f"<{key}>{value}</{key}>" for key, value in told.items())
    home = "/espi/1_1/resource/ReadingType"
    return entry("ReadingType", f"{home}/{name}", home, [], inside)


def value(
    number: object, start: int | None, length: int | None = 900, quality: Sequence[int] = ()
) -> str:
    """One IntervalReading."""
    codes = "".join(f"<ReadingQuality><quality>{q}</quality></ReadingQuality>" for q in quality)
    when = "" if length is None else f"<duration>{length}</duration>"
    when += "" if start is None else f"<start>{start}</start>"
    period = f"<timePeriod>{when}</timePeriod>" if when else ""
    told = "" if number is None else f"<value>{number}</value>"
    return f"<IntervalReading><cost>12</cost>{codes}{period}{told}</IntervalReading>"


def block(
    values: Sequence[str], reading: str = "01", point: str = "U1", start: int = 1767225600
) -> str:
    """Values of one register."""
    home = f"{BASE}/{point}/MeterReading/{reading}/IntervalBlock"
    inside = f"<interval><duration>3600</duration><start>{start}</start></interval>"
    return entry("IntervalBlock", f"{home}/9", home, [], inside + "".join(values))


def feed(*entries: str, prologue: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    """A whole file."""
    return f'{prologue}\n<feed xmlns="{ATOM}">{"".join(entries)}</feed>'


def prefixed(plain: str) -> str:
    """The same file with a prefix before every ESPI name, as some utilities write it."""
    for name in (
        "IntervalBlock", "IntervalReading", "interval", "duration", "start", "value", "timePeriod",
        "ReadingQuality", "quality", "ReadingType", "uom", "powerOfTenMultiplier", "kind",
        "accumulationBehaviour", "flowDirection", "intervalLength", "commodity", "cost",
        "UsagePoint", "ServiceCategory", "MeterReading",
    ):  # fmt: skip
        plain = plain.replace(f"<{name}>", f"<espi:{name}>").replace(
            f"</{name}>", f"</espi:{name}>"
        )
        plain = plain.replace(f'<{name} xmlns="{ESPI}">', f"<espi:{name}>")
    return plain.replace(f'xmlns="{ATOM}"', f'xmlns="{ATOM}" xmlns:espi="{ESPI}"')
