"""What was found in a file, in words: its format, its series, and whom they would feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from dashboard.text.heard import Told, told
from dashboard.text.units import unit_text
from dashboard.text.words import NBSP, Words
from dashboard.viewmodels.sizes import counted
from domain.imports import Found, FoundSeries
from domain.previews import printable
from domain.registers import Accumulation, Quantity

_MOST_SERIES = 60
_MOST_MONTHS = 36
_DAY_S = 86_400
_HOUR_S = 3600
_TABLE_REGISTER = "file"
"""The register of a table's numbers: a name of ours, which says nothing to anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """One register of one point."""

    point: str
    register: str
    values: str
    of_them: tuple[str, ...]
    """How many are estimated, how many would be left out; said where there are some."""

    span: str
    step: str
    unit: str
    meters: tuple[tuple[str, str], ...]
    """(name, address) of the meters it would feed."""

    nobody: str
    """Said where it feeds nobody and nothing tells why."""

    note: Told | None
    """Why it feeds nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """What one series used in one month."""

    month: str
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundView:
    """Everything that is said of what a file holds."""

    sentence: str
    asides: tuple[str, ...]
    warning: str
    rows: tuple[SeriesRow, ...]
    more_rows: int
    month_heads: tuple[str, ...]
    months: tuple[MonthRow, ...]
    problems: tuple[Told, ...]
    remarks: tuple[Told, ...]


def found_view(
    found: Found, meters: Mapping[str, tuple[str, str]], zone: ZoneInfo, words: Words
) -> FoundView:
    """Say what was found.

    Args:
        found: What reading the file told.
        meters: Name and address of those that the reader may know of, by id.
        zone: Where days and hours are told.
        words: The reader's language.
    """
    heads, months = _months(found, words)
    names = {meter_id: name for meter_id, (name, _) in meters.items()}
    return FoundView(
        sentence=_sentence(found, zone, words),
        asides=tuple(_asides(found, words)),
        warning=_warning(found, words),
        rows=_rows(found.series[:_MOST_SERIES], meters, zone, words),
        more_rows=max(0, len(found.series) - _MOST_SERIES),
        month_heads=heads,
        months=months,
        problems=tuple(told(printable(each), words, names) for each in found.problems),
        remarks=tuple(told(printable(each), words, names) for each in found.remarks),
    )


def _sentence(found: Found, zone: ZoneInfo, words: Words) -> str:
    if not found.format:
        return ""
    named = f"files.format.{found.format}"
    label = words.say(named) if words.knows(named) else printable(found.label).replace("*", "")
    if not found.series:
        return words.say("files.found.nothing", label=label)
    first = min(each.first for each in found.series).astimezone(zone)
    last = max(each.last for each in found.series).astimezone(zone)
    return words.say(
        "files.found",
        label=label,
        values=words.number(found.values),
        first=words.day(first.date(), "d MMM y"),
        last=words.day(last.date(), "d MMM y"),
    )


def _asides(found: Found, words: Words) -> list[str]:
    counts = (("blanks", found.blanks), ("bad", found.bad_lines))
    return [counted(f"files.found.{key}", number, words) for key, number in counts if number]


def _warning(found: Found, words: Words) -> str:
    if not found.format:
        if found.problems:
            return words.say("files.choices.wrong") if found.headers else ""
        next_step = words.say(f"files.unknown.{'columns' if found.headers else 'cure'}")
        return f"{words.say('files.unknown')} {next_step}"
    if not found.series:
        return ""
    if not found.feeds:
        return words.say("files.feeds_none")
    return words.say("files.feeds_nothing_new") if found.feeds_nothing_new else ""


def _rows(
    every: Sequence[FoundSeries],
    meters: Mapping[str, tuple[str, str]],
    zone: ZoneInfo,
    words: Words,
) -> tuple[SeriesRow, ...]:
    """Say each register; why it feeds nobody is not said again where only the point differs."""
    rows, before = [], ""
    for series in every:
        row, why = _row(series, meters, zone, words), series.note.replace(series.point or "\0", "…")
        if row.note and why == before:
            row = replace(row, note=Told(text=words.say("files.series.likewise"), language=None))
        before = why
        rows.append(row)
    return tuple(rows)


def _row(
    series: FoundSeries,
    meters: Mapping[str, tuple[str, str]],
    zone: ZoneInfo,
    words: Words,
) -> SeriesRow:
    first, last = (at.astimezone(zone) for at in (series.first, series.last))
    names = {meter_id: name for meter_id, (name, _) in meters.items()}
    fed = tuple(meters[each] for each in series.meter_ids if each in meters)
    return SeriesRow(
        point=printable(series.point),
        register="" if series.register == _TABLE_REGISTER else printable(series.register),
        values=words.number(series.values),
        of_them=tuple(
            counted(f"files.series.{key}", number, words)
            for key, number in (("estimated", series.estimated), ("left_out", sum(series.left_out)))
            if number
        ),
        span=f"{words.day(first.date(), 'd MMM y')} – {words.day(last.date(), 'd MMM y')}",
        step=_step(series, words),
        unit=unit_text(series.unit),
        meters=fed,
        nobody="" if fed or series.note else words.say("files.series.nobody"),
        note=told(printable(series.note), words, names) if series.note and not fed else None,
    )


def _step(series: FoundSeries, words: Words) -> str:
    if series.accumulation is Accumulation.CUMULATIVE:
        return words.say("files.series.index")
    return ", ".join(_length(step_s, words) for step_s in series.steps_s[:2])


def _length(step_s: float, words: Words) -> str:
    if step_s >= _DAY_S and step_s % _DAY_S == 0:
        return words.say("files.series.days", n=words.number(step_s / _DAY_S))
    if step_s >= _HOUR_S and step_s % _HOUR_S == 0:
        return words.say("files.series.hours", n=words.number(step_s / _HOUR_S))
    return words.say("files.series.minutes", n=words.number(step_s / 60))


def _months(found: Found, words: Words) -> tuple[tuple[str, ...], tuple[MonthRow, ...]]:
    """Return heads and rows: a month by series that feed somebody, the newest months."""
    shown = [each for each in found.series if each.months and each.meter_ids][:4]
    sums = [dict(each.months) for each in shown]
    names = sorted({month for each in sums for month in each})[-_MOST_MONTHS:]
    rows = tuple(
        MonthRow(
            month=words.day(date.fromisoformat(f"{name}-01"), "MMM y"),
            amounts=tuple(
                words.significant(each[name], 4) if name in each else "" for each in sums
            ),
        )
        for name in names
    )
    return tuple(_head(each) for each in shown), rows


def _head(series: FoundSeries) -> str:
    register = "" if series.register == _TABLE_REGISTER else series.register
    unit = "m³" if series.quantity is Quantity.VOLUME else "kWh"
    said = ", ".join(filter(None, (f"{series.point} {register}".strip(), unit)))
    return printable(said).replace(f" {unit}", f"{NBSP}{unit}")
