"""Green Button: resources linked to one another, whatever their order and their prefix."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedFile
from domain.readings import Quality
from domain.registers import Accumulation, Quantity
from ingest.importers.canonical import canonical_values, stored_quantity
from ingest.importers.door import recognise
from ingest.importers.formats.espi import FORMAT
from ingest.importers.series import Choices, Counts, Report, Series
from tests.ingest.importers.formats import espi_writer as w
from tests.ingest.importers.reading import PARIS, read

NEW_YEAR = 1767225600
"""2026-01-01T00:00Z."""


def kept(folder: Path, text: str | bytes) -> Path:
    path = folder / "green.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def one(folder: Path, *values: str, **kind: int) -> list[tuple[str, float, float, int]]:
    """Return the rows of a feed with one register."""
    text = w.feed(w.usage_point(), w.meter_reading(), w.reading_type(**kind), w.block(values))
    rows, _ = read(FORMAT, kept(folder, text))
    (only,) = rows.values()
    return only


def series_of(folder: Path, *entries: str) -> list[Series]:
    path = kept(folder, w.feed(*entries))
    return list(FORMAT.read(path, Choices(zone=PARIS), Report()))


@pytest.mark.parametrize("spelling", [str, w.prefixed])
def test_quarter_hours_are_read_whatever_the_prefix(tmp_path: Path, spelling: object) -> None:
    text = w.feed(
        w.usage_point(),
        w.meter_reading(),
        w.reading_type(),
        w.block([w.value(282, NEW_YEAR), w.value(0, NEW_YEAR + 900)]),
    )
    path = kept(tmp_path, spelling(text))  # type: ignore[operator]
    assert recognise(path) is FORMAT
    rows, report = read(FORMAT, path)
    assert rows == {
        ("U1", "delivered"): [
            ("2026-01-01T00:00", 282, 900, Quality.VALID),
            ("2026-01-01T00:15", 0, 900, Quality.VALID),
        ]
    }
    assert (report.rows, report.blanks, report.bad_lines) == (2, 0, 0)


def test_a_feed_that_windows_kept_in_utf_16_is_known_and_read(tmp_path: Path) -> None:
    text = w.feed(
        w.usage_point(), w.meter_reading(), w.reading_type(), w.block([w.value(282, NEW_YEAR)])
    )
    path = tmp_path / "feed.xml"
    path.write_bytes(text.replace("UTF-8", "UTF-16").encode("utf-16"))
    assert recognise(path) is FORMAT
    assert read(FORMAT, path)[0] == {
        ("U1", "delivered"): [("2026-01-01T00:00", 282, 900, Quality.VALID)]
    }


def test_links_rule_and_not_the_order_of_the_entries(tmp_path: Path) -> None:
    entries = [
        w.usage_point("U1"),
        w.usage_point("U2"),
        w.meter_reading("01", "U1", "07"),
        w.meter_reading("02", "U1", "19"),
        w.meter_reading("01", "U2", "07"),
        w.reading_type("07"),
        w.reading_type("19", flowDirection=19),
        w.block([w.value(1, NEW_YEAR)], "01", "U1"),
        w.block([w.value(2, NEW_YEAR)], "02", "U1"),
        w.block([w.value(3, NEW_YEAR)], "01", "U2"),
        w.block([w.value(4, NEW_YEAR + 900)], "01", "U1"),
    ]
    expected = {
        ("U1", "delivered"): {1, 4},
        ("U1", "reverse"): {2},
        ("U2", "delivered"): {3},
    }
    for seed in range(6):
        random.Random(seed).shuffle(entries)
        rows, _ = read(FORMAT, kept(tmp_path, w.feed(*entries)))
        assert {key: {row[1] for row in found} for key, found in rows.items()} == expected


def test_addresses_with_their_server_meet_those_without(tmp_path: Path) -> None:
    text = w.feed(
        w.usage_point("U2"),
        w.usage_point(),
        w.meter_reading("02"),
        w.meter_reading("01", kind="08"),
        w.reading_type(),
        w.reading_type("08", powerOfTenMultiplier=1),
    )
    text = text.replace('href="/espi', 'href="https://utility.example/DataCustodian/espi')
    whole = text.replace("</feed>", w.block([w.value(5, NEW_YEAR)], "02") + "</feed>")
    rows, _ = read(FORMAT, kept(tmp_path, whole))
    assert rows == {("U1", "delivered"): [("2026-01-01T00:00", 5, 900, Quality.VALID)]}


@pytest.mark.parametrize(
    ("kind", "number", "quantity", "canonical"),
    [
        ({"uom": 72}, 1500, Quantity.ENERGY, 1.5),
        ({"uom": 72, "powerOfTenMultiplier": 3}, 2, Quantity.ENERGY, 2),
        ({"uom": 72, "powerOfTenMultiplier": -3}, 1_500_000, Quantity.ENERGY, 1.5),
        ({"uom": 38}, 4000, Quantity.ENERGY, 1),
        ({"uom": 31, "powerOfTenMultiplier": 6}, 36, Quantity.ENERGY, 10),
        ({"uom": 42, "powerOfTenMultiplier": -3}, 2500, Quantity.VOLUME, 2.5),
        ({"uom": 119}, 100, Quantity.VOLUME, 2.8316846592),
        ({"uom": 134}, 250, Quantity.VOLUME, 0.25),
        ({"uom": 169}, 1, Quantity.ENERGY, 29.3071070172),
    ],
)
def test_units_and_powers_of_ten_become_what_is_stored(
    tmp_path: Path, kind: dict[str, int], number: int, quantity: Quantity, canonical: float
) -> None:
    (series,) = series_of(
        tmp_path,
        w.usage_point(),
        w.meter_reading(),
        w.reading_type(**kind),
        w.block([w.value(number, NEW_YEAR)]),
    )
    assert stored_quantity(series) is quantity
    assert series.accumulation is Accumulation.DELTA
    assert canonical_values(series)[0] == pytest.approx(canonical)


def test_an_index_is_taken_at_the_end_of_its_interval(tmp_path: Path) -> None:
    assert one(tmp_path, w.value(1_000_000, NEW_YEAR, 900), accumulationBehaviour=3) == [
        ("2026-01-01T00:15", 1_000_000, 0, Quality.VALID)
    ]


@pytest.mark.parametrize(
    ("uom", "behaviour", "quantity"),
    [(38, 12, Quantity.POWER), (38, 6, Quantity.POWER), (23, 0, Quantity.TEMPERATURE)],
)
def test_a_state_has_no_length(
    tmp_path: Path, uom: int, behaviour: int, quantity: Quantity
) -> None:
    (series,) = series_of(
        tmp_path,
        w.usage_point(),
        w.meter_reading(),
        w.reading_type(uom=uom, accumulationBehaviour=behaviour),
        w.block([w.value(20, NEW_YEAR)]),
    )
    assert (series.quantity, series.accumulation) == (quantity, Accumulation.INSTANTANEOUS)
    assert series.duration_s.tolist() == [0]


@pytest.mark.parametrize(
    ("codes", "quality"),
    [
        ((), Quality.VALID),
        ((14,), Quality.VALID),
        ((17,), Quality.VALID),
        ((7,), Quality.ESTIMATED),
        ((8,), Quality.ESTIMATED),
        ((9,), Quality.ESTIMATED),
        ((10,), Quality.QUESTIONABLE),
        ((12,), Quality.QUESTIONABLE),
        ((17, 8), Quality.ESTIMATED),
        ((99,), Quality.ESTIMATED),
    ],
)
def test_the_worst_of_a_values_qualities_counts(
    tmp_path: Path, codes: tuple[int, ...], quality: Quality
) -> None:
    assert one(tmp_path, w.value(5, NEW_YEAR, quality=codes))[0][3] == quality


def test_a_default_quality_holds_where_none_is_said(tmp_path: Path) -> None:
    rows = one(
        tmp_path, w.value(5, NEW_YEAR), w.value(5, NEW_YEAR + 900, 900, [0]), defaultQuality=8
    )
    assert [row[3] for row in rows] == [Quality.ESTIMATED, Quality.VALID]


def test_a_length_that_is_not_said_is_the_reading_types(tmp_path: Path) -> None:
    rows = one(tmp_path, w.value(5, NEW_YEAR, None), intervalLength=1800)
    assert rows == [("2026-01-01T00:00", 5, 1800, Quality.VALID)]


def test_values_without_times_follow_each_other_from_the_blocks_start(tmp_path: Path) -> None:
    rows = one(tmp_path, w.value(5, None, None), w.value(6, None, None), intervalLength=3600)
    assert [row[:3] for row in rows] == [
        ("2026-01-01T00:00", 5, 3600),
        ("2026-01-01T01:00", 6, 3600),
    ]


def test_a_missing_value_is_blank_and_an_interval_without_end_is_named(tmp_path: Path) -> None:
    text = w.feed(
        w.usage_point(),
        w.meter_reading(),
        w.reading_type(intervalLength=0),
        "\n",
        w.block([w.value(None, NEW_YEAR), "\n", w.value(5, NEW_YEAR, None), w.value(7, NEW_YEAR)]),
    )
    rows, report = read(FORMAT, kept(tmp_path, text))
    assert [row[1] for row in rows["U1", "delivered"]] == [7]
    assert report.blanks == 1
    assert report.problems == ["line 4: an IntervalReading does not say how long it lasts"]


def test_decimals_are_values_and_words_are_bad_lines(tmp_path: Path) -> None:
    values = [w.value("0.25", NEW_YEAR), w.value("beaucoup", NEW_YEAR + 900)]
    text = w.feed(w.usage_point(), w.meter_reading(), w.reading_type(), "\n", w.block(values))
    rows, report = read(FORMAT, kept(tmp_path, text))
    assert [row[1] for row in rows["U1", "delivered"]] == [0.25]
    assert (report.blanks, report.problems) == (0, ["line 3: 'beaucoup' is not a number"])


def test_what_is_not_kept_is_remarked_and_no_fault(tmp_path: Path) -> None:
    text = w.feed(
        w.usage_point(),
        w.meter_reading("01", kind="07"),
        w.meter_reading("02", kind="73"),
        w.reading_type("07"),
        w.reading_type("73", uom=73),
        w.block([w.value(5, NEW_YEAR)], "01"),
        w.block([w.value(5, NEW_YEAR)], "02"),
    )
    rows, report = read(FORMAT, kept(tmp_path, text))
    assert list(rows) == [("U1", "delivered")]
    assert any("unit of measure 73" in remark for remark in report.remarks)


def test_what_flows_back_and_what_is_a_share_are_told_apart(tmp_path: Path) -> None:
    found = series_of(
        tmp_path,
        w.usage_point(),
        w.meter_reading("01", kind="07"),
        w.meter_reading("02", kind="19"),
        w.meter_reading("03", kind="33"),
        w.meter_reading("04", kind="04"),
        w.reading_type("07"),
        w.reading_type("19", flowDirection=19),
        w.reading_type("33", phase=128),
        w.reading_type("04", flowDirection=4),
        *(w.block([w.value(5, NEW_YEAR)], f"0{n}") for n in (1, 2, 3, 4)),
    )
    assert {series.register: series.counts for series in found} == {
        "delivered": Counts.TOTAL,
        "reverse": Counts.EXPORT,
        "delivered 128/0": Counts.SHARE,
        "net": Counts.OTHER,
    }


def test_two_registers_of_one_direction_have_two_names(tmp_path: Path) -> None:
    found = series_of(
        tmp_path,
        w.usage_point(),
        w.meter_reading("01", kind="07"),
        w.meter_reading("02", kind="08"),
        w.reading_type("07"),
        w.reading_type("08", intervalLength=86400),
        w.block([w.value(5, NEW_YEAR)], "01"),
        w.block([w.value(500, NEW_YEAR, 86400)], "02"),
    )
    assert [series.register for series in found] == ["delivered", "delivered 02"]


@pytest.mark.parametrize(
    "prologue",
    [
        w.DTD,
        '<!DOCTYPE feed SYSTEM "http://127.0.0.1:9/evil.dtd">',
        '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_and_document_types_are_refused(tmp_path: Path, prologue: str) -> None:
    text = w.feed(w.usage_point(), w.block([w.value("&b;", NEW_YEAR)]), prologue=prologue)
    with pytest.raises(RejectedFile, match="document type or an entity"):
        read(FORMAT, kept(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<feed",
        "<a>" * 500 + "http://naesb.org/espi",
        w.feed(w.usage_point()),
        '<?xml version="1.0" encoding="klingon"?><feed/>',
    ],
)
def test_what_is_no_feed_is_refused_kindly(tmp_path: Path, text: str) -> None:
    with pytest.raises(RejectedFile, match=r"XML|IntervalBlock|deep"):
        read(FORMAT, kept(tmp_path, text))


def test_a_resource_alone_without_a_feed_is_read(tmp_path: Path) -> None:
    inside = w.block([w.value(5, NEW_YEAR)])
    alone = inside[inside.index("<IntervalBlock") : inside.index("</content>")]
    rows, report = read(FORMAT, kept(tmp_path, alone))
    assert rows == {}
    assert any("no ReadingType" in remark for remark in report.remarks)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_bytes_give_series_or_say_why_not(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    good = w.feed(
        w.usage_point(), w.meter_reading(), w.reading_type(), w.block([w.value(5, NEW_YEAR)])
    ).encode()
    at = data.draw(st.integers(0, len(good)))
    junk = data.draw(st.binary(max_size=20) | st.sampled_from([b"<!DOCTYPE x>", b"</entry>", b"9"]))
    cut = data.draw(st.integers(0, 30))
    path = kept(tmp_path_factory.mktemp("espi"), good[:at] + junk + good[at + cut :])
    try:
        for series in FORMAT.read(path, Choices(zone=PARIS), Report()):
            assert len(series.value)
    except RejectedFile as refusal:
        assert refusal.problems  # noqa: PT017 (either outcome is right)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=60), st.integers(1, 7))
def test_the_sum_is_the_files_however_it_is_cut_into_blocks(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int], size: int
) -> None:
    values = [w.value(n, NEW_YEAR + 900 * i) for i, n in enumerate(numbers)]
    blocks = [w.block(values[i : i + size]) for i in range(0, len(values), size)]
    text = w.feed(*blocks, w.reading_type(), w.meter_reading(), w.usage_point())
    rows, _ = read(FORMAT, kept(tmp_path_factory.mktemp("espi"), text))
    (only,) = rows.values()
    assert [value for _, value, *_ in only] == numbers
