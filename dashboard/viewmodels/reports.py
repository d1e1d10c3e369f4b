"""What the reports page understands and says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from dashboard.queries.consumption import unit_of
from dashboard.queries.steps import LONGEST_DAYS, ReportStep
from dashboard.queries.totals import MeterTotal
from dashboard.text.words import NBSP, Words
from dashboard.viewmodels.amounts import UNKNOWN
from domain.meters import Commodity
from domain.sites import Building

API = "/api/v1/reports/consumption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A report as the form asks for it; `last` is included."""

    building_ids: tuple[str, ...]
    first: date
    last: date
    step: ReportStep
    commodities: tuple[Commodity, ...]

    def address(self, ending: str, **more: str) -> str:
        """Return where the API answers it: there, the end is excluded."""
        query = [("building", b) for b in self.building_ids]
        query += [("commodity", str(c)) for c in self.commodities]
        query += [
            ("from", self.first.isoformat()),
            ("to", (self.last + timedelta(days=1)).isoformat()),
            ("step", str(self.step)),
            *more.items(),
        ]
        return f"{API}.{ending}?{urlencode(query)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalRow:
    """One meter over the whole period."""

    building: str
    meter: str
    commodity: str
    value: str
    unit: str
    coverage: str
    silent: str
    """How much of it went by in silences of known total; empty without any."""

    is_main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsView:
    """The whole page."""

    wish: Wish
    buildings: tuple[tuple[str, str], ...]
    commodities: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, str], ...]
    problem: str
    totals: tuple[TotalRow, ...]
    meanings: tuple[tuple[str, str], ...]


def last_month(today: date) -> tuple[date, date]:
    """Return the first and last day of the last complete month."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def read_wish(
    asked: Mapping[str, Sequence[str]], buildings: Sequence[Building], today: date
) -> tuple[Wish, str]:
    """Understand the form.

    Returns:
        The wish, mended where it could not be read, and the key of what is
        wrong with it, empty when nothing is.
    """
    first, last = last_month(today)
    problem = ""
    try:
        first = date.fromisoformat(_one(asked, "first") or first.isoformat())
        last = date.fromisoformat(_one(asked, "last") or last.isoformat())
    except ValueError:
        problem = "reports.bad.dates"
    if not (1990 <= first.year <= 2190 and 1990 <= last.year <= 2190):
        (first, last), problem = last_month(today), "reports.bad.dates"
    step = _one(asked, "step")
    wish = Wish(
        building_ids=tuple(b.id for b in buildings if b.id in asked.get("building", ())),
        first=first,
        last=last,
        step=ReportStep(step) if step in tuple(ReportStep) else ReportStep.DAY,
        commodities=tuple(c for c in Commodity if c in asked.get("commodity", ())),
    )
    if last < first:
        problem = problem or "reports.bad.period"
    elif (last - first).days >= LONGEST_DAYS[wish.step]:
        problem = problem or "reports.bad.long"
    return wish, problem


def reports_view(
    wish: Wish,
    problem: str,
    buildings: Sequence[Building],
    commodities: Sequence[Commodity],
    totals: Iterable[MeterTotal],
    words: Words,
) -> ReportsView:
    """Word the page."""
    explained = ("value", "unit", "coverage", "estimated", "unplaced", "time", "meters")
    return ReportsView(
        wish=wish,
        buildings=tuple((b.id, b.name) for b in buildings),
        commodities=tuple((str(c), words.say(f"manage.commodity.{c}")) for c in commodities),
        steps=tuple((str(s), words.say(f"reports.step.{s}")) for s in ReportStep),
        problem=words.say(problem, days=LONGEST_DAYS[wish.step]) if problem else "",
        totals=tuple(_total_row(total, words) for total in totals),
        meanings=tuple(
            (words.say(f"reports.read_me.{k}"), words.say(f"reports.read_me.{k}.text"))
            for k in explained
        ),
    )


def _total_row(total: MeterTotal, words: Words) -> TotalRow:
    meter = total.meter
    silent = ""
    if total.silent > 0:
        amount = f"{words.number(total.silent, 1)}{NBSP}{unit_of(meter.commodity)}"
        silent = words.say("reports.totals.silent", amount=amount)
    return TotalRow(
        building=total.building.name,
        meter=meter.name,
        commodity=words.say(f"manage.commodity.{meter.commodity}"),
        value=UNKNOWN if total.value is None else words.number(total.value, 1),
        unit=unit_of(meter.commodity),
        coverage=words.percent(total.coverage, 0, signed=False),
        silent=silent,
        is_main=meter.is_main,
    )


def _one(asked: Mapping[str, Sequence[str]], name: str) -> str:
    values = asked.get(name, ())
    return values[-1] if values else ""
