"""Values of a file that no meter can have measured, told apart before anything is kept."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.registers import Accumulation
from ingest.importers.canonical import canonical_values
from ingest.importers.runs import instant_us
from ingest.importers.series import Report, Series
from ingest.plausibility import LARGEST


@dataclass(frozen=True, slots=True)
class Sound:
    """The bounds on time that config.toml gives to every reading."""

    earliest_us: int
    latest_us: int

    @classmethod
    def until(cls, now: datetime, *, earliest_year: int, max_future_minutes: int) -> "Sound":
        """Believe in what was measured from a year on, until now and a little more."""
        return cls(
            earliest_us=instant_us(datetime(earliest_year, 1, 1, tzinfo=UTC)),
            latest_us=instant_us(now + timedelta(minutes=max_future_minutes)),
        )

    def only(self, series: Series, report: Report) -> Series:
        """Return the values that can be believed; tell of the others as bad lines.

        Raises:
            ValueError: The unit does not measure the quantity.
        """
        values = canonical_values(series)
        with np.errstate(invalid="ignore"):
            faults = (
                (series.time_us < self.earliest_us, "dated before config.toml's earliest_year"),
                (series.time_us > self.latest_us, "not yet come: dated in the future"),
                (~(np.abs(values) < LARGEST), "larger than anything a meter counts"),
                (self._negative_index(series), "negative, which no index is"),
                (~(series.duration_s >= 0), "of a length that is none"),
            )
        good = np.ones(len(values), dtype=np.bool_)
        for fault, reason in faults:
            self._tell(series, fault & good, reason, report)
            good &= ~fault
        return series if good.all() else _only(series, good)

    @staticmethod
    def _negative_index(series: Series) -> NDArray[np.bool_]:
        is_index = series.accumulation is Accumulation.CUMULATIVE
        negative: NDArray[np.bool_] = (series.value < 0) & is_index
        return negative

    @staticmethod
    def _tell(series: Series, fault: NDArray[np.bool_], reason: str, report: Report) -> None:
        count = int(np.count_nonzero(fault))
        if count:
            report.bad_lines += count
            first = np.datetime64(int(series.time_us[fault][0]), "us")
            report.problems.append(
                f"{count} values of {series.register} are {reason} (the first at {first} UTC)"
            )


def _only(series: Series, good: NDArray[np.bool_]) -> Series:
    return replace(
        series,
        time_us=series.time_us[good],
        value=series.value[good],
        duration_s=series.duration_s[good],
        quality=series.quality[good],
    )
