"""Every scene, in every state, theme, shape and language, drawn and read back."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import combinations_with_replacement, product
from xml.etree import ElementTree

import pytest

from dashboard.components.letters import width
from dashboard.components.tokens import PALETTES, Theme, contrast
from dashboard.scenes.draw import draw
from dashboard.scenes.sheet import Shape, Sheet
from dashboard.scenes.status import scale_for
from dashboard.text.words import words_for
from dashboard.viewmodels.glance import Glance, place_of
from dashboard.viewmodels.race import RaceView
from dashboard.viewmodels.status import status_view
from dashboard.viewmodels.today import TodayView
from dashboard.viewmodels.wall import SceneName, is_night, scene_views
from dashboard.viewmodels.week import WeekView
from domain.nudges import Act, Moment
from domain.snapshots import DaySummary, Medal, RaceEntry, Verdict, WallSnapshot
from tests.dashboard import walls

PHONE = "http://192.168.1.20:8050/phone/jules-ferry"
_UNITS = {"kW", "kWh", "h", "min", "j", "d"}


def look(snapshot: WallSnapshot, language: str = "fr", now: datetime = walls.NOW) -> Glance:
    return Glance(
        snapshot=snapshot, now=now, words=words_for(language), place=snapshot.building_name
    )


def lines_of(svg: str) -> list[ElementTree.Element]:
    return [e for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("text")]


def words_in(svg: str) -> list[str]:
    said = " ".join(e.text or "" for e in lines_of(svg)).replace("\u00a0", " ").split()
    return [w for w in said if re.search(r"[^\W\d]", w) and w not in _UNITS]


EVERY = list(product(Verdict, ("fr", "en", "eu"), Shape, Theme))


@pytest.mark.parametrize(("verdict", "language", "shape", "theme"), EVERY)
def test_a_scene_is_well_formed_brief_and_inside_its_sheet(
    verdict: Verdict, language: str, shape: Shape, theme: Theme
) -> None:
    sheet = Sheet(shape=shape, theme=theme)
    for named in scene_views(look(walls.snapshot(verdict), language), PHONE):
        svg = draw(named.view, sheet)
        assert len(words_in(svg)) <= 15, (named.name, words_in(svg))
        for text in lines_of(svg):
            size, weight = float(text.attrib["font-size"]), int(text.attrib["font-weight"])
            wide, x = width(text.text or "", size, weight), float(text.attrib["x"])
            left = {"start": x, "middle": x - wide / 2, "end": x - wide}[
                text.attrib.get("text-anchor", "start")
            ]
            assert left >= 0, (named.name, text.text)
            assert left + wide <= sheet.width - 30, (named.name, text.text)
            assert 40 < float(text.attrib["y"]) < sheet.height - 40, (named.name, text.text)


@pytest.mark.parametrize("language", ["fr", "en", "eu"])
@pytest.mark.parametrize(("act", "moment"), list(product(Act, Moment)))
def test_every_nudge_fits_both_panels_in_every_language(
    act: Act, moment: Moment, language: str
) -> None:
    snapshot = replace(walls.snapshot(), nudge=walls.nudge(act, moment))
    view = next(
        n.view for n in scene_views(look(snapshot, language), PHONE) if n.name is SceneName.NUDGE
    )
    for shape in Shape:
        svg = draw(view, Sheet(shape=shape))
        assert len(words_in(svg)) <= 15
        for text in lines_of(svg):
            if text.attrib.get("text-anchor") == "end":
                continue
            wide = width(
                text.text or "", float(text.attrib["font-size"]), int(text.attrib["font-weight"])
            )
            assert float(text.attrib["x"]) + wide <= Sheet(shape=shape).width - 20, text.text


def test_the_status_says_how_today_compares_with_what_was_expected() -> None:
    view = status_view(look(walls.snapshot(Verdict.BETTER)))
    assert view.headline == ("Mieux", "que prévu")
    assert view.percent == "−8\u00a0%"
    assert view.caption == "prévu par ce temps ±\u00a03\u00a0%"
    assert (view.live, view.live_word) == ("19\u00a0kW", "maintenant")
    assert view.age.text == "il y a 4\u00a0min"


def test_basque_says_the_same_in_its_own_order() -> None:
    headlines = {
        verdict: " ".join(status_view(look(walls.snapshot(verdict), "eu")).headline)
        for verdict in Verdict
    }
    assert headlines == {
        Verdict.BETTER: "Espero baino hobeto",
        Verdict.AS_EXPECTED: "Espero bezala",
        Verdict.ABOVE: "Espero baino gehiago",
        Verdict.UNKNOWN: "Datu nahikorik ez oraindik",
    }


def test_without_enough_data_no_percentage_is_written() -> None:
    view = status_view(look(walls.snapshot(Verdict.UNKNOWN)))
    assert (view.percent, view.deviation, view.headline[0]) == ("", None, "Pas encore")


def test_a_building_never_measured_says_soon_and_nothing_else() -> None:
    views = scene_views(look(walls.never_measured()), PHONE)
    assert [v.name for v in views] == [SceneName.STATUS]
    assert status_view(look(walls.never_measured())).headline == ("Bientôt", "ici")


@pytest.mark.parametrize(
    ("live_kw", "shown"),
    [(123.4, "123"), (19.4, "19"), (1.26, "1,3"), (2.0, "2"), (0.42, "0,4"), (0.0, "0")],
)
def test_a_small_building_uses_more_than_zero_kilowatts(live_kw: float, shown: str) -> None:
    assert look(walls.snapshot()).power(live_kw) == f"{shown}\u00a0kW"


def test_silent_meters_put_the_hour_in_the_place_of_live_power() -> None:
    view = status_view(look(walls.snapshot(), now=walls.NOW + timedelta(hours=3)))
    assert (view.live, view.age.text, view.age.stale) == ("", "mesuré à 14\u00a0h\u00a029", True)
    assert view.state is Verdict.BETTER


def test_after_a_day_of_silence_yesterdays_verdict_is_taken_down() -> None:
    view = status_view(look(walls.snapshot(), now=walls.NOW + timedelta(hours=25)))
    assert view.state is Verdict.UNKNOWN
    assert view.age.text == "mesuré hier à 14\u00a0h"


def test_while_history_is_filled_the_wall_says_so() -> None:
    filling = replace(walls.snapshot(), backfilled_until=walls.NOW)
    svg = draw(status_view(look(filling)), Sheet())
    assert "historique en cours" in svg
    assert len(words_in(svg)) <= 15


def test_the_figures_that_a_check_reads_are_exact() -> None:
    for named in scene_views(look(walls.snapshot()), PHONE):
        if named.name is SceneName.TODAY:
            svg = draw(named.view, Sheet())
            assert 'data-measured-kwh="142.317"' in svg
            assert "142,3\u00a0kWh" in svg


def test_no_scene_names_a_meter_or_runs_left_of_the_start() -> None:
    views = {n.name: n.view for n in scene_views(look(walls.snapshot()), PHONE)}
    race = views[SceneName.RACE]
    assert [lane.name for lane in race.lanes][-1] == "Bel-Air"  # type: ignore[union-attr]
    assert race.lanes[-1].refused  # type: ignore[union-attr]
    assert all((lane.saved or 0) >= 0 for lane in race.lanes)  # type: ignore[union-attr]


@pytest.mark.parametrize("theme", Theme)
def test_text_on_every_ground_is_legible_at_five_metres(theme: Theme) -> None:
    palette = PALETTES[theme]
    for colour in (palette.ink, palette.ink2, palette.measured_text, palette.medal_word):
        assert contrast(colour, palette.ground) >= 7
    for colour in (palette.measured, palette.stem, palette.linen_edge):
        assert contrast(colour, palette.ground) >= 3
    for field in palette.fields.values():
        assert contrast(field.text, field.ground) >= 7
        assert contrast(field.marker, field.ground) >= 3
        assert contrast(field.linen, field.ground) >= 3


def test_a_night_that_spans_midnight_is_night_on_both_sides() -> None:
    def at(hour: int) -> datetime:
        return datetime(2026, 11, 24, hour, tzinfo=UTC)

    night = [hour for hour in range(24) if is_night(at(hour), time(19), time(7))]
    assert night == [0, 1, 2, 3, 4, 5, 6, 19, 20, 21, 22, 23]


def test_a_long_name_gives_way_to_the_short_one() -> None:
    assert place_of("Hôtel de ville", "Mairie") == "Mairie"
    assert place_of("École Jules-Ferry", "Jules-Ferry") == "École Jules-Ferry"


def _at_night(verdict: Verdict = Verdict.BETTER) -> WallSnapshot:
    """Twenty minutes after midnight, when nothing of Tuesday was compared yet."""
    made = walls.snapshot(Verdict.UNKNOWN)
    midnight = made.hours[0].start
    day = walls.snapshot().hours
    return replace(
        made,
        made_at=midnight + timedelta(minutes=20),
        measured_at=midnight + timedelta(minutes=16),
        hours=tuple(replace(hour, measured_kw=None) for hour in day),
        yesterday=DaySummary(day=walls.MONDAY, comparison=walls.compared(verdict)),
    )


@pytest.mark.parametrize(("language", "word"), [("fr", "hier"), ("en", "yesterday")])
def test_after_midnight_the_wall_tells_yesterday_until_the_day_has_begun(
    language: str, word: str
) -> None:
    night = _at_night()
    glance = look(night, language, night.made_at)
    view = status_view(glance)
    assert (view.state, view.day_word) == (Verdict.BETTER, word)
    assert view.deviation == -0.08
    today = next(n.view for n in scene_views(glance, PHONE) if n.name is SceneName.TODAY)
    assert isinstance(today, TodayView)
    assert len(today.band) == 24, "the linen of the day to come is known"
    assert today.headline == words_for(language).say("today.beginning")


def test_before_school_on_a_monday_the_week_is_not_judged_yet() -> None:
    night = _at_night()
    monday = tuple(replace(d, day=d.day + timedelta(days=1)) for d in night.week)
    glance = look(replace(night, week=monday), now=night.made_at)
    week = next(n.view for n in scene_views(glance, PHONE) if n.name is SceneName.WEEK)
    assert isinstance(week, WeekView)
    assert (week.headline, week.percent) == ("Cette semaine", "")


def test_a_day_speaks_for_itself_once_a_tenth_of_it_was_expected() -> None:
    night = _at_night()
    told = []
    for hour in (3, 7, 8, 14):
        made = night.hours[0].start + timedelta(hours=hour, minutes=5)
        snapshot = replace(
            night, made_at=made, measured_at=made, today=walls.compared(Verdict.ABOVE)
        )
        told.append(status_view(look(snapshot, now=made)).day_word)
    assert told == ["hier", "hier", "aujourd’hui", "aujourd’hui"]


def test_without_a_yesterday_the_night_says_what_it_knows() -> None:
    night = replace(_at_night(), yesterday=None)
    assert status_view(look(night, now=night.made_at)).state is Verdict.UNKNOWN
    unknown = _at_night(Verdict.UNKNOWN)
    assert status_view(look(unknown, now=night.made_at)).headline[0] == "Pas encore"


def test_a_wide_dead_band_widens_the_scale_and_keeps_its_true_width() -> None:
    assert [scale_for(band) for band in (0.03, 0.08, 0.105, 0.23, 0.35, 0.9)] == [
        0.12,
        0.12,
        0.24,
        0.40,
        0.80,
        0.80,
    ]
    assert all(scale_for(n / 100) >= n / 100 for n in range(1, 80))


def _race(*entries: RaceEntry) -> RaceView:
    snapshot = replace(walls.snapshot(), race=entries)
    views = {n.name: n.view for n in scene_views(look(snapshot), PHONE)}
    race = views[SceneName.RACE]
    assert isinstance(race, RaceView)
    return race


def _entry(label: str, deviation: float, rank: int | None, medal: Medal | None) -> RaceEntry:
    return RaceEntry(
        building_id=label,
        label=label,
        deviation=deviation,
        dead_band=0.05,
        rank=rank,
        medal=medal,
        sufficient=True,
    )


def test_every_building_above_its_linen_is_on_its_way_without_a_number() -> None:
    race = _race(
        _entry("Gymnase", -0.08, 1, Medal.SILVER),
        _entry("Mairie", 0.2, None, None),
        _entry("Bel-Air", 0.3, None, None),
    )
    assert [lane.reason for lane in race.lanes] == ["", "en chemin", "en chemin"]
    assert [lane.percent for lane in race.lanes] == ["−8\u00a0%", "", ""]


def _weeks() -> list[tuple[RaceEntry, ...]]:
    """Five buildings in every mixture of medals, of none, above their linen, and unmeasured."""
    kinds = (*Medal, "even", "above", "unknown")
    made = []
    for mixture in combinations_with_replacement(kinds, 5):
        entries = []
        for rank, kind in enumerate(mixture, start=1):
            medal = kind if isinstance(kind, Medal) else None
            above = kind in ("above", "unknown")
            entry = _entry(f"Bâtiment{rank}", -0.01 * rank, None if above else rank, medal)
            entries.append(replace(entry, sufficient=kind != "unknown"))
        if entries[0].rank is not None and entries[1].sufficient:
            made.append(tuple(entries))
    return made


@pytest.mark.parametrize("language", ["fr", "en", "eu"])
@pytest.mark.parametrize("day", [0, 1], ids=["a monday", "a tuesday"])
def test_whatever_the_week_a_race_is_read_in_passing(day: int, language: str) -> None:
    made_at = walls.snapshot().made_at - timedelta(days=1 - day)
    for entries in _weeks():
        own = entries[-1].building_id
        snapshot = replace(walls.snapshot(), race=entries, made_at=made_at, building_id=own)
        views = {n.name: n.view for n in scene_views(look(snapshot, language), PHONE)}
        race = views[SceneName.RACE]
        assert isinstance(race, RaceView)
        assert len(words_in(draw(race, Sheet()))) <= 15, entries
        assert len(race.lanes) >= 3
        assert race.lanes[-1].own, "one's own building never goes"


@pytest.mark.parametrize("language", ["fr", "en", "eu"])
@pytest.mark.parametrize("shape", list(Shape))
def test_why_buildings_are_not_run_is_said_once_for_those_that_follow_one_another(
    shape: Shape, language: str
) -> None:
    on_the_way = [_entry(name, 0.2, None, None) for name in ("Mairie", "Bel-Air", "Halles")]
    unknown = replace(_entry("Stade", 0.0, None, None), deviation=None, sufficient=False)
    entries = (_entry("Gymnase", -0.08, 1, Medal.SILVER), *on_the_way, unknown)
    snapshot = replace(walls.snapshot(), race=entries)
    views = {n.name: n.view for n in scene_views(look(snapshot, language), PHONE)}
    race = views[SceneName.RACE]
    assert isinstance(race, RaceView)
    assert [(g.first, g.last) for g in race.reasons] == [(1, 3), (4, 4)]
    svg = draw(race, Sheet(shape=shape))
    said = [text.text for text in lines_of(svg)]
    assert [said.count(group.tier) for group in race.reasons] == [1, 1]
    assert len(words_in(svg)) <= 15
    reach = max(
        float(text.attrib["x"]) + width(text.text or "", float(text.attrib["font-size"]), 450)
        for text in lines_of(svg)
        if text.text in [group.tier for group in race.reasons]
    )
    assert reach <= Sheet(shape=shape).width - 30
    label = ElementTree.fromstring(svg).attrib["aria-label"]
    assert label.count(race.lanes[1].reason) == 3


def test_inside_the_linen_a_building_is_as_expected_and_no_figure_claims_more() -> None:
    race = _race(_entry("Gymnase", -0.04, 1, None), _entry("Mairie", 0.01, 1, None))
    assert [lane.percent for lane in race.lanes] == ["", ""]
    assert [(g.tier, g.first, g.last) for g in race.even] == [("comme prévu", 0, 1)]
    assert race.tiers == ()


def test_a_race_without_a_runner_is_skipped() -> None:
    above = (_entry("Mairie", 0.2, None, None), _entry("Bel-Air", 0.3, None, None))
    snapshot = replace(walls.snapshot(), race=above)
    assert SceneName.RACE not in [n.name for n in scene_views(look(snapshot), PHONE)]


def test_on_a_monday_the_race_is_that_of_the_week_before() -> None:
    tuesday = walls.snapshot()
    monday = replace(tuesday, made_at=tuesday.made_at - timedelta(days=1))
    views = {n.name: n.view for n in scene_views(look(monday), PHONE)}
    race = views[SceneName.RACE]
    assert isinstance(race, RaceView)
    assert (race.headline, race.when) == ("La semaine dernière", "16 – 22 nov.")


@pytest.mark.parametrize("highest", [0.3, 0.9, 2.6, 7.0, 14.9, 31.0, 101.0, 1490.0])
def test_a_grid_line_says_the_power_it_stands_at(highest: float) -> None:
    made = walls.snapshot()
    factor = highest / max(hour.high_kw or 0.0 for hour in made.hours)
    hours = tuple(
        replace(h, measured_kw=None, low_kw=0.0, high_kw=(h.high_kw or 0.0) * factor)
        for h in made.hours
    )
    views = {n.name: n.view for n in scene_views(look(replace(made, hours=hours)), PHONE)}
    today = views[SceneName.TODAY]
    assert isinstance(today, TodayView)
    for value, label in today.grid:
        written = label.removesuffix("\u00a0kW").replace(",", ".").replace("\u00a0", "")
        assert float(written) == pytest.approx(value)
    assert 0.93 * highest <= today.grid[-1][0] <= 1.5 * highest
