"""What callers pass, read once."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo

from fastapi import Query
from pydantic import AwareDatetime, BeforeValidator, Field

from dashboard.api.problems import Problem
from dashboard.queries.steps import LONGEST_DAYS, ReportStep
from domain.periods import Period

_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")
FIRST_YEAR, LAST_YEAR = 1980, 2200


def _restore_plus(value: object) -> object:
    """Undo what a query does to an offset whose plus was not escaped."""
    return _LOST_PLUS.sub("+", value) if isinstance(value, str) else value


Instant: TypeAlias = Annotated[
    Annotated[AwareDatetime, BeforeValidator(_restore_plus)] | date,
    Field(union_mode="left_to_right"),
]
From: TypeAlias = Annotated[
    Instant,
    Query(
        alias="from",
        description="First instant, included: a local day, or ISO 8601 with its offset",
        examples=["2026-11-01", "2026-11-01T00:00:00+01:00"],
    ),
]
To: TypeAlias = Annotated[
    Instant,
    Query(
        alias="to",
        description="Last instant, excluded: a local day, or ISO 8601 with its offset",
        examples=["2026-12-01"],
    ),
]
StepParameter: TypeAlias = Annotated[ReportStep, Query(description="How finely to cut")]


def period_of(start: datetime | date, end: datetime | date, zone: ZoneInfo) -> Period:
    """Return the half-open period; days are those of `zone`.

    Raises:
        Problem: An end before the start, or a year nobody can mean.
    """
    for name, bound in (("from", start), ("to", end)):
        if not FIRST_YEAR <= bound.year <= LAST_YEAR:
            raise Problem(
                422, "far_away", parameter=name, first_year=FIRST_YEAR, last_year=LAST_YEAR
            )
    first, last = _instant(start, zone), _instant(end, zone)
    if last < first:
        raise Problem(422, "backwards", parameter="to")
    return Period(first, last)


def bounded(period: Period, step: ReportStep) -> Period:
    """Return `period` when one answer can hold it.

    Raises:
        Problem: It is longer than one answer carries at this step.
    """
    longest = LONGEST_DAYS[step]
    if period.duration > timedelta(days=longest):
        raise Problem(422, "too_long", parameter="to", days=longest, step=str(step))
    return period


def _instant(value: datetime | date, zone: ZoneInfo) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return Period.of_day(value, zone).start
