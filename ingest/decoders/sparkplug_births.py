"""What a Sparkplug birth tells about its metrics, as it is remembered.

A birth names every metric and says its datatype, its unit among its properties,
and the alias that stands for the name until the next birth.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import orjson

from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Kind
from ingest.decoders.property_kinds import counted_once, kind_of_property, lacks_its_unit
from ingest.decoders.sparkplug_payload import Metric, Payload, is_numeric

_UNIT_KEYS = ("engunit", "engineeringunits", "engineeringunit", "units", "unit")


@dataclass(frozen=True, slots=True)
class Known:
    """One metric of a birth."""

    name: str
    datatype: int | None
    unit: str | None
    role: Role | None
    """None: it is no register."""

    def kind(self, unit: str | None) -> Kind | None:
        """Return what its numbers mean, in its unit or in one that has come since."""
        if self.role is None:
            return None
        kind = kind_of_property(self.name, unit or self.unit)
        return None if kind is None else kind.as_role(self.role)


@dataclass(frozen=True, slots=True)
class Birth:
    """The metrics of one node or device, by name and by alias."""

    at_ms: int
    by_name: Mapping[str, Known]
    by_alias: Mapping[int, Known]
    quiet: frozenset[int]
    """Aliases of what is no register: known, and passed over."""


def unit_of(metric: Metric) -> str | None:
    """Return the unit among a metric's properties, or None."""
    for key, text in metric.texts.items():
        if "".join(key.lower().split()).replace("_", "") in _UNIT_KEYS and text.strip():
            return text.strip()
    return None


def named(
    metrics: Sequence[Metric], by_alias: Mapping[int, Known], folder: str = ""
) -> Iterator[tuple[str, Metric]]:
    """Yield each metric with its full name, those of templates included.

    The name is empty where an alias stands for no register, or for nothing known.
    """
    for metric in metrics:
        name = f"{folder}{metric.name}"
        if not metric.name:
            known = None if metric.alias is None else by_alias.get(metric.alias)
            name = known.name if known else ""
        yield name, metric
        if metric.members and name:
            yield from named(metric.members, by_alias, f"{name}/")


def remembered(birth: Payload) -> bytes:
    """Write what later messages need of a birth."""
    metrics = list(named(birth.metrics, {}))
    kinds = {
        name: kind
        for name, metric in metrics
        if is_numeric(metric.datatype)
        and (kind := kind_of_property(name, unit_of(metric))) is not None
    }
    roles = counted_once(kinds)
    rows: list[tuple[str, int | None, int | None, str | None, Role | None]] = []
    quiet = []
    for name, metric in metrics:
        if name in roles:
            row = (name, metric.alias, metric.datatype, unit_of(metric), roles[name])
            rows.append(row)
        elif metric.members is not None:  # its name stands before its members'
            rows.append((name, metric.alias, metric.datatype, None, None))
        elif metric.alias is not None:
            quiet.append(metric.alias)
    return orjson.dumps({"at_ms": birth.at_ms or 0, "metrics": rows, "quiet": quiet})


def known_by_itself(name: str, metric: Metric) -> Known:
    """Return what a metric that the birth left out tells of itself."""
    unit = unit_of(metric)
    has_number = metric.whole is not None or metric.real is not None
    kind = kind_of_property(name, unit) if has_number and is_numeric(metric.datatype) else None
    return Known(name, metric.datatype, unit, kind.role if kind else None)


def without_unit(birth: Payload) -> Iterator[str]:
    """Yield the names of metrics that count something and do not say in what."""
    for name, metric in named(birth.metrics, {}):
        is_number = metric.datatype is not None and is_numeric(metric.datatype)
        is_silent = unit_of(metric) is None and kind_of_property(name, None) is None
        if is_number and is_silent and lacks_its_unit(name):
            yield name


@lru_cache(maxsize=256)
def birth_of(body: bytes) -> Birth:
    """Read what `remembered` wrote."""
    document = orjson.loads(body)
    by_name: dict[str, Known] = {}
    by_alias: dict[int, Known] = {}
    for name, alias, datatype, unit, role in document["metrics"]:
        known = Known(name, datatype, unit, Role(role) if role else None)
        by_name[name] = known
        if alias is not None:
            by_alias[alias] = known
    return Birth(document["at_ms"], by_name, by_alias, frozenset(document["quiet"]))
