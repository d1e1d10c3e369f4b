"""Snapshots made by hand: a school on a Tuesday of November, in every state."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.meters import Commodity, EndUse
from domain.nudges import Act, Moment, Nudge
from domain.snapshots import (
    Comparison,
    DaySummary,
    HourBand,
    Medal,
    RaceEntry,
    TargetProgress,
    Verdict,
    WallSnapshot,
)
from domain.targets import Standing, StandingWord, Target

NOW = datetime(2026, 11, 24, 13, 34, tzinfo=UTC)
"""14:34 in Bayonne."""

MONDAY = date(2026, 11, 23)
_DEVIATION = {
    Verdict.BETTER: -0.08,
    Verdict.AS_EXPECTED: 0.01,
    Verdict.ABOVE: 0.07,
    Verdict.UNKNOWN: None,
}
# fmt: off
_EXPECTED = (
    3.0, 3.0, 2.9, 2.9, 3.0, 3.6, 6.5, 15.0, 22.0, 23.0, 23.5, 26.0,
    32.0, 29.0, 23.5, 22.5, 21.5, 17.0, 9.5, 6.0, 4.4, 3.7, 3.3, 3.2,
)
# fmt: on


def compared(verdict: Verdict, measured_kwh: float = 142.317) -> Comparison:
    """A comparison with that verdict."""
    deviation = _DEVIATION[verdict]
    return Comparison(
        verdict=verdict,
        measured_kwh=measured_kwh,
        expected_kwh=None if deviation is None else measured_kwh / (1 + deviation),
        deviation=deviation,
        dead_band=None if deviation is None else 0.03,
        coverage=0.2 if deviation is None else 1.0,
        until=NOW.replace(minute=0),
    )


def hours(verdict: Verdict = Verdict.BETTER) -> tuple[HourBand, ...]:
    """Tuesday's hours, measured until 14 h."""
    midnight = datetime(2026, 11, 23, 23, tzinfo=UTC)
    factor = {Verdict.BETTER: 0.79, Verdict.ABOVE: 1.22}.get(verdict, 1.01)
    made = []
    for index, expected in enumerate(_EXPECTED):
        apart = index in (11, 12, 13)
        measured = expected * (factor if apart else 0.99) if index < 15 else None
        unknown = verdict is Verdict.UNKNOWN
        made.append(
            HourBand(
                start=midnight + timedelta(hours=index),
                measured_kw=measured,
                expected_kw=None if unknown else expected,
                low_kw=None if unknown else expected * 0.89,
                high_kw=None if unknown else expected * 1.11,
            )
        )
    return tuple(made)


def week(verdict: Verdict) -> tuple[DaySummary, ...]:
    """Monday measured, Tuesday under way, the rest expected."""
    days = []
    for index, whole in enumerate((312.0, 318.0, 214.0, 309.0, 301.0, 78.0, 71.0)):
        if index == 0:
            done = compared(Verdict.BETTER, 290.4)
        elif index == 1:
            done = compared(verdict)
        else:
            done = Comparison(
                verdict=Verdict.UNKNOWN,
                measured_kwh=None,
                expected_kwh=None,
                deviation=None,
                dead_band=None,
                coverage=0.0,
            )
        days.append(
            DaySummary(
                day=MONDAY + timedelta(days=index), comparison=done, expected_whole_day_kwh=whole
            )
        )
    return tuple(days)


RACE = (
    RaceEntry(
        building_id="mediatheque",
        label="Médiathèque",
        deviation=-0.11,
        dead_band=0.03,
        rank=1,
        medal=Medal.GOLD,
        sufficient=True,
    ),
    RaceEntry(
        building_id="jules-ferry",
        label="Jules-Ferry",
        deviation=-0.08,
        dead_band=0.03,
        rank=2,
        medal=Medal.SILVER,
        sufficient=True,
    ),
    RaceEntry(
        building_id="hotel-de-ville",
        label="Mairie",
        deviation=-0.07,
        dead_band=0.03,
        rank=2,
        medal=Medal.SILVER,
        sufficient=True,
    ),
    RaceEntry(
        building_id="gymnase",
        label="Gymnase",
        deviation=-0.04,
        dead_band=0.03,
        rank=4,
        medal=Medal.BRONZE,
        sufficient=True,
    ),
    RaceEntry(
        building_id="bel-air",
        label="Bel-Air",
        deviation=None,
        dead_band=None,
        rank=None,
        medal=None,
        sufficient=False,
    ),
)


def nudge(act: Act = Act.SCREENS_OFF, moment: Moment = Moment.TONIGHT) -> Nudge:
    """One thing to do, worth nine kilowatt-hours."""
    return Nudge(
        id="nudge-1",
        building_id="jules-ferry",
        act=act,
        moment=moment,
        end_use=EndUse.SOCKETS,
        made_at=NOW,
        until=NOW + timedelta(hours=6),
        saving_kwh=9.0,
    )


TARGET = TargetProgress(
    target=Target(
        id="target-1",
        building_id="jules-ferry",
        commodity=Commodity.ELECTRICITY,
        reduction=0.05,
        first_day=date(2026, 9, 1),
        last_day=date(2027, 6, 30),
    ),
    standing=Standing(
        target_id="target-1",
        made_at=NOW,
        word=StandingWord.KEPT,
        used_kwh=9400.0,
        allowed_kwh=9500.0,
        deviation=-0.063,
        dead_band=0.02,
        coverage=1.0,
        elapsed=0.28,
    ),
)


def snapshot(verdict: Verdict = Verdict.BETTER) -> WallSnapshot:
    """Everything a wall shows, four minutes old."""
    return WallSnapshot(
        building_id="jules-ferry",
        building_name="École Jules-Ferry",
        time_zone="Europe/Paris",
        made_at=NOW - timedelta(seconds=20),
        commodity=Commodity.ELECTRICITY,
        measured_at=NOW - timedelta(minutes=4, seconds=10),
        cadence_s=60.0,
        live_kw=19.2,
        live_at=NOW - timedelta(minutes=4, seconds=10),
        today=compared(verdict),
        hours=hours(verdict),
        week=week(verdict),
        week_so_far=compared(verdict, 432.717),
        target=TARGET,
        race=RACE,
        nudge=nudge(),
    )


def never_measured() -> WallSnapshot:
    """A building declared this morning whose meters have not spoken yet."""
    nothing = replace(compared(Verdict.UNKNOWN), measured_kwh=None, coverage=0.0, until=None)
    return replace(
        snapshot(Verdict.UNKNOWN),
        measured_at=None,
        live_kw=None,
        live_at=None,
        today=nothing,
        hours=(),
        week=(),
        week_so_far=nothing,
        target=None,
        race=(),
        nudge=None,
    )
