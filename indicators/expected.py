"""What a building was expected to use on a day, from days like it.

A like day is a past day of the same kind (day type and opening hours), well
measured, near in outdoor temperature when that is known, and recent. The mean
of the nearest ones is the expectation, each first moved to the temperature of
the day wanted by the building's own answer to the weather. How far it can be trusted is not
assumed but tried: each like day is predicted in the same way from the others,
and the errors made give the band.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from domain.calendars import DayType
from indicators.calendars import DayKind
from indicators.day_profiles import DayProfiles, Table
from indicators.students_t import t_90
from indicators.weather_response import WeatherResponse, weather_response

LEAST_LIKE_DAYS = 5
"""Fewer like days than this, and we do not say what is expected."""

LIKE_DAYS = 8
"""How many of the nearest are averaged."""

TRIED_DAYS = 40
"""On how many of the nearest the expectation is tried."""

APART = 7
"""A day is never predicted from days of the week around it: what makes them
err together would hide the error. The same span tells how far neighbours err
together."""

DAYS_PER_DEGREE = 30.0
"""Being this many days older makes a day as unlike as one degree Celsius."""

LEAST_HOURS = 20
"""A like day has at least this many measured hours."""

HISTORY_DAYS = 400
"""How far back like days are looked for: a year of seasons and a little more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayError:
    """How far off the expectation of one day is, tried on days like it."""

    rms: float
    """Root mean square [kWh, m³]; NaN: not known."""

    shared: float
    """Correlation of the errors of days less than a week apart [0..1]."""

    tried: int
    """On how many days it was tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedDay:
    """The profile expected on one local day, by clock hour."""

    day: date
    rate: Table
    """Mean rate expected [kW, m³/h]."""

    errors: Table
    """Errors made when each tried day was predicted from the others, one row a
    day [measured − predicted, same unit]; NaN where it was not measured."""

    error_days: np.ndarray
    """Which day each row of `errors` is of (ordinal)."""

    like_days: tuple[date, ...]

    def band(self) -> tuple[Table, Table]:
        """Return the lower and upper edge of 90 % of days, by clock hour."""
        known = ~np.isnan(self.errors)
        count = known.sum(axis=0)
        squares = np.where(known, self.errors, 0.0) ** 2
        spread = np.sqrt(squares.sum(axis=0) / np.maximum(count, 1))
        half = np.where(
            count >= LEAST_LIKE_DAYS, t_90(max(len(self.errors) - 1, 1)) * spread, np.nan
        )
        return np.maximum(self.rate - half, 0.0), self.rate + half

    def expected_over(self, hours: Table) -> float:
        """Return what is expected over so many hours of each clock hour [kWh, m³]."""
        wanted = hours > 0
        return float((self.rate[wanted] * hours[wanted]).sum())

    def error_over(self, hours: Table) -> "DayError":
        """Return how far off such a day is when predicted, over the same hours."""
        wanted = hours > 0
        error = (self.errors[:, wanted] * hours[wanted]).sum(axis=1)
        known = ~np.isnan(error)
        error, day = error[known], self.error_days[known]
        if not len(error):
            return DayError(rms=np.nan, shared=0.0, tried=0)
        apart = np.abs(day[:, np.newaxis] - day[np.newaxis])
        pairs = (apart > 0) & (apart < APART)
        square = float((error**2).mean())
        together = float(np.outer(error, error)[pairs].mean()) if pairs.any() else 0.0
        shared = min(max(together / square, 0.0), 1.0) if square > 0 else 0.0
        return DayError(rms=float(np.sqrt(square)), shared=shared, tried=len(error))


class LikeDays:
    """The past days of one building and commodity, ready to be compared with."""

    def __init__(
        self,
        use: DayProfiles,
        kinds: Mapping[date, DayKind],
        temperature: DayProfiles | None = None,
    ) -> None:
        """Take the past.

        Args:
            use: Mean rates by day and clock hour.
            kinds: The kind of each day that may serve as a like day; days left
                out (works, exams…) never do.
            temperature: Outdoor temperatures over the same days, when known.
        """
        self._use = use
        self._kinds = kinds
        self._answers: dict[bytes, WeatherResponse | None] = {}
        self._enough = (~np.isnan(use.rate)).sum(axis=1) >= LEAST_HOURS
        self._warmth = (
            np.full(use.days, np.nan)
            if temperature is None
            else np.array([_mean_of(temperature, use.day(r)) for r in range(use.days)])
        )

    def expect(
        self, day: date, kind: DayKind, *, before: date, temperature: float | None = None
    ) -> ExpectedDay | None:
        """Return what is expected on a day, or None with too few like days.

        Args:
            day: The day.
            kind: Its kind.
            before: Only days before this one serve, so that a week or a target
                is never measured against itself.
            temperature: Its mean outdoor temperature [°C]; None: unknown.
        """
        rows = self._candidates(day, kind, before)
        if len(rows) < LEAST_LIKE_DAYS:
            return None
        warmth = self._warmth[rows]
        age = np.array([(day - self._use.day(int(r))).days for r in rows], dtype=np.float64)
        wanted = np.array([np.nan if temperature is None else temperature])
        answer = self._answer(rows, warmth)
        order = np.argsort(_distance(wanted, warmth, np.zeros(1), age)[0], kind="stable")
        nearest, tried = order[:LIKE_DAYS], order[:TRIED_DAYS]
        measured = self._use.rate[rows]
        rate = _mean_rows((measured[nearest] + _step(answer, wanted, warmth[nearest]))[np.newaxis])
        return ExpectedDay(
            day=day,
            rate=np.maximum(rate[0], 0.0),
            errors=_errors(measured, tried, warmth, age, answer),
            error_days=day.toordinal() - age[tried].astype(np.int64),
            like_days=tuple(self._use.day(int(r)) for r in rows[nearest]),
        )

    def _answer(self, rows: np.ndarray, warmth: Table) -> WeatherResponse | None:
        """Fit the answer to the weather of these days, once for the same days."""
        key = rows.tobytes()
        if key not in self._answers:
            self._answers[key] = weather_response(self._use.rate[rows], warmth)
        return self._answers[key]

    def _candidates(self, day: date, kind: DayKind, before: date) -> np.ndarray:
        last = min((before - self._use.first).days, self._use.days)
        first = max((day - self._use.first).days - HISTORY_DAYS, 0)
        like = [
            row
            for row in range(first, last)
            if self._enough[row] and _alike(self._kinds.get(self._use.day(row)), kind)
        ]
        return np.array(like, dtype=np.int64)


def _errors(
    measured: Table, tried: np.ndarray, warmth: Table, age: Table, answer: WeatherResponse | None
) -> Table:
    """Predict each tried day from the others, and return the errors."""
    distance = _distance(warmth[tried], warmth, age[tried], age)
    close = np.abs(age[tried][:, np.newaxis] - age[np.newaxis]) < APART
    distance[close] = np.inf
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :LIKE_DAYS]
    allowed = np.isfinite(np.take_along_axis(distance, nearest, axis=1))
    steps = np.stack(
        [_step(answer, warmth[[t]], warmth[n]) for t, n in zip(tried, nearest, strict=True)]
    )
    others = np.where(allowed[..., np.newaxis], measured[nearest] + steps, np.nan)
    others[allowed.sum(axis=1) < LEAST_LIKE_DAYS] = np.nan
    errors: Table = measured[tried] - np.maximum(_mean_rows(others), 0.0)
    return errors


def _step(answer: WeatherResponse | None, wanted: Table, warmth: Table) -> Table:
    """What the weather of the day wanted adds to each like day [kW]; 0 where unknown."""
    if answer is None:
        return np.zeros((len(warmth), 1))
    step: Table = np.nan_to_num(answer.part(wanted) - answer.part(warmth))
    return step


def dead_band(expected_kwh: float, errors: Sequence[DayError], floor: float) -> float | None:
    """Return the half-width within which a deviation says nothing [ratio].

    max(floor, t₉₀ · CV(RMSE)), the error being that of the whole span. For n
    days that err alike and independently it is the daily one divided by √n; the
    share of the error that neighbouring days have in common does not shrink.

    Args:
        expected_kwh: Expected over the span [kWh].
        errors: One for each of its days.
        floor: Never narrower than this.

    Returns:
        None when the error is not known.
    """
    tried = min((e.tried for e in errors), default=0)
    if tried < LEAST_LIKE_DAYS or expected_kwh <= 0:
        return None
    shared = float(np.mean([e.shared for e in errors]))
    rms = np.array([e.rms for e in errors])
    variance = (1 - shared) * float((rms**2).sum()) + shared * float(rms.sum()) ** 2
    return max(floor, t_90(tried - 1) * float(np.sqrt(variance)) / expected_kwh)


def _distance(warmth: Table, others: Table, age: Table, ages: Table) -> Table:
    """How unlike each day is to each other [°C]; by age alone without temperature."""
    older = np.abs(age[:, np.newaxis] - ages[np.newaxis]) / DAYS_PER_DEGREE
    apart = np.abs(warmth[:, np.newaxis] - others[np.newaxis])
    unknown = np.isnan(apart)
    far = np.nanmax(apart) if (~unknown).any() else 0.0
    return older + np.where(unknown, far, apart)


def _mean_rows(rates: np.ndarray) -> Table:
    """Mean over the middle axis, unknown hours left out."""
    known = ~np.isnan(rates)
    count = known.sum(axis=1)
    total = np.where(known, rates, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _mean_of(profiles: DayProfiles, day: date) -> float:
    row = profiles.row(day)
    return np.nan if row is None else float(profiles.mean[row])


def _alike(kind: DayKind | None, wanted: DayKind) -> bool:
    """A day without opening is like any other of its type."""
    if kind is None or kind.day_type is not wanted.day_type:
        return False
    return wanted.day_type is not DayType.WORKING or kind.hours == wanted.hours
