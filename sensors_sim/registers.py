"""The index of each meter at any instant, without keeping years of curves in memory."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import numpy as np

from sensors_sim.grid import STEP_S, month_grid
from sensors_sim.noise import Floats, Integers

_MONTHS_IN_MEMORY = 3

Amounts = Mapping[str, Floats]


class Registers:
    """Cumulative registers of the meters of one building.

    What each month adds up to is remembered once computed; the curves themselves
    only for the last few months that were asked for.
    """

    def __init__(
        self, amounts_of_month: Callable[[int], Amounts], zone: ZoneInfo, installed_month: int
    ) -> None:
        """Start every register from 0 at the beginning of `installed_month`."""
        self._amounts_of_month = amounts_of_month
        self._zone = zone
        self.installed_month = installed_month
        self._curves: OrderedDict[int, dict[str, Floats]] = OrderedDict()
        self._at_start: dict[int, dict[str, float]] = {installed_month: {}}

    def index(self, register: str, epoch_s: Integers, month: int) -> Floats:
        """Return a register at instants that all fall in one month, its end included.

        Args:
            register: Name that `amounts_of_month` gives.
            epoch_s: When [s since 1970 UTC].
            month: The month; see `grid.month_number`.

        Returns:
            What has been counted since the installation, in the register's own unit.
        """
        curve = self._curve(month)[register]
        edges = month_grid(month, self._zone).edges_s
        return np.asarray(self._start(month).get(register, 0.0) + np.interp(epoch_s, edges, curve))

    def rate_per_h(self, register: str, epoch_s: Integers, month: int) -> Floats:
        """Return how fast a register grows at instants of one month [its unit per hour]."""
        curve = self._curve(month)[register]
        first = month_grid(month, self._zone).epoch_s[0]
        step = np.clip((epoch_s - first) // STEP_S, 0, len(curve) - 2)
        return np.asarray((curve[step + 1] - curve[step]) * 3600.0 / STEP_S)

    def _start(self, month: int) -> dict[str, float]:
        """Return every register at the beginning of a month."""
        latest = max(known for known in self._at_start if known <= month)
        while latest < month:
            counted, before = self._curve(latest), self._at_start[latest]
            self._at_start[latest + 1] = {
                name: before.get(name, 0.0) + float(curve[-1]) for name, curve in counted.items()
            }
            latest += 1
        return self._at_start[month]

    def _curve(self, month: int) -> dict[str, Floats]:
        """Return what each register has counted since the month began, at each edge of its grid."""
        if month in self._curves:
            self._curves.move_to_end(month)
            return self._curves[month]
        if month < self.installed_month:
            raise ValueError("the simulated meters were not installed yet")
        curves = {
            name: np.concatenate(([0.0], np.cumsum(amounts)))
            for name, amounts in self._amounts_of_month(month).items()
        }
        self._curves[month] = curves
        while len(self._curves) > _MONTHS_IN_MEMORY:
            self._curves.popitem(last=False)
        return curves
