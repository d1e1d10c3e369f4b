"""One simulated meter: its device, what the device shows, and what that was worth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from domain.meters import Commodity, Meter
from sensors_sim.buildings import kwh_per_count
from sensors_sim.dialects.device import Device, Dialect, Instant, Sample, Spoken
from sensors_sim.noise import Floats, Integers, draw, smooth, stream
from sensors_sim.registers import Registers
from sensors_sim.tariff import is_off_peak
from sensors_sim.weather import Weather

OFF_PEAK = "/off-peak"
"""After a meter's id, names the register of its off-peak hours."""

_WORN_UP_TO = 4000.0
"""Devices were not all new: at installation their index stood somewhere up to this."""

_FLICKER = 0.025
"""How far the power shown wanders around the mean of its ten minutes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedMeter:
    """A meter, the device that counts for it, and the registers it reads."""

    meter: Meter
    device: Device
    dialect: Dialect
    registers: Registers
    weather: Weather
    seed: int

    @property
    def is_thermometer(self) -> bool:
        """Tell whether it has no index but a temperature."""
        return self.meter.commodity is Commodity.OUTDOOR_TEMPERATURE

    def totals(self, epoch_s: Integers, month: int) -> Integers:
        """Return the index that the device shows at instants of one month [its resolution]."""
        peak, off_peak = self._indexes(epoch_s, month)
        return peak + off_peak

    def worth(self, steps: int) -> float:
        """Return what so many steps of the index are worth [kWh, or m³ of water]."""
        return steps * self._step * kwh_per_count(self.meter)

    def speak(self, instants: Sequence[Instant], month: int) -> Iterator[Sequence[Spoken]]:
        """Yield what the device publishes at each of some instants of one month."""
        speak, device = self.dialect.speak, self.device
        for values in zip(instants, *self._columns(instants, month), strict=True):
            yield speak(device, Sample(*values))

    def _columns(
        self, instants: Sequence[Instant], month: int
    ) -> tuple[list[int], list[int], list[float], list[float], list[bool]]:
        """Return the columns of `Sample` that follow the instant."""
        epoch_s = np.array([instant.epoch_s for instant in instants], dtype=np.int64)
        off_peak_now = is_off_peak(np.array([instant.local_hour for instant in instants]))
        peak, off_peak = self._indexes(epoch_s, month)
        return (
            (peak + off_peak).tolist(),
            off_peak.tolist(),
            self._power_w(epoch_s, month).tolist(),
            self.weather.temperature_degc(epoch_s).tolist(),
            off_peak_now.tolist(),
        )

    def _indexes(self, epoch_s: Integers, month: int) -> tuple[Integers, Integers]:
        """Return the index of peak hours and that of off-peak hours, as shown."""
        if self.is_thermometer:
            nothing = np.zeros(len(epoch_s), dtype=np.int64)
            return nothing, nothing
        counted = self.registers.index(self.meter.id, epoch_s, month)
        worn = _WORN_UP_TO * draw(stream(self.seed, "worn", self.meter.id), 0)
        if not self.dialect.has_off_peak:
            return self._shown(worn + counted), np.zeros(len(epoch_s), dtype=np.int64)
        off_peak = self.registers.index(self.meter.id + OFF_PEAK, epoch_s, month)
        return self._shown(worn + counted - off_peak), self._shown(0.4 * worn + off_peak)

    def _shown(self, index: Floats) -> Integers:
        """Cut an index to what the device shows; a thousandth of a step absorbs rounding."""
        return np.floor(index / self._step + 1e-3).astype(np.int64)

    @property
    def _step(self) -> float:
        """The device's resolution, in the unit that the meter counts in."""
        return self.dialect.resolution * (self.meter.source.scale if self.meter.source else 1.0)

    def _power_w(self, epoch_s: Integers, month: int) -> Floats:
        if self.is_thermometer:
            return np.zeros(len(epoch_s))
        flicker = smooth(stream(self.seed, "flicker", self.meter.id), epoch_s, 75.0)
        per_hour = self.registers.rate_per_h(self.meter.id, epoch_s, month)
        return np.asarray(1000.0 * per_hour * (1.0 + _FLICKER * np.clip(flicker, -3.0, 3.0)))
