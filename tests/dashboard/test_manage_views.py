"""What the manage pages say of a building, decided before anything is drawn."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.load_chart import load_chart
from dashboard.figures.sparkline import sparkline
from dashboard.figures.squares import square
from dashboard.plain.tag import Html, tag
from dashboard.queries.health import MeterHealth, MeterState, health_of
from dashboard.queries.portfolio import BuildingFigures, PortfolioFigures
from dashboard.queries.spans import DaySpan, Look, complete_days
from dashboard.queries.standing import UsedAgainstExpected
from dashboard.text.words import words_for
from dashboard.viewmodels.attention import attention_view
from dashboard.viewmodels.load_curve import LoadCurve, opening_frames
from dashboard.viewmodels.meter_health import health_view
from dashboard.viewmodels.portfolio import portfolio_view
from dashboard.viewmodels.portfolio_rows import Spark
from dashboard.viewmodels.strip import NEAR_PERCENT, StripBuilding, strip_view
from dashboard.viewmodels.targets import ReadTarget, TypedTarget, advice, read_target
from domain.errors import InvalidRecord
from domain.meters import Commodity, Source
from domain.snapshots import Verdict
from tests.dashboard.house import METERS, OFFICE, PARIS, SCHOOL, TOWN_HALL

FRENCH = words_for("fr")
NOW = datetime(2026, 11, 16, 13, 16, tzinfo=UTC)
SPAN = DaySpan(first=date(2026, 11, 14), after_last=date(2026, 11, 16))
ELECTRICITY = Commodity.ELECTRICITY


def _used(deviation: float | None, dead_band: float = 0.03) -> UsedAgainstExpected:
    if deviation is None:
        return UsedAgainstExpected(used=None, coverage=0.0)
    return UsedAgainstExpected(
        used=20_000.0,
        measured=1000.0 * (1 + deviation),
        expected=1000.0,
        dead_band=dead_band,
        coverage=0.985,
    )


def _figures(deviations: dict[str, float | None], dead_band: float = 0.03) -> PortfolioFigures:
    return PortfolioFigures(
        look=Look.MONTH,
        span=SPAN,
        buildings=tuple(
            BuildingFigures(
                building=building,
                used=_used(deviations[building.id], dead_band),
                intensity_kwh_m2=61.4,
                target=None,
                standing=None,
                newest_at=NOW - timedelta(hours=26),
            )
            for building in (SCHOOL, TOWN_HALL, OFFICE)
        ),
        whole=replace(_used(-0.003), used=60_000.0),
        meters=(),
        dead_letters=0,
        now=NOW,
    )


def test_the_portfolio_speaks_in_one_sentence_and_puts_the_worst_first() -> None:
    view = portfolio_view(
        _figures({SCHOOL.id: -0.063, TOWN_HALL.id: 0.051, OFFICE.id: 0.003}), FRENCH
    )
    assert view.sentence == (
        "En 30 jours, 3 bâtiments ont utilisé *60,0 MWh*, *comme prévu* par ce temps "
        "(−0,3 % ± 3,0 %)."
    ).replace(" %", "\u00a0%").replace("± ", "±\u00a0")
    assert [row.name for row in view.rows] == [TOWN_HALL.name, OFFICE.name, SCHOOL.name]
    assert [row.deviation for row in view.rows] == ["+5,1\u00a0%", "+0,3\u00a0%", "−6,3\u00a0%"]
    assert [row.verdict for row in view.rows] == [
        Verdict.ABOVE,
        Verdict.AS_EXPECTED,
        Verdict.BETTER,
    ]


def test_a_building_without_data_is_last_says_so_and_leaves_the_strip() -> None:
    view = portfolio_view(
        _figures({SCHOOL.id: None, TOWN_HALL.id: 0.051, OFFICE.id: 0.003}), FRENCH
    )
    last = view.rows[-1]
    assert (last.name, last.energy_mwh, last.deviation) == (SCHOOL.name, "—", "aucune donnée")
    assert (last.verdict, last.age) == (Verdict.UNKNOWN, "il y a 26\u00a0h")
    assert len(view.strip.marks) == 2
    assert view.strip.left_out == "Sans comparaison pour l’instant : 1."


def test_a_deviation_inside_its_own_band_is_as_expected_however_large_it_looks() -> None:
    deviations = {SCHOOL.id: -0.063, TOWN_HALL.id: 0.051, OFFICE.id: 0.003}
    view = portfolio_view(_figures(deviations, dead_band=0.1), FRENCH)
    assert {row.verdict for row in view.rows} == {Verdict.AS_EXPECTED}
    assert {row.band for row in view.rows} == {"±\u00a010,0\u00a0%"}


def test_each_of_a_few_buildings_stands_before_the_linen_of_its_own_band() -> None:
    strip = strip_view(
        [
            StripBuilding(
                name=f"n{n}", href="", verdict=Verdict.BETTER, word="", deviation=d, dead_band=band
            )
            for n, (d, band) in enumerate([(-0.05, 0.02), (0.0, 0.04), (0.05, 0.12)])
        ],
        FRENCH,
    )
    assert [mark.lane for mark in strip.marks] == [0, 1, 2]
    wide = [linen.wide for linen in strip.linens]
    assert wide[0] < wide[1] < wide[2]
    assert wide[1] == pytest.approx(2 * wide[0], abs=0.05)


def test_an_hour_alone_above_the_linen_is_not_painted_orange() -> None:
    curve = _curve(measured=(3.0, 5.0, 3.0, 5.0, 6.0), low=(1.0,) * 5, high=(4.0,) * 5)
    above = load_chart(curve).data[1]
    assert list(above.y) == [None, None, None, 5.0, 6.0]


def test_every_language_words_the_whole_portfolio() -> None:
    figures = _figures({SCHOOL.id: -0.063, TOWN_HALL.id: None, OFFICE.id: 0.003})
    sentences = {portfolio_view(figures, words_for(c)).sentence for c in ("fr", "en", "eu")}
    assert len(sentences) == 3


@given(st.lists(st.floats(-0.4, 0.4), max_size=40))
def test_no_two_flowers_of_the_strip_cover_one_another(deviations: list[float]) -> None:
    buildings = [
        StripBuilding(
            name=str(n), href="", verdict=Verdict.BETTER, word="", deviation=d, dead_band=0.03
        )
        for n, d in enumerate(deviations)
    ]
    marks = strip_view(buildings, FRENCH).marks
    assert all(0 <= mark.left <= 100 for mark in marks)
    for one in marks:
        for other in marks:
            if one is not other and one.lane == other.lane:
                assert abs(one.left - other.left) >= NEAR_PERCENT - 0.011


@pytest.mark.parametrize(
    ("age", "health"),
    [
        (timedelta(minutes=20), MeterHealth.ON_TIME),
        (timedelta(hours=2), MeterHealth.LATE),
        (timedelta(days=2), MeterHealth.SILENT),
        (None, MeterHealth.SILENT),
    ],
)
def test_a_meter_is_judged_by_its_own_cadence(age: timedelta | None, health: MeterHealth) -> None:
    assert health_of(METERS[0], NOW - age if age is not None else None, NOW) is health


def test_a_daily_meter_is_not_late_at_noon() -> None:
    daily = replace(METERS[0], cadence=timedelta(days=1))
    assert health_of(daily, NOW - timedelta(hours=30), NOW) is MeterHealth.ON_TIME


def test_complete_days_end_yesterday() -> None:
    assert complete_days(Look.WEEK, NOW, PARIS) == DaySpan(
        first=date(2026, 11, 9), after_last=date(2026, 11, 16)
    )


def _curve(
    measured: tuple[float | None, ...],
    low: tuple[float | None, ...],
    high: tuple[float | None, ...],
) -> LoadCurve:
    midnight = datetime.combine(date(2026, 11, 16), time())
    return LoadCurve(
        times=tuple(midnight + timedelta(hours=hour) for hour in range(len(measured))),
        measured=measured,
        low=low,
        high=high,
        unit="kW",
        tints=(),
        events=(),
        day_labels=(),
        expected_word="",
        closed_word="",
        separators=",\u00a0",
        empty="",
    )


def test_a_gap_of_the_load_curve_stays_open() -> None:
    curve = _curve((3.0, None, 4.0, 5.0), (2.0, 2.0, None, None), (4.0, 4.0, None, None))
    band, above, thread = load_chart(curve).data
    assert set(above.y) == {None}
    assert list(thread.y) == [3.0, None, 4.0, 5.0]
    assert thread.connectgaps is False
    assert list(band.y) == [4.0, 4.0, 2.0, 2.0]


def test_a_silence_breaks_the_sparkline_and_leaves_a_dashed_stub() -> None:
    spark = Spark(
        measured=(1.0, 2.0, None, None),
        expected=(1.0, 2.0, 2.0, 2.0),
        dead_band=0.03,
        verdict=Verdict.UNKNOWN,
    )
    assert "stroke-dasharray" in sparkline(spark)
    assert "NaN" not in sparkline(replace(spark, measured=(None,) * 4, expected=(None,) * 4))


def _typed(**changes: str) -> TypedTarget:
    typed = TypedTarget(
        building_id="x",
        commodity="electricity",
        reduction="7,5",
        first_day="2026-01-01",
        last_day="2026-12-31",
        note=" le soir ",
    )
    return replace(typed, **changes)


def test_a_target_is_understood_as_it_is_typed_in_france() -> None:
    read = read_target(_typed(), [ELECTRICITY])
    assert read == ReadTarget(
        commodity=ELECTRICITY,
        reduction=0.075,
        first_day=date(2026, 1, 1),
        last_day=date(2026, 12, 31),
        note="le soir",
    )
    assert read_target(_typed(reduction="−5 %"), [ELECTRICITY]).reduction == 0.05


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reduction": "beaucoup"}, "reduction"),
        ({"reduction": "0"}, "reduction"),
        ({"reduction": "100"}, "reduction"),
        ({"reduction": "1e1"}, "reduction"),
        ({"first_day": "demain"}, "first_day"),
        ({"last_day": "2025-12-31"}, "last_day"),
        ({"last_day": ""}, "last_day"),
        ({"commodity": "water"}, "commodity"),
        ({"note": "x" * 1001}, "note"),
    ],
)
def test_a_target_that_cannot_be_is_refused_at_its_field(
    changes: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_target(_typed(**changes), [ELECTRICITY])
    assert set(refused.value.fields) == {field}
    for language in ("fr", "en", "eu"):
        assert words_for(language).knows(refused.value.fields[field])


@pytest.mark.parametrize(
    ("reduction", "last_day", "expected"),
    [
        ("2", "2026-12-31", "trivial"),
        ("5", "2026-12-31", None),
        ("20", "2026-12-31", "unreachable"),
        ("20", "2027-12-31", None),
        ("20", "2026-03-31", "unreachable"),
    ],
)
def test_a_target_is_advised_against_outside_three_to_fifteen_percent_a_year(
    reduction: str, last_day: str, expected: str | None
) -> None:
    read = read_target(_typed(reduction=reduction, last_day=last_day), [ELECTRICITY])
    assert advice(read) == expected


@given(st.text(), st.text())
def test_nothing_typed_becomes_a_tag(text: str, attribute: str) -> None:
    written = tag("p", text, title=attribute)
    assert written.count("<") == 2
    assert isinstance(written, Html)


def test_nobody_waits_for_a_meter_that_files_fill() -> None:
    by_hand = replace(METERS[0], source=None)
    enedis = replace(METERS[0], source=Source(family="file", device="30001234567890"))
    for meter in (by_hand, enedis):
        for newest_at in (None, NOW - timedelta(days=40)):
            assert health_of(meter, newest_at, NOW) is MeterHealth.FILED
    state = MeterState(meter=enedis, newest_at=None, health=MeterHealth.FILED)
    figures = _figures({SCHOOL.id: 0.0, TOWN_HALL.id: 0.0, OFFICE.id: 0.0})
    assert attention_view(replace(figures, meters=(state,)), FRENCH).matters == ()
    view = health_view((state,), 0, NOW, FRENCH)
    assert view.squares[0].title.endswith(": par fichiers, rien d’importé")
    assert [(line.mark, line.count) for line in view.lines] == [("on_time", "0"), ("filed", "1")]
    square(str(state.health))


def test_refused_messages_lead_to_their_page() -> None:
    (_, refused) = health_view((), 3, NOW, FRENCH).lines
    assert (refused.count, refused.href) == ("3", "/manage/data/refused")


def test_what_goes_above_what_was_expected_is_first_to_be_looked_at() -> None:
    figures = _figures({SCHOOL.id: -0.063, TOWN_HALL.id: 0.251, OFFICE.id: None})
    silent = MeterState(meter=METERS[0], newest_at=None, health=MeterHealth.SILENT)
    view = attention_view(replace(figures, meters=(silent,)), FRENCH)
    assert [matter.title for matter in view.matters] == [
        "Au-dessus du prévu de +25\u00a0%",
        "Compteur muet : Compteur général",
        "Données à 0\u00a0%",
    ]
    assert view.matters[0].place == TOWN_HALL.name
    assert view.matters[0].detail == "env. 251\u00a0kWh de plus en 30 jours"
    assert view.empty == ""


def test_when_all_is_well_the_list_says_so_in_every_language() -> None:
    figures = _figures({SCHOOL.id: -0.063, TOWN_HALL.id: 0.0, OFFICE.id: 0.003})
    for language in ("fr", "en", "eu"):
        view = attention_view(figures, words_for(language))
        assert (view.matters, view.count) == ((), "")
        assert view.empty


def test_a_long_list_is_cut_and_says_how_much_is_left() -> None:
    figures = _figures({SCHOOL.id: -0.063, TOWN_HALL.id: 0.0, OFFICE.id: 0.003})
    silent = MeterState(meter=METERS[0], newest_at=None, health=MeterHealth.SILENT)
    view = attention_view(replace(figures, meters=(silent,) * 9), FRENCH)
    assert (len(view.matters), view.more) == (6, "et 3 de plus")


def test_days_with_the_same_hours_share_one_frame_of_the_heat_map() -> None:
    days = tuple(date(2026, 11, 16) + timedelta(days=n) for n in range(14))
    frames = list(opening_frames(OFFICE, days, ()))
    assert frames == [(0, 5, 8.0, 18.0), (7, 12, 8.0, 18.0)]
