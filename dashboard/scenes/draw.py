"""One renderer for every scene: what is said in, one SVG string out."""

from dashboard.scenes import nudge, race, status, target, today, week
from dashboard.scenes.sheet import Sheet
from dashboard.viewmodels.nudge import NudgeView
from dashboard.viewmodels.race import RaceView
from dashboard.viewmodels.status import StatusView
from dashboard.viewmodels.target import TargetView
from dashboard.viewmodels.today import TodayView
from dashboard.viewmodels.wall import SceneView
from dashboard.viewmodels.week import WeekView


def draw(view: SceneView, sheet: Sheet) -> str:
    """Return the scene of a view-model as SVG, for a wall, a thumbnail or a report."""
    match view:
        case StatusView():
            return status.draw(view, sheet)
        case TodayView():
            return today.draw(view, sheet)
        case WeekView():
            return week.draw(view, sheet)
        case TargetView():
            return target.draw(view, sheet)
        case RaceView():
            return race.draw(view, sheet)
        case NudgeView():
            return nudge.draw(view, sheet)
