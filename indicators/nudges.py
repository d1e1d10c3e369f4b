"""Which one thing to suggest to the occupants now, or nothing.

The end use that exceeds its expectation most is spoken of first; season, hour
and what kind of night follows decide the act. Nothing is said when too little
was measured, or within twenty hours of the last suggestion: novelty wears off,
and a screen that nags is not looked at. After hours only those who are still
there are spoken to, of what they can switch off on leaving.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.events import Event
from domain.meters import EndUse
from domain.nudges import Act, Moment, Nudge
from domain.sites import Building
from domain.snapshots import Comparison
from indicators.calendars import next_opening, open_periods

QUIET = timedelta(hours=20)
"""Least time between two nudges."""

EARLY = timedelta(minutes=45)
"""How long before opening a nudge may appear: the first to arrive see it."""

LINGER = timedelta(hours=1)
"""How long after closing it stays: the last to leave see it."""

LONG_CLOSURE = timedelta(hours=40)
"""A night longer than this is a week-end or a holiday."""

MORNING_ENDS = 11
"""Local hour until which something can still be done this morning."""

MILD_DEGC = 16.0
"""Above this nobody is asked to mind the heating."""

_HEATING_MONTHS = (10, 11, 12, 1, 2, 3, 4)
_BRIGHT_MONTHS = (3, 4, 5, 6, 7, 8, 9, 10)

_DAYTIME_MOMENTS = (Moment.THIS_MORNING, Moment.THIS_NOON, Moment.TODAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class UseAtStake:
    """One end use of a building, and how it did lately."""

    end_use: EndUse
    recent: Comparison
    """Its last week against its own expectation."""

    night_saving_kwh: float | None = None
    """What a thrifty night saves against a usual one [kWh]."""

    weekend_saving_kwh: float | None = None
    """The same for a long closure [kWh]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What the choice of an act depends on, besides the end use."""

    morning: bool
    bright_season: bool
    heating_season: bool
    long_closure: bool


def choose(
    building: Building,
    now: datetime,
    uses: Sequence[UseAtStake],
    *,
    last: Nudge | None,
    outdoor_degc: float | None = None,
    events: Sequence[Event] = (),
) -> Nudge | None:
    """Choose what to suggest, or None.

    Args:
        building: Whose occupants.
        now: [UTC].
        uses: The end uses that are metered; those without a comparison say
            nothing.
        last: The newest nudge of this building; returned while it is valid.
        outdoor_degc: Outdoor temperature lately, when known [°C].
        events: Closures the calendar does not know.
    """
    if last is not None and last.until > now:
        return last
    measured = [use for use in uses if use.recent.dead_band is not None]
    opened_until = _present_opening(building, now, events)
    if not measured or _is_too_soon(last, now, is_open=opened_until is not None):
        return None
    if opened_until is None:
        return _on_leaving(building, now, measured, events)
    scene = _scene(building, now, opened_until, outdoor_degc, events)
    for use in sorted(measured, key=_excess_kwh, reverse=True):
        act, moment = _act(use.end_use, scene)
        if act is not None:
            return _nudge(building, now, opened_until, use, act, moment, scene)
    return None


def _is_too_soon(last: Nudge | None, now: datetime, *, is_open: bool) -> bool:
    """What was said to an almost empty building does not silence the next morning's."""
    if last is None or (is_open and last.moment is Moment.ON_LEAVING):
        return False
    return now - last.made_at < QUIET


def _on_leaving(
    building: Building, now: datetime, uses: Sequence[UseAtStake], events: Sequence[Event]
) -> Nudge | None:
    opening = next_opening(building, now, events)
    if opening is None:
        return None
    is_one_night = opening - now <= LONG_CLOSURE
    lighting = [use for use in uses if use.end_use is EndUse.LIGHTING]
    use = (lighting or sorted(uses, key=_excess_kwh, reverse=True))[0]
    return Nudge(
        id=f"{building.id}-{now:%Y%m%dT%H%M%S}",
        building_id=building.id,
        act=Act.LIGHTS_OFF if lighting else Act.SCREENS_OFF,
        moment=Moment.ON_LEAVING,
        end_use=use.end_use,
        made_at=now,
        until=opening - EARLY,
        saving_kwh=use.night_saving_kwh if lighting and is_one_night else None,
        reason="the building is closed: said to those who are still there",
    )


def _act(end_use: EndUse, scene: _Scene) -> tuple[Act | None, Moment]:
    """Return what can be done about an end use at this hour of this season."""
    tonight = Moment.THIS_WEEKEND if scene.long_closure else Moment.TONIGHT
    if end_use is EndUse.LIGHTING:
        by_day = scene.morning and scene.bright_season
        return (Act.DAYLIGHT, Moment.TODAY) if by_day else (Act.LIGHTS_OFF, tonight)
    if end_use is EndUse.HEATING:
        if not scene.heating_season:
            return None, tonight
        by_day = scene.morning and not scene.long_closure
        return (Act.WINDOWS_SHUT, Moment.THIS_MORNING) if by_day else (Act.HEATING_DOWN, tonight)
    if end_use is EndUse.COOLING:
        return (None, tonight) if scene.heating_season else (Act.WINDOWS_SHUT, Moment.TODAY)
    if end_use is EndUse.HOT_WATER:
        return Act.TAPS_SHUT, tonight
    return (Act.STANDBY_OFF if scene.long_closure else Act.SCREENS_OFF), tonight


def _nudge(
    building: Building,
    now: datetime,
    closing: datetime,
    use: UseAtStake,
    act: Act,
    moment: Moment,
    scene: _Scene,
) -> Nudge:
    by_day = moment in _DAYTIME_MOMENTS
    saving = use.weekend_saving_kwh if scene.long_closure else use.night_saving_kwh
    deviation = use.recent.deviation or 0.0
    return Nudge(
        id=f"{building.id}-{now:%Y%m%dT%H%M%S}",
        building_id=building.id,
        act=act,
        moment=moment,
        end_use=use.end_use,
        made_at=now,
        until=closing if by_day else closing + LINGER,
        saving_kwh=None if by_day else saving,
        reason=f"{use.end_use} at {deviation:+.1%} of its expectation over seven days",
    )


def _scene(
    building: Building,
    now: datetime,
    closing: datetime,
    outdoor_degc: float | None,
    events: Sequence[Event],
) -> _Scene:
    local = now.astimezone(building.zone)
    opening = next_opening(building, closing, events)
    cold = outdoor_degc is None or outdoor_degc < MILD_DEGC
    return _Scene(
        morning=local.hour < MORNING_ENDS,
        bright_season=local.month in _BRIGHT_MONTHS,
        heating_season=local.month in _HEATING_MONTHS and cold,
        long_closure=opening is None or opening - closing > LONG_CLOSURE,
    )


def _present_opening(building: Building, now: datetime, events: Sequence[Event]) -> datetime | None:
    """Return when today's opening ends, if people are there now."""
    periods = open_periods(building, now.astimezone(building.zone).date(), events)
    if not periods or not periods[0].start - EARLY <= now < periods[-1].end:
        return None
    return periods[-1].end


def _excess_kwh(use: UseAtStake) -> tuple[float, float]:
    """By how much it exceeds its expectation; the building as a whole comes last."""
    recent = use.recent
    excess = (recent.deviation or 0.0) * (recent.expected_kwh or 0.0)
    return (0.0 if use.end_use is EndUse.ALL else 1.0, excess)
