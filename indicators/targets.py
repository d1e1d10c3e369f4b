"""Where a building stands against a target."""

from datetime import date, datetime

from domain.snapshots import Comparison
from domain.targets import Standing, StandingWord, Target


def standing(
    target: Target, so_far: Comparison, *, today: date, made_at: datetime, least_coverage: float
) -> Standing:
    """Return where a building stands, the weather and the calendar allowed for.

    What is allowed is the expectation over the measured time, less the
    reduction asked for; so a cold Monday is not "behind".

    Args:
        target: What was asked for.
        so_far: Its elapsed days compared with days before it began.
        today: The local day.
        made_at: Now [UTC].
        least_coverage: With less measured, we wait [0..1].

    Returns:
        KEPT when the deviation is at or below the reduction; CLOSE when it is
        above by less than the dead-band; AT_RISK beyond that; WAITING when too
        little is known.
    """
    days = (target.last_day - target.first_day).days + 1
    elapsed = min(max((today - target.first_day).days, 0), days) / days
    expected = so_far.expected_kwh
    return Standing(
        target_id=target.id,
        made_at=made_at,
        word=_word(target.reduction, so_far, least_coverage),
        used_kwh=so_far.measured_kwh,
        allowed_kwh=None if expected is None else expected * (1 - target.reduction),
        deviation=so_far.deviation,
        dead_band=so_far.dead_band,
        coverage=so_far.coverage,
        elapsed=elapsed,
    )


def _word(reduction: float, so_far: Comparison, least_coverage: float) -> StandingWord:
    deviation, band = so_far.deviation, so_far.dead_band
    if deviation is None or band is None or so_far.coverage < least_coverage:
        return StandingWord.WAITING
    if deviation <= -reduction:
        return StandingWord.KEPT
    return StandingWord.CLOSE if deviation <= -reduction + band else StandingWord.AT_RISK
