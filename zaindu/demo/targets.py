"""Targets that somebody could have set, so that the demo has progress to show."""

from datetime import UTC, date, datetime, timedelta

from domain.meters import Commodity
from domain.sites import Portfolio
from domain.targets import Target
from storage.ports import Records

_REDUCTIONS = (0.05, 0.08)
"""One for each of the first buildings; the others have none, as in real life."""

_NOTE_KEY = "demo.targets"
_STARTED = timedelta(days=21)
_LASTS = timedelta(days=90)


def set_demo_targets(records: Records, today: date) -> None:
    """Create the demo's targets, once for ever: one that was ended stays ended."""
    if records.jobs.note(_NOTE_KEY):
        return
    for building_id, reduction in zip(_candidates(records), _REDUCTIONS, strict=False):
        records.targets.add(
            Target(
                id=f"demo-{building_id}",
                building_id=building_id,
                commodity=Commodity.ELECTRICITY,
                reduction=reduction,
                first_day=today - _STARTED,
                last_day=today - _STARTED + _LASTS,
                note="Démonstration",
                author="demo",
                changed_at=datetime.now(UTC),
            )
        )
    records.jobs.set_note(_NOTE_KEY, "set")


def _candidates(records: Records) -> list[str]:
    """Return the buildings with a main electricity meter and no target yet."""
    portfolio: Portfolio = records.portfolio.portfolio()
    return [
        building.id
        for building in portfolio.buildings
        if not building.retired
        and portfolio.mains_of(building.id, Commodity.ELECTRICITY)
        and not records.targets.all(building.id)
    ]
