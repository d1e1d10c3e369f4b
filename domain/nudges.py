"""Nudges: one thing to do now, and the record that it was shown."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.meters import EndUse


class Act(StrEnum):
    """What the occupants are invited to do; each has its words and pictogram."""

    SCREENS_OFF = "screens_off"
    LIGHTS_OFF = "lights_off"
    HEATING_DOWN = "heating_down"
    WINDOWS_SHUT = "windows_shut"
    STANDBY_OFF = "standby_off"
    TAPS_SHUT = "taps_shut"
    DAYLIGHT = "daylight"
    STAIRS = "stairs"


class Moment(StrEnum):
    """When the act is to be done; it opens the sentence."""

    THIS_MORNING = "this_morning"
    THIS_NOON = "this_noon"
    TONIGHT = "tonight"
    THIS_WEEKEND = "this_weekend"
    TODAY = "today"
    ON_LEAVING = "on_leaving"
    """After hours: for those who are still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """One suggestion to the occupants of one building."""

    id: str
    building_id: str
    act: Act
    moment: Moment
    end_use: EndUse
    made_at: datetime
    until: datetime
    """After this it is no longer shown [UTC]."""

    saving_kwh: float | None
    """Rough energy at stake [kWh]; None: we cannot say."""

    reason: str = ""
    """Why it was chosen, in English, for the manager's log."""


class Answer(StrEnum):
    """What somebody answered on a phone."""

    DONE = "done"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A nudge was shown on a screen, anonymously."""

    nudge_id: str
    screen: str
    shown_at: datetime
