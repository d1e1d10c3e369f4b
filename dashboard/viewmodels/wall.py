"""Which scenes a wall shows, in which order, for one look at one building."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from dashboard.viewmodels.glance import Glance
from dashboard.viewmodels.nudge import NudgeView, nudge_view
from dashboard.viewmodels.race import RaceView, race_view
from dashboard.viewmodels.status import StatusView, status_view
from dashboard.viewmodels.target import TargetView, target_view
from dashboard.viewmodels.today import TodayView, today_view
from dashboard.viewmodels.week import WeekView, week_view


class SceneName(StrEnum):
    """The scenes in the order in which they come."""

    STATUS = "status"
    TODAY = "today"
    WEEK = "week"
    TARGET = "target"
    RACE = "race"
    NUDGE = "nudge"


SceneView = StatusView | TodayView | WeekView | TargetView | RaceView | NudgeView


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedView:
    """A scene's name and what it says."""

    name: SceneName
    view: SceneView


def scene_views(glance: Glance, phone_url: str) -> tuple[NamedView, ...]:
    """Return what each scene says; a scene that has nothing to say is skipped."""
    return tuple(
        NamedView(name=name, view=view)
        for name, view in _views(glance, phone_url)
        if view is not None
    )


def _views(glance: Glance, phone_url: str) -> Iterator[tuple[SceneName, SceneView | None]]:
    yield SceneName.STATUS, status_view(glance)
    if glance.age.forgotten:
        # A day without a reading: charts of an old day would be read as today's.
        return
    yield SceneName.TODAY, today_view(glance)
    yield SceneName.WEEK, week_view(glance)
    yield SceneName.TARGET, target_view(glance)
    yield SceneName.RACE, race_view(glance)
    yield SceneName.NUDGE, nudge_view(glance, phone_url)


def is_night(local: datetime, night_from: time, night_until: time) -> bool:
    """Tell whether the wall wears its night colours; the night may span midnight."""
    clock = local.time()
    if night_from <= night_until:
        return night_from <= clock < night_until
    return clock >= night_from or clock < night_until
