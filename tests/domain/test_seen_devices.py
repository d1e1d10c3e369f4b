"""What is known of a device grows with each message, in whatever order they come."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.meters import Commodity, Meter, Source
from domain.registers import Accumulation, Quantity, Role
from domain.seen_devices import (
    MOST_INSTANTS,
    MOST_REGISTERS,
    SeenDevice,
    SeenRegister,
    bounded,
    undeclared,
)

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def register(
    name: str = "Total",
    *at_min: float,
    value: float = 1.0,
    quantity: Quantity = Quantity.ENERGY,
    unit: str = "kWh",
    role: Role = Role.TOTAL,
) -> SeenRegister:
    counted = quantity in (Quantity.ENERGY, Quantity.VOLUME)
    return SeenRegister(
        name=name,
        quantity=quantity,
        unit=unit,
        accumulation=Accumulation.CUMULATIVE if counted else Accumulation.INSTANTANEOUS,
        role=role,
        value=value,
        instants=tuple(NOON + timedelta(minutes=n) for n in at_min or (0,)),
    )


def device(*registers: SeenRegister, name: str = "plug", **more: object) -> SeenDevice:
    last = max((r.taken_at for r in registers), default=NOON)
    told: dict[str, object] = {"family": "tasmota", "topic": f"tele/{name}/SENSOR", "messages": 1}
    told |= {"device": name, "first_at": last, "last_at": last, "registers": registers}
    return SeenDevice(**told | more)  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 500), min_size=1, max_size=12, unique=True), st.randoms())
def test_what_is_known_does_not_depend_on_the_order_of_arrival(
    minutes: list[int], random: Random
) -> None:
    heard = [device(register("Total", minute, value=float(minute))) for minute in minutes]
    random.shuffle(heard)
    known = heard[0]
    for more in heard[1:]:
        known = known.with_news(more)
    (total,) = known.registers
    newest = sorted(minutes)[-MOST_INSTANTS:]
    assert total.instants == tuple(NOON + timedelta(minutes=n) for n in newest)
    assert total.value == max(minutes)
    assert known.messages == len(minutes)
    assert known.first_at == NOON + timedelta(minutes=min(minutes))
    assert known.last_at == NOON + timedelta(minutes=max(minutes))


def test_the_cadence_is_that_of_the_index_and_no_late_message_moves_it() -> None:
    power = register("Power", 0, 0.1, 0.2, 0.3, quantity=Quantity.POWER, role=Role.LIVE)
    index = register("Total", 0, 10, 20, 55, 65, 75)
    assert device(index, power).cadence == timedelta(minutes=10)
    assert device(power).cadence == timedelta(minutes=0.1)
    assert device(register("Total", 0)).cadence is None


def test_a_device_that_says_too_much_is_remembered_by_what_it_counts() -> None:
    shares = [register(f"tariff{n}", role=Role.PART) for n in range(MOST_REGISTERS)]
    kept = bounded([*shares, register("Total"), register("x" * 5000)])
    assert len(kept) == MOST_REGISTERS
    assert [r.name for r in kept[:2]] == ["Total", "tariff0"]


def test_a_label_once_told_is_not_lost_by_a_message_without_one() -> None:
    named = device(register("Total", 0), label="Chaufferie")
    assert named.with_news(device(register("Total", 5))).label == "Chaufferie"


def test_a_device_that_feeds_a_living_meter_is_no_discovery() -> None:
    source = Source(family="chirpstack", device="A840410001828F31")
    meter = Meter(
        id="w", building_id="school", name="Eau", commodity=Commodity.WATER, source=source
    )
    seen = device(register(), name="a840410001828f31", family="chirpstack")
    assert undeclared([seen], [meter]) == ()
    assert undeclared([seen], []) == (seen,)
