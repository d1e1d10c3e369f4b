"""The page about the data's health: what it says, to whom, and what it hides."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.queries.data_health import DataHealth, MeterDays
from dashboard.queries.health import MeterHealth, MeterState
from dashboard.queries.ingest_state import IngestState, read_ingest
from dashboard.text.catalogues import LANGUAGES
from dashboard.text.words import words_for
from dashboard.viewmodels.data_health import FEW_METERS, data_health_view
from dashboard.viewmodels.health_sentence import health_sentence
from domain.breaches import Breach
from domain.reconciliations import DayWord, Reconciliation
from domain.sites import Building
from domain.tallies import ANY_METER, DayTally
from tests.dashboard.health_days import judge, lived, worker
from tests.dashboard.house import METERS, PARIS, PORTFOLIO, House, open_house

FRENCH = words_for("fr")
NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
DAYS = tuple(date(2026, 11, 12) + timedelta(days=n) for n in range(14))
QUIET = IngestState(workers=(), breaches=())


def _days(
    at: int, newest_at: datetime | None, *words: DayWord, health: MeterHealth = MeterHealth.ON_TIME
) -> MeterDays:
    meter = METERS[at]
    building = PORTFOLIO.building(meter.building_id)
    assert isinstance(building, Building)
    rows = [
        Reconciliation(
            day=day, meter_id=meter.id, word=word, expected=144, measured=144, made_at=NOW
        )
        for day, word in zip(DAYS[len(DAYS) - len(words) :], words, strict=True)
    ]
    state = MeterState(meter=meter, newest_at=newest_at, health=health)
    return MeterDays(
        building=building, state=state, days={row.day: row for row in rows}, tally=None
    )


def _health(*meters: MeterDays, ingest: IngestState = QUIET) -> DataHealth:
    return DataHealth(
        now=NOW,
        days=DAYS,
        chosen=DAYS[-1],
        meters=meters,
        fed_by_files=0,
        ingest=ingest,
        dead_letters=0,
    )


def _said(*meters: MeterDays) -> str:
    return health_sentence(_health(*meters), FRENCH).replace("\u00a0", " ").replace("*", "")


def test_one_sentence_says_how_the_data_is() -> None:
    tuesday = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    whole = [_days(at, NOW, *[DayWord.WHOLE] * 7) for at in (0, 1)]
    mute = _days(3, tuesday, *[DayWord.WHOLE] * 6, DayWord.THIN, health=MeterHealth.SILENT)
    assert _said(*whole, mute) == (
        "Depuis 7 jours, 2 compteurs sur 3 sont complets ; "
        "un est muet depuis mardi 14 h (Eau, Jules-Ferry)."
    )
    assert _said(*whole) == "Depuis 7 jours, les 2 compteurs sont complets."
    assert _said(whole[0], _days(1, NOW, DayWord.REFUSED), _days(2, NOW, DayWord.THIN)) == (
        "Depuis 7 jours, 1 compteur sur 3 est complet ; un a des messages refusés ; un a des trous."
    )


def test_a_meter_never_heard_and_a_first_day_are_said_as_they_are() -> None:
    never = _days(3, None, health=MeterHealth.SILENT)
    assert _said(_days(0, NOW, DayWord.WHOLE), never) == (
        "Hier, 1 compteur sur 2 est complet ; un n’a jamais été entendu (Eau, Jules-Ferry)."
    )
    assert _said(_days(0, NOW)).startswith("Un compteur est attendu")
    whole = _days(0, NOW, *[DayWord.WHOLE] * 7)
    assert _said(whole, _days(1, NOW)) == (
        "Depuis 7 jours, 1 compteur sur 2 est complet ; un est nouveau."
    )
    assert _said(whole, _days(1, NOW), _days(2, NOW)).endswith("2 sont nouveaux.")
    assert _said() == "Aucun appareil n’alimente encore de compteur."


def test_a_hole_of_last_week_is_no_longer_spoken_of() -> None:
    healed = _days(0, NOW, DayWord.SILENT, *[DayWord.WHOLE] * 7)
    assert _said(healed) == "Depuis 7 jours, le compteur est complet."


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_said_in_every_language(language: str) -> None:
    broken = IngestState(workers=(), breaches=(Breach(worker="a", day=DAYS[2], messages=3),))
    rows = [_days(at, NOW, word) for at, word in enumerate(DayWord)]
    long_ago = _days(6, NOW - timedelta(days=30), health=MeterHealth.SILENT)
    view = data_health_view(_health(*rows, long_ago, ingest=broken), words_for(language))
    assert len(view.alerts) == 3
    marks = {
        cell.mark for building in view.buildings for row in building.rows for cell in row.cells
    }
    assert marks == {*map(str, DayWord), "none"}


def test_a_large_portfolio_begins_with_the_meters_that_ask_for_a_look() -> None:
    crowd = [_days(0, NOW, DayWord.WHOLE)] * FEW_METERS
    thin = _days(1, NOW, DayWord.THIN)
    shown = data_health_view(_health(*crowd, thin), FRENCH)
    assert [row.id for b in shown.buildings for row in b.rows] == [thin.meter.id]
    everything = data_health_view(_health(*crowd, thin), FRENCH, only_matters=False)
    assert sum(len(b.rows) for b in everything.buildings) == FEW_METERS + 1


def test_a_page_is_sound_only_while_ingest_is_heard_and_no_meter_is_silent(house: House) -> None:
    now = datetime.now(UTC)
    heard = read_ingest(house.records, now)
    whole = _days(0, NOW, DayWord.WHOLE)
    assert _health(whole, ingest=heard).is_sound
    assert not _health(whole, ingest=QUIET).is_sound
    assert not _health(whole, _days(1, NOW, DayWord.BREACH), ingest=heard).is_sound
    silent = _days(1, None, health=MeterHealth.SILENT)
    assert not _health(whole, silent, ingest=heard).is_sound
    later = read_ingest(house.records, now + timedelta(minutes=5))
    assert not _health(whole, ingest=later).is_sound


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reception_that_lives_and_hears_nothing_of_its_broker_is_no_sound_one(
    house: House, language: str
) -> None:
    now = datetime.now(UTC)
    whole = _days(0, NOW, DayWord.WHOLE)
    for minutes, is_sound in ((0.5, True), (2, False)):
        cut_off_since = (now - timedelta(minutes=minutes)).isoformat()
        worker(house.records, now, "salle-b", cut_off_since=cut_off_since)
        health = _health(whole, ingest=read_ingest(house.records, now))
        assert health.is_sound is is_sound
        view = data_health_view(health, words_for(language))
        assert len(view.alerts) == 1 - is_sound
        assert view.facts[0].is_wrong is not is_sound
    worker(house.records, now, "salle-b", retired=True)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        lived(opened.records, datetime.now(UTC))
        yield opened


def test_the_page_shows_each_meters_days_and_leads_to_what_was_refused(house: House) -> None:
    page = house.signed_in("manager").get("/manage/data").text
    table = page[page.index('class="meter-days"') :]
    table = table[: table.index("</table>")]
    assert table.count("<tbody>") == 3
    yesterday = datetime.now(UTC).astimezone(PARIS).date() - timedelta(days=1)
    told = FRENCH.day(yesterday, "EEE d MMM")
    assert f"{told} : messages refusés, 20 relevés sur 144 attendus, 120 messages refusés" in table
    assert 'href="/manage/data/refused?device=jf-water"' in table
    assert table.count("/manage/data/refused") == 1
    assert 'aria-current="page"' in page
    assert "1 244 210".replace(" ", "\u00a0") in page


def test_another_day_can_be_chosen_and_nonsense_shows_the_newest(house: House) -> None:
    manager = house.signed_in("manager")
    today = datetime.now(UTC).astimezone(PARIS).date()
    for asked, shown in ((today - timedelta(days=3), 3), ("2001-01-01", 1), ("now", 1)):
        page = manager.get(f"/manage/data?day={asked}").text
        chosen = FRENCH.day(today - timedelta(days=shown))
        assert re.search(r'class="chosen-day"[^>]*>' + chosen, page), asked


def test_a_manager_of_one_building_sees_its_meters_and_no_count_of_all_messages(
    house: House,
) -> None:
    page = house.signed_in("school-manager").get("/manage/data").text
    assert "École Jules-Ferry" in page
    assert "Hôtel de ville" not in page
    assert "Non expliqués" not in page
    assert "salle-a" not in page
    assert "/manage/data/refused" not in page, "a door that is closed is not offered"
    assert house.signed_in("utility").get("/manage/data").status_code == 403


def test_messages_that_do_not_add_up_are_an_alert_here_and_on_the_portfolio(house: House) -> None:
    now = datetime.now(UTC)
    manager = house.signed_in("manager")
    assert "warning" not in manager.get("/manage/data").text
    lost = DayTally(day=now.date(), meter_id=ANY_METER, worker="salle-a", received=3, stored=1)
    house.records.tallies.add([lost])
    try:
        page = manager.get("/manage/data").text
        assert re.search(r'role="alert"><b>Des messages reçus ne sont pas expliqués</b>', page)
        portfolio = manager.get("/manage").text
        assert "Messages reçus et non expliqués : 2" in portfolio.replace("\u00a0", " ")
        assert 'href="/manage/data"' in portfolio
        assert "non expliqués" not in house.signed_in("school-manager").get("/manage").text
    finally:
        found = DayTally(day=now.date(), meter_id=ANY_METER, worker="salle-a", stored=2)
        house.records.tallies.add([found])


def test_a_worker_that_went_quiet_is_an_alert_that_says_how_to_start_it(house: House) -> None:
    now = datetime.now(UTC)
    worker(house.records, now - timedelta(hours=2), "salle-b")
    page = house.signed_in("manager").get("/manage/data").text
    assert "La réception des messages ne répond plus" in page
    assert "<code>zaindu ingest</code>" in page
    worker(house.records, now - timedelta(hours=2), "salle-b", retired=True)
    assert "ne répond plus" not in house.signed_in("manager").get("/manage/data").text
    worker(house.records, now - timedelta(days=8), "salle-b")
    assert "ne répond plus" not in house.signed_in("manager").get("/manage/data").text


def test_a_day_is_shown_as_it_was_judged_anew(house: House) -> None:
    today = datetime.now(UTC).astimezone(PARIS).date()
    day = today - timedelta(days=12)
    judge(house.records, day, {"hdv-elec": DayWord.BREACH}, datetime.now(UTC))
    page = house.signed_in("manager").get(f"/manage/data?day={day}").text
    assert 'href="#square-breach"' in page
