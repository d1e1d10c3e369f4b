"""A portfolio of simulated buildings, as its meters tell of it."""

import logging
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter

import numpy as np

from domain.messages import RawMessage
from domain.periods import Period
from domain.sites import Portfolio
from sensors_sim.buildings import SimulatedBuilding, simulated_building
from sensors_sim.dialects.device import Instant, Spoken, device_of
from sensors_sim.dialects.tongues import dialect_of
from sensors_sim.faults.delivery import arrivals, longest_delay
from sensors_sim.faults.fault import Fault, check_meters
from sensors_sim.grid import STEP_S, month_grid, month_number
from sensors_sim.meters import OFF_PEAK, SimulatedMeter
from sensors_sim.noise import Floats
from sensors_sim.registers import Registers
from sensors_sim.tariff import is_off_peak
from sensors_sim.timeline import Span, instants_of, spans_of
from settings.model import MappingSettings

log = logging.getLogger(__name__)

INSTALLED_ON = datetime(2023, 1, 1, tzinfo=UTC)
"""The simulated meters count from this day on; before it they say nothing."""


_RECEIVED_AT = attrgetter("received_at")


class Simulation:
    """What the meters of a portfolio count, and the messages in which they say so.

    The same portfolio and seed give the same index at the same instant, whenever
    and from wherever the simulation is started.
    """

    def __init__(
        self,
        portfolio: Portfolio,
        seed: int,
        *,
        mappings: Sequence[MappingSettings] = (),
        faults: Sequence[Fault] = (),
    ) -> None:
        """Prepare the meters; nothing is computed before it is asked for.

        Args:
            portfolio: Buildings, zones and meters. A retired meter, one without a
                device and one whose device has no dialect are left out.
            seed: Everything random comes from it.
            mappings: What meters of a family `mapping:<name>` speak.
            faults: What goes wrong, and where. `truth` is not touched by it.

        Raises:
            ConfigError: A fault hits a meter that is not simulated.
        """
        self._seed = seed
        self._meters: dict[str, SimulatedMeter] = {}
        people = {zone.id: zone.people for zone in portfolio.zones}
        for rank, building in enumerate(portfolio.buildings):
            meters = tuple(m for m in portfolio.meters_of(building.id) if not m.retired)
            dialects = {m.id: dialect_of(m, mappings) for m in meters}
            simulated = simulated_building(building, rank, meters, people, seed=seed)
            tariffed = [name for name, d in dialects.items() if d is not None and d.has_off_peak]
            registers = Registers(
                _with_off_peak(simulated, tariffed), building.zone, month_number(INSTALLED_ON)
            )
            for meter in meters:
                dialect = dialects[meter.id]
                if dialect is not None:
                    self._meters[meter.id] = SimulatedMeter(
                        meter=meter,
                        device=device_of(meter, building.zone),
                        dialect=dialect,
                        registers=registers,
                        weather=simulated.weather,
                        seed=seed,
                        faults=tuple(f for f in faults if f.meter_id == meter.id),
                    )
        check_meters(faults, self._meters)

    @property
    def meter_ids(self) -> tuple[str, ...]:
        """The meters that speak, in the portfolio's order."""
        return tuple(self._meters)

    def next_message_at(self, instant: datetime) -> datetime:
        """Return the first instant after the given one at which a meter's cadence falls due."""
        now_s = int(instant.timestamp())
        cadences = {simulated.device.cadence_s for simulated in self._meters.values()}
        due_s = min(((now_s // every + 1) * every for every in cadences), default=now_s + 3600)
        return datetime.fromtimestamp(due_s, tz=UTC)

    def carries_time(self, meter_id: str) -> bool:
        """Tell whether a meter's messages say when they were measured.

        Those of the others are only right when they are received at once: over
        MQTT they cannot tell of the past.
        """
        return self._meters[meter_id].dialect.carries_time

    def messages(
        self,
        period: Period,
        step: timedelta = timedelta(0),
        *,
        meter_ids: Sequence[str] | None = None,
    ) -> Iterator[RawMessage]:
        """Yield what is published during a period, in time order.

        Args:
            period: Its start is included, its end is not. Before `INSTALLED_ON`
                there is nothing.
            step: At least so long between two messages of a meter, rounded up to
                whole cadences; at 0 each meter keeps its own. Meters publish when
                the clock shows a whole multiple, so that hours end on a reading.
            meter_ids: Only these meters; None: all.

        Yields:
            Messages received at the very instant of what they say.
        """
        chosen = self._meters if meter_ids is None else {i: self._meters[i] for i in meter_ids}
        start = max(period.start, INSTALLED_ON)
        if period.start < start < period.end:
            log.info("the simulated meters are silent before %s", INSTALLED_ON.date())
        for span in spans_of(start, period.end):
            batch: list[RawMessage] = []
            for simulated in chosen.values():
                batch.extend(self._published(simulated, span, step))
            batch.sort(key=_RECEIVED_AT)
            yield from batch

    def truth(self, meter_id: str, period: Period) -> float:
        """Return what a meter's device says was used in a period.

        Returns:
            The difference of the index shown at both ends, in the unit of the
            commodity [kWh, kWh PCS of gas, m³ of water], or the mean temperature [°C].

        Raises:
            KeyError: No such meter is simulated.
            ValueError: The period starts before the meters were installed.
        """
        simulated = self._meters[meter_id]
        if simulated.is_thermometer:
            epoch_s = np.arange(
                int(period.start.timestamp()), int(period.end.timestamp()), STEP_S, dtype=np.int64
            )
            return float(np.mean(simulated.weather.temperature_degc(epoch_s)))
        at_start, at_end = (self._total(simulated, edge) for edge in (period.start, period.end))
        return simulated.worth(at_end - at_start)

    def _published(
        self, simulated: SimulatedMeter, span: Span, step: timedelta
    ) -> Iterator[RawMessage]:
        """Yield the messages of one meter that arrive during a span."""
        if not simulated.faults:
            for instant, said in _spoken(simulated, span, step):
                for topic, payload in said:
                    yield RawMessage(topic, payload, instant.utc)
            return
        first, end = (datetime.fromtimestamp(s, tz=UTC) for s in (span.first_s, span.end_s))
        reach = max(INSTALLED_ON, first - longest_delay(simulated.faults))
        for earlier in spans_of(reach, end):
            for instant, said in _spoken(simulated, earlier, step):
                for at in arrivals(instant.utc, simulated.faults, self._seed):
                    if first <= at < end:
                        yield from (RawMessage(topic, payload, at) for topic, payload in said)

    def _total(self, simulated: SimulatedMeter, instant: datetime) -> int:
        epoch_s = np.array([int(instant.timestamp())], dtype=np.int64)
        return int(simulated.totals(epoch_s, month_number(instant))[0])


def _spoken(
    simulated: SimulatedMeter, span: Span, step: timedelta
) -> Iterator[tuple[Instant, Sequence[Spoken]]]:
    """Yield what one meter says during a span, beside the instant."""
    cadence_s = simulated.device.cadence_s
    every_s = cadence_s * max(1, math.ceil(step.total_seconds() / cadence_s))
    instants = instants_of(span, every_s, simulated.device.zone)
    return zip(instants, simulated.speak(instants, span.month), strict=True)


def _with_off_peak(
    building: SimulatedBuilding, meter_ids: Collection[str]
) -> Callable[[int], Mapping[str, Floats]]:
    """Give some meters a second register, for their off-peak hours."""

    def amounts(month: int) -> dict[str, Floats]:
        counted = building.amounts(month)
        cheap = is_off_peak(month_grid(month, building.building.zone).local_hour)
        return counted | {f"{name}{OFF_PEAK}": counted[name] * cheap for name in meter_ids}

    return amounts
