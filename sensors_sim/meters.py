"""One simulated meter: its device, what the device shows, and what that was worth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from domain.meters import Commodity, Meter
from sensors_sim.buildings import kwh_per_count
from sensors_sim.dialects.device import (
    Device,
    Dialect,
    Instant,
    Sample,
    Spoken,
    instant_of,
)
from sensors_sim.faults.device import clock_s, shown_index, stuck_at_s
from sensors_sim.faults.fault import Fault
from sensors_sim.grid import month_number, month_start_s
from sensors_sim.noise import Floats, Integers, draw, smooth, stream
from sensors_sim.registers import Registers
from sensors_sim.tariff import is_off_peak
from sensors_sim.weather import Weather

OFF_PEAK = "/off-peak"
"""After a meter's id, names the register of its off-peak hours."""

_WORN_UP_TO = 4000.0
"""Devices were not all new: at installation their index stood somewhere up to this."""

_ROLLS_OVER_AT = 100_000.0
"""Where a register rolls over when the fault is ordered and the meter does not say."""

_HAS_POWER = (Commodity.ELECTRICITY, Commodity.SOLAR_PRODUCTION)
"""What is counted by devices that also show a power."""

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
    faults: tuple[Fault, ...] = ()

    @property
    def is_thermometer(self) -> bool:
        """Tell whether it has no index but a temperature."""
        return self.meter.commodity is Commodity.OUTDOOR_TEMPERATURE

    def totals(self, epoch_s: Integers, month: int) -> Integers:
        """Return the index that a sound device shows at instants of one month [its resolution]."""
        if self.is_thermometer:
            return np.zeros(len(epoch_s), dtype=np.int64)
        return sum(
            (self._sound(register, epoch_s, month) for register in self._register_names),
            start=np.zeros(len(epoch_s), dtype=np.int64),
        )

    def worth(self, steps: int) -> float:
        """Return what so many steps of the index are worth [kWh, or m³ of water]."""
        return steps * self._step * kwh_per_count(self.meter)

    def speak(self, instants: Sequence[Instant], month: int) -> Iterator[Sequence[Spoken]]:
        """Yield what the device publishes at each of some instants of one month."""
        if not instants:
            return
        speak, device = self.dialect.speak, self.device
        for values in zip(self._clock(instants), *self._columns(instants, month), strict=True):
            yield speak(device, Sample(*values))

    def _clock(self, instants: Sequence[Instant]) -> Sequence[Instant]:
        """Return the instants as the device's own clock gives them."""
        if not self.faults:
            return instants
        return [
            instant_of(clock_s(instant.epoch_s, self.faults), self.device.zone)
            for instant in instants
        ]

    def _columns(
        self, instants: Sequence[Instant], month: int
    ) -> tuple[list[int], list[int], list[float], list[float], list[bool]]:
        """Return the columns of `Sample` that follow the instant."""
        epoch_s = np.array([instant.epoch_s for instant in instants], dtype=np.int64)
        off_peak_now = is_off_peak(np.array([instant.local_hour for instant in instants]))
        total, off_peak = self._indexes(epoch_s, month)
        # A stuck device shows a state of an earlier month at worst as that of this month's start.
        seen_s = np.maximum(stuck_at_s(epoch_s, self.faults), month_start_s(month))
        return (
            total.tolist(),
            off_peak.tolist(),
            self._power_w(seen_s, month).tolist(),
            self._temperature_degc(seen_s).tolist(),
            off_peak_now.tolist(),
        )

    def _indexes(self, epoch_s: Integers, month: int) -> tuple[Integers, Integers]:
        """Return the index shown, and the part of it for off-peak hours."""
        nothing = np.zeros(len(epoch_s), dtype=np.int64)
        if self.is_thermometer:
            return nothing, nothing
        shown = [self._faulty(name, epoch_s, month) for name in self._register_names]
        off_peak = shown[1] if self.dialect.has_off_peak else nothing
        return shown[0] + off_peak, off_peak

    @property
    def _register_names(self) -> tuple[str, ...]:
        """Its registers: the only one, or the one of peak hours and that of the others."""
        own = self.meter.id
        return (own, own + OFF_PEAK) if self.dialect.has_off_peak else (own,)

    def _faulty(self, register: str, epoch_s: Integers, month: int) -> Integers:
        sound = self._sound(register, epoch_s, month)
        if not self.faults:
            return sound

        def index_at(instant_s: int) -> int:
            at = max(instant_s, month_start_s(self.registers.installed_month))
            there = month_number(datetime.fromtimestamp(at, tz=UTC))
            return int(self._sound(register, np.array([at], dtype=np.int64), there)[0])

        rolls_over_at = self.meter.rollover_at or _ROLLS_OVER_AT
        return shown_index(sound, epoch_s, index_at, round(rolls_over_at / self._step), self.faults)

    def _sound(self, register: str, epoch_s: Integers, month: int) -> Integers:
        """Return a register as shown by a device without a fault."""
        counted = self.registers.index(self.meter.id, epoch_s, month)
        worn = _WORN_UP_TO * draw(stream(self.seed, "worn", register), 0)
        if self.dialect.has_off_peak:
            off_peak = self.registers.index(self.meter.id + OFF_PEAK, epoch_s, month)
            counted = off_peak if register.endswith(OFF_PEAK) else counted - off_peak
        return self._shown(worn + counted)

    def _shown(self, index: Floats) -> Integers:
        """Cut an index to what the device shows; a thousandth of a step absorbs rounding."""
        return np.floor(index / self._step + 1e-3).astype(np.int64)

    @property
    def _scale(self) -> float:
        """What one unit shown by the device is worth: pulse weight, transformer ratio."""
        return self.meter.source.scale if self.meter.source else 1.0

    @property
    def _step(self) -> float:
        """The device's resolution, in the unit that the meter counts in."""
        return self.dialect.resolution * self._scale

    def _temperature_degc(self, epoch_s: Integers) -> Floats:
        if not self.is_thermometer:
            return np.zeros(len(epoch_s))
        return self.weather.temperature_degc(epoch_s)

    def _power_w(self, epoch_s: Integers, month: int) -> Floats:
        if self.meter.commodity not in _HAS_POWER:
            return np.zeros(len(epoch_s))
        flicker = smooth(stream(self.seed, "flicker", self.meter.id), epoch_s, 75.0)
        per_hour = self.registers.rate_per_h(self.meter.id, epoch_s, month)
        shown_w = 1000.0 * per_hour / self._scale
        return np.asarray(shown_w * (1.0 + _FLICKER * np.clip(flicker, -3.0, 3.0)))
