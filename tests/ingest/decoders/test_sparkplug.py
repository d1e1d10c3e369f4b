"""Sparkplug B: what the golden files do not say."""

import gzip
import zlib
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded, Role, Wish
from ingest.decoders.memory import Memory
from ingest.decoders.registry import Decoders
from ingest.decoders.sparkplug_payload import parse
from tests.ingest.decoders.sparkplug_wire import field, metric, payload

PARIS = ZoneInfo("Europe/Paris")
DOUBLE = 10
NOON_MS = 1_768_893_300_000
BIRTH = payload(metric("Energy", alias=1, datatype=DOUBLE, value=field(13, 100.0), unit="kWh"))


class Host:
    """Decoders that remember, and what they wish."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.decoders = Decoders(memory=self.memory)

    def hears(self, kind: str, body: bytes, *device: str) -> Decoded:
        return self.decoders.decode("/".join(("spBv1.0", "g", kind, "node", *device)), body)


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.mark.parametrize(
    ("datatype", "bits"), [(1, 8), (2, 16), (3, 32), (4, 64), (5, 8), (6, 16), (7, 32), (8, 64)]
)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_an_integer_keeps_its_sign_whatever_its_width(
    datatype: int, bits: int, data: st.DataObject
) -> None:
    is_signed = datatype <= 4
    lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    value = data.draw(st.integers(lowest, highest))
    wire = field(11 if bits == 64 else 10, value & ((1 << max(32, bits)) - 1))
    birth = payload(metric("Power", datatype=datatype, value=wire, unit="W"))
    (reading,) = Host().hears("NBIRTH", birth).readings
    assert reading.value == float(value)


def test_a_small_negative_number_in_its_own_width_is_negative_too(host: Host) -> None:
    birth = payload(metric("Power", datatype=1, value=field(10, 0xFE), unit="W"))
    assert host.hears("NBIRTH", birth).readings[0].value == -2.0


def test_data_without_birth_asks_the_node_and_is_read_after_it(host: Host) -> None:
    data = payload(metric(alias=1, value=field(13, 101.0)))
    with pytest.raises(RejectedMessage) as refusal:
        host.hears("DDATA", data, "meter")
    assert refusal.value.code == "needs_birth"
    (wish,) = host.memory.take_wishes()
    assert wish.topic == "spBv1.0/g/NCMD/node"
    asked = parse(wish.payload)
    assert [(m.name, m.datatype, m.at_ms) for m in asked.metrics] == [
        ("Node Control/Rebirth", 11, NOON_MS)
    ]
    assert field(14, True) in wish.payload
    host.hears("DBIRTH", BIRTH, "meter")
    (reading,) = host.hears("DDATA", data, "meter").readings
    assert (reading.device, reading.register, reading.value) == ("g/node/meter", "Energy", 101.0)
    assert host.memory.take_wishes() == ()


def test_an_unknown_alias_asks_for_a_birth_and_costs_nobody_else(host: Host) -> None:
    host.hears("NBIRTH", BIRTH)
    data = payload(metric(alias=1, value=field(13, 101.0)), metric(alias=9, value=field(13, 5.0)))
    decoded = host.hears("NDATA", data)
    assert [reading.value for reading in decoded.readings] == [101.0]
    assert decoded.complaints == ("alias 9 is named by no birth; one was asked for",)
    assert [type(wish) for wish in host.memory.take_wishes()] == [Wish]
    with pytest.raises(RejectedMessage) as refusal:
        host.hears("NDATA", payload(metric(alias=9, value=field(13, 5.0))))
    assert refusal.value.code == "needs_birth"


def test_a_node_born_again_with_other_aliases_is_read_by_the_new_ones(host: Host) -> None:
    host.hears("NBIRTH", BIRTH)
    again = payload(
        metric("Power", alias=1, datatype=DOUBLE, value=field(13, 3.0), unit="kW"),
        metric("Energy", alias=2, datatype=DOUBLE, value=field(13, 100.0), unit="kWh"),
        at_ms=NOON_MS + 1000,
    )
    host.hears("NBIRTH", again)
    host.hears("NBIRTH", BIRTH)  # comes late, out of a spool
    (reading,) = host.hears("NDATA", payload(metric(alias=1, value=field(13, 4.0)))).readings
    assert reading.register == "Power"


def test_a_node_whose_clock_was_wrong_is_believed_about_its_names(host: Host) -> None:
    host.hears("NBIRTH", BIRTH)
    unset = payload(
        metric("Power", alias=1, datatype=DOUBLE, value=field(13, 3.0), unit="kW"), at_ms=5000
    )
    host.hears("NBIRTH", unset)
    (reading,) = host.hears("NDATA", payload(metric(alias=1, value=field(13, 4.0)))).readings
    assert reading.register == "Power"


def test_a_death_forgets_nothing(host: Host) -> None:
    host.hears("NBIRTH", BIRTH)
    assert host.hears("NDEATH", payload()).readings == ()
    assert host.hears("NDATA", payload(metric(alias=1, value=field(13, 101.0)))).readings


def test_a_birth_whose_numbers_are_worthless_still_names_them(host: Host) -> None:
    birth = payload(metric("Energy", alias=1, datatype=DOUBLE, unit="kWh"))
    assert host.hears("NBIRTH", birth).complaints == ("Energy is null, not a number",)
    assert host.hears("NDATA", payload(metric(alias=1, value=field(13, 101.0)))).readings


@pytest.mark.parametrize("word", [field(6, True), field(7, True)], ids=["transient", "null"])
def test_what_a_node_does_not_mean_to_be_kept_is_no_reading(host: Host, word: bytes) -> None:
    host.hears("NBIRTH", BIRTH)
    data = payload(metric(alias=1, value=word + field(13, 101.0)))
    assert host.hears("NDATA", data) == Decoded("sparkplug")


def test_a_number_marked_bad_is_named_and_not_read(host: Host) -> None:
    quality = field(9, field(1, "Quality") + field(2, field(1, 3) + field(3, 0)))
    host.hears("NBIRTH", BIRTH)
    with pytest.raises(RejectedMessage, match="Energy is marked bad"):
        host.hears("NDATA", payload(metric(alias=1, value=quality + field(13, 101.0))))


def test_two_words_for_one_energy_are_not_added_up(host: Host) -> None:
    birth = payload(
        metric("Energy_kWh", datatype=DOUBLE, value=field(13, 1.5)),
        metric("Energy_Wh", datatype=DOUBLE, value=field(13, 1500.0)),
        metric("Linky/HCHC", datatype=8, value=field(11, 5), unit="Wh"),
        metric("Linky/HCHP", datatype=8, value=field(11, 7), unit="Wh"),
    )
    roles = {r.register: r.role for r in host.hears("NBIRTH", birth).readings}
    assert roles == {
        "Energy_kWh": Role.TOTAL,
        "Energy_Wh": Role.OTHER,
        "Linky/HCHC": Role.TOTAL,
        "Linky/HCHP": Role.TOTAL,
    }


def test_a_phase_in_the_folder_is_a_share(host: Host) -> None:
    birth = payload(
        metric("TGBT/Phase 1/Energy", datatype=DOUBLE, value=field(13, 1.5), unit="kWh"),
        metric("TGBT/Export/Energy", datatype=DOUBLE, value=field(13, 1.5), unit="kWh"),
    )
    assert [r.role for r in host.hears("NBIRTH", birth).readings] == [Role.PART, Role.OTHER]


def test_a_name_that_is_no_text_costs_the_name(host: Host) -> None:
    birth = payload(field(1, b"\xff\xfe") + field(4, DOUBLE) + field(13, 1.0))
    assert host.hears("NBIRTH", birth).readings == ()


@pytest.mark.parametrize("topic", ["STATE/scada", "g/NCMD/n", "g/DDEATH/n/d"])
def test_commands_and_states_carry_no_reading(host: Host, topic: str) -> None:
    assert host.decoders.decode(f"spBv1.0/{topic}", b"\xff") == Decoded("sparkplug")


def test_a_gateway_of_ten_thousand_tags_is_remembered_by_its_registers(host: Host) -> None:
    tags = [
        metric(f"Ligne/Tag {n}", alias=n, datatype=3, value=field(10, n)) for n in range(10_000)
    ]
    energy = metric("Energy", alias=70_000, datatype=DOUBLE, value=field(13, 1.0), unit="kWh")
    (announcement,) = host.hears("NBIRTH", payload(*tags, energy)).announcements
    assert len(announcement.body or b"") < 100_000
    data = payload(metric(alias=17, value=field(10, 5)), metric(alias=70_000, value=field(13, 2.0)))
    assert [reading.value for reading in host.hears("NDATA", data).readings] == [2.0]


@pytest.mark.parametrize("power", [metric("Power", value=field(14, True)), metric("Power")])
def test_a_switch_called_power_is_no_power(host: Host, power: bytes) -> None:
    host.hears("NBIRTH", payload(metric("Power", datatype=11, value=field(14, True))))
    assert host.hears("NDATA", payload(power)) == Decoded("sparkplug")


def test_an_instance_of_a_template_goes_by_the_alias_of_its_birth(host: Host) -> None:
    def meter(name: str, value: float) -> bytes:
        inner = metric("Energy", datatype=DOUBLE, value=field(13, value), unit="kWh")
        return metric(name, alias=3, datatype=19, value=field(18, field(2, inner)))

    host.hears("NBIRTH", payload(meter("Compteur", 1.0)))
    (reading,) = host.hears("NDATA", payload(meter("", 2.0))).readings
    assert (reading.register, reading.value) == ("Compteur/Energy", 2.0)


def compressed(body: bytes) -> bytes:
    algorithm = field(2, field(1, "algorithm") + field(4, 12) + field(15, "GZIP"))
    return field(4, "SPBV1.0_COMPRESSED") + field(5, body) + algorithm


@pytest.mark.parametrize("body", [zlib.compress(BIRTH), gzip.compress(BIRTH)])
def test_a_node_may_compress_what_it_says(host: Host, body: bytes) -> None:
    assert [r.value for r in host.hears("NBIRTH", compressed(body)).readings] == [100.0]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_sparkplug"),
        (b"\x00\x01", "not_sparkplug"),
        (zlib.compress(BIRTH)[:-3], "not_sparkplug"),
        (zlib.compress(b"\xff" * 9), "not_sparkplug"),
        (zlib.compress(bytes(5 * 1024 * 1024)), "too_large"),
    ],
    ids=["empty", "damaged", "cut", "no message", "bomb"],
)
def test_what_cannot_be_decompressed_is_refused(host: Host, body: bytes, code: str) -> None:
    with pytest.raises(RejectedMessage) as refusal:
        host.hears("NBIRTH", compressed(body))
    assert refusal.value.code == code
