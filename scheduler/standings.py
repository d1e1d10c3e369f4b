"""Where each building stands against its targets."""

from datetime import date, datetime, timedelta

from domain.periods import Period
from domain.sites import Portfolio
from domain.targets import Target, TargetState
from indicators.targets import standing
from indicators.verdict import compare, nothing_known
from scheduler.building_past import BuildingPast
from scheduler.hour_history import HourHistory
from settings.model import IndicatorSettings
from storage.ports import Records

_MARGIN_DAYS = 430
"""A baseline of at least a year before the target began."""


class Standings:
    """Computes and keeps the standings of targets that run, or have just ended."""

    def __init__(self, settings: IndicatorSettings, records: Records, history: HourHistory) -> None:
        """Work between the records and the roll-ups."""
        self._settings = settings
        self._records = records
        self._history = history

    def run(self, portfolio: Portfolio, now: datetime) -> None:
        """Bring every standing up to date; an ended target gets its last one once."""
        for target in self._records.targets.all():
            if self._is_due(portfolio, target, now):
                self._keep(portfolio, target, now)

    def _is_due(self, portfolio: Portfolio, target: Target, now: datetime) -> bool:
        building = portfolio.building(target.building_id)
        if building is None or building.retired:
            return False
        state = target.state_on(now.astimezone(building.zone).date())
        if state is not TargetState.ENDED:
            return state is TargetState.RUNNING
        kept = self._records.targets.standing(target.id)
        settled = Period.of_days(
            target.first_day, target.last_day + timedelta(days=3), building.zone
        ).end
        return kept is None or kept.made_at < min(settled, target.ended_at or settled)

    def _keep(self, portfolio: Portfolio, target: Target, now: datetime) -> None:
        building = portfolio.building(target.building_id)
        meters = portfolio.mains_of(target.building_id, target.commodity)
        if building is None or not meters:
            return
        today = now.astimezone(building.zone).date()
        looked_at = Period(now - timedelta(days=_MARGIN_DAYS * 2), now + timedelta(days=1))
        past = BuildingPast(
            building=building,
            meters=meters,
            thermometer=portfolio.thermometer_of(building),
            events=tuple(self._records.events.between(building.id, looked_at)),
            now=now,
            history=self._history,
            days_back=(today - target.first_day).days + _MARGIN_DAYS,
        )
        end = _end(target, past, now)
        start = Period.of_day(target.first_day, building.zone).start
        so_far = nothing_known()
        if end > start:
            days = _days(target.first_day, min(target.last_day, past.today))
            so_far = compare(
                past.hours,
                Period(start, end),
                past.expect(days, before=target.first_day),
                building.zone,
                floor=self._settings.dead_band_floor,
                least_coverage=self._settings.min_day_coverage,
            )
        self._records.targets.keep_standing(
            standing(
                target,
                so_far,
                today=past.today,
                made_at=now,
                least_coverage=self._settings.min_day_coverage,
            )
        )


def _end(target: Target, past: BuildingPast, now: datetime) -> datetime:
    """Return until when a target is judged: its end, or the last midnight before now.

    The day under way is left out: its expectation is surer once it is over.
    """
    last = Period.of_day(target.last_day, past.building.zone).end
    midnight = Period.of_day(past.today, past.building.zone).start
    return min(last, midnight, target.ended_at or last, now)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
