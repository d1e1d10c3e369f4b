"""What somebody may choose of a file, and what they chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dashboard.auth.policy import buildings_for
from dashboard.text.words import Words
from domain.accounts import User
from domain.imports import FileImport, Found, ImportWish, TableWish
from domain.registers import Accumulation
from domain.sites import Portfolio

UNITS = ("kWh", "Wh", "MWh", "kW", "W", "m3", "L", "degC")
STAMPS = ("", "start", "end")
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChoices:
    """The form of one examined file."""

    wish: ImportWish
    meters: tuple[tuple[str, str], ...]
    """(id, name) of the meters offered, the empty id first."""

    points: tuple[str, ...]
    registers: tuple[str, ...]
    """Empty where there is nothing to choose between."""

    headers: tuple[str, ...]
    """Columns of a file that no format says; empty: none is asked for."""

    is_table: bool
    """It was read by columns that somebody chose, and may choose anew."""

    has_bad_lines: bool
    can_import: bool
    errors: Mapping[str, str] = field(default_factory=dict)


def choices_of(
    file: FileImport,
    user: User,
    portfolio: Portfolio,
    words: Words,
    *,
    wish: ImportWish | None = None,
    errors: Mapping[str, str] | None = None,
) -> FileChoices:
    """Return what may be chosen of a file by an account."""
    found = file.found or Found()
    points = found.points
    registers = tuple(dict.fromkeys(each.register for each in found.series))
    by_itself = "files.meter.choose" if found.headers else "files.meter.by_point"
    chosen = file.wish
    return FileChoices(
        wish=wish or chosen,
        meters=(("", words.say(by_itself)), *_meters(user, portfolio)),
        # Those chosen last time stay, or a choice could not be taken back.
        points=_choosable((*points, *chosen.points)),
        registers=_choosable((*registers, *chosen.registers)),
        headers=found.headers,
        is_table=not found.headers and chosen.table.is_given,
        has_bad_lines=found.bad_lines > 0,
        can_import=bool(found.format and found.feeds),
        errors=errors or {},
    )


def typed_wish(
    fields: Mapping[str, str], points: Sequence[str], registers: Sequence[str]
) -> ImportWish:
    """Read a form; what makes no sense is left as the file has it."""

    def text(name: str) -> str:
        return fields.get(name, "").replace("\0", "")[:_LONGEST]

    accumulations = {str(each): each for each in Accumulation}
    headers = (text("time_header"), text("time_header_2"))
    return ImportWish(
        meter_id=text("meter"),
        points=tuple(points),
        registers=tuple(registers),
        stamp=text("stamp") if text("stamp") in STAMPS else "",
        keep_good=fields.get("keep_good") == "yes",
        table=TableWish(
            time_headers=tuple(filter(None, headers)),
            value_header=text("value_header"),
            unit=text("unit") if text("unit") in UNITS else "",
            accumulation=accumulations.get(text("accumulation"), Accumulation.DELTA),
        ),
    )


def with_unasked(wish: ImportWish, file: FileImport) -> ImportWish:
    """Return a wish in which what the form did not ask stays as it was."""
    kept = replace(wish, format=file.wish.format, zone=file.wish.zone)
    asked_for_columns = file.found is not None and bool(file.found.headers)
    return kept if asked_for_columns else replace(kept, table=file.wish.table)


def mistakes_in(
    wish: ImportWish, file: FileImport, user: User, portfolio: Portfolio
) -> dict[str, str]:
    """Return field → text key of what cannot be done as it was typed."""
    found = file.found or Found()
    wrong: dict[str, str] = {}
    offered = dict(_meters(user, portfolio))
    if wish.meter_id and wish.meter_id not in offered:
        wrong["meter"] = "files.meter.needed"
    if found.headers and not wish.table.is_given:
        table = wish.table
        for name, given in (
            ("time_header", table.time_headers),
            ("value_header", table.value_header),
            ("unit", table.unit),
        ):
            if not given:
                wrong[name] = "files.table.needed"
        if not wish.meter_id:
            wrong["meter"] = "files.meter.needed"
    return wrong


def changes_reading(before: ImportWish, after: ImportWish) -> bool:
    """Tell whether a choice changes what a file would give, so that it must be seen first."""
    return replace(before, keep_good=False) != replace(after, keep_good=False)


def _meters(user: User, portfolio: Portfolio) -> list[tuple[str, str]]:
    return [
        (meter.id, f"{building.name}, {meter.name}")
        for building in buildings_for(user, portfolio)
        for meter in portfolio.meters_of(building.id)
        if not meter.retired
    ]


def _choosable(names: Sequence[str]) -> tuple[str, ...]:
    different = tuple(dict.fromkeys(filter(None, names)))
    return different if len(different) > 1 else ()
