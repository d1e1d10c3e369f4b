from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.errors import ConfigError
from domain.periods import Period
from sensors_sim.faults.fault import Fault, FaultKind, check_meters, parse_fault


def test_a_fault_is_read_with_its_local_start_and_its_length() -> None:
    start = datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert parse_fault("gap:jf-elec:2026-11-20T08:00/3h") == Fault(
        kind=FaultKind.GAP, meter_id="jf-elec", period=Period(start, start + timedelta(hours=3))
    )


@pytest.mark.parametrize(
    ("text", "kind", "length", "amount"),
    [
        ("late:m:2026-11-20T08:00+00:00/90m/2.5h", FaultKind.LATE, 1.5, 2.5),
        ("clock-skew:m:2026-11-20T08:00Z/1d/-12m", FaultKind.CLOCK_SKEW, 24, -0.2),
        ("OUT_OF_ORDER:m:2026-11-20/1h", FaultKind.OUT_OF_ORDER, 1, 0.5),
        ("reset:m:2026-11-20", FaultKind.RESET, 876_000, 0),
        ("stuck:m:2026-11-20T08:00", FaultKind.STUCK, 1, 0),
    ],
)
def test_length_and_amount_may_be_given_or_left_out(
    text: str, kind: FaultKind, length: float, amount: float
) -> None:
    fault = parse_fault(text, ZoneInfo("UTC"))
    assert fault.kind is kind
    assert fault.period.hours == length
    assert fault.amount == timedelta(hours=amount)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("gap", "kind:meter:start/length"),
        ("gap::2026-11-20", "kind:meter:start/length"),
        ("gpa:m:2026-11-20", "did you mean 'gap'"),
        ("earthquake:m:2026-11-20", "it is one of reset, rollover"),
        ("gap:m:yesterday", "write 2026-11-20T08:00"),
        ("gap:m:2026-11-20/3 hours", "write 90s, 45m, 3h or 2d"),
        ("gap:m:2026-11-20/-3h", "positive"),
        ("late:m:2026-11-20/3h/-1h", "negative"),
        ("late:m:2026-11-20/3h/1h/1h", "all it takes"),
    ],
)
def test_a_misspelt_fault_is_refused_with_advice(text: str, advice: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        parse_fault(text)
    assert advice in str(refusal.value)
    assert repr(text) in str(refusal.value)


def test_every_fault_of_an_unknown_meter_is_named_at_once() -> None:
    faults = [parse_fault(f"gap:{name}:2026-11-20") for name in ("jf-elek", "jf-gas", "nobody")]
    with pytest.raises(ConfigError) as refusal:
        check_meters(faults, ["jf-elec", "jf-gas"])
    assert len(refusal.value.findings) == 2
    assert "did you mean 'jf-elec'" in refusal.value.findings[0]
