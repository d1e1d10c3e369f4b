"""Where the manage pages read from, and the comparisons they share."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.queries.comparing import Compared, Comparisons
from dashboard.queries.hours import Hours
from dashboard.queries.past import Past
from dashboard.queries.spans import DaySpan
from domain.events import Event
from domain.meters import Commodity
from domain.periods import Period
from domain.sites import Building, Portfolio
from settings.model import IndicatorSettings
from storage.ports import ReadingStore, Records

_EVENTS_BACK = timedelta(days=900)
"""Two years of comparisons look back on these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The stores, with what is remembered between two pages."""

    readings: ReadingStore
    records: Records
    hours: Hours
    comparisons: Comparisons

    @classmethod
    def of(cls, readings: ReadingStore, records: Records, settings: IndicatorSettings) -> "Sources":
        """Return sources that remember nothing yet."""
        comparisons = Comparisons(settings.dead_band_floor, settings.min_day_coverage)
        return cls(
            readings=readings, records=records, hours=Hours(readings), comparisons=comparisons
        )

    def past(
        self, portfolio: Portfolio, building: Building, commodity: Commodity, span: DaySpan
    ) -> Past:
        """Return a building's past of one commodity, up to the end of `span`'s next day."""
        end = span.after_last + timedelta(days=1)
        return Past(
            building=building,
            mains=portfolio.mains_of(building.id, commodity),
            thermometer=portfolio.thermometer_of(building),
            events=self.events(building, end),
            span=DaySpan(first=span.first, after_last=end),
            source=self.hours,
        )

    def energies(
        self, portfolio: Portfolio, building: Building, span: DaySpan
    ) -> Iterator[Compared]:
        """Yield each energy that a building counts, compared over a span."""
        for commodity in Commodity:
            if commodity.is_energy and portfolio.mains_of(building.id, commodity):
                past = self.past(portfolio, building, commodity, span)
                yield self.comparisons.over(past, span)

    def events(self, building: Building, end: date) -> tuple[Event, ...]:
        """Return what a comparison up to `end` must know."""
        until = Period.of_day(end, building.zone).end
        looked_at = Period(until - _EVENTS_BACK, until)
        return self.records.events.between(building.id, looked_at)
