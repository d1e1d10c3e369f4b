"""The pages about meters: what is declared, what is discovered, and how one becomes the other."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from inspect import getsource

import pytest

from dashboard.queries.meters import nested
from dashboard.text.catalogues import LANGUAGES
from dashboard.text.words import words_for
from dashboard.viewmodels import meter_form
from dashboard.viewmodels.discovered import value_text
from dashboard.viewmodels.meters import cadence_text
from domain import guessing, meter_faults
from domain.meters import Commodity, Meter, Source
from domain.registers import Quantity, Role
from domain.seen_devices import SeenDevice
from storage.adopting import COMMAND_LINE
from tests.dashboard.house import METERS, House, Visitor, open_house
from tests.domain.test_seen_devices import device, register

# What a guess answers and a meter is refused for, as their modules write it.
REASONS = set(re.findall(r'(?:Certainty\.\w+|certainty), "(\w+)"', getsource(guessing)))
REFUSALS = set(re.findall(r'"(meter\.\w+)"', getsource(meter_faults) + getsource(meter_form)))
DISCOVERED = "/manage/meters/discovered"
ADOPT = "/manage/meters/adopt?family=zigbee2mqtt&device=gaz-jules-ferry%2Fcuisine"


def _seen(seen: SeenDevice) -> SeenDevice:
    now = datetime.now(UTC)
    return replace(seen, first_at=now - timedelta(days=1), last_at=now - timedelta(minutes=4))


GAS = _seen(
    device(
        register("energy", 0, 10, quantity=Quantity.VOLUME, unit="m3", value=4821.37),
        name="gaz-jules-ferry/cuisine",
        family="zigbee2mqtt",
        messages=52,
    )
)
PLUG = _seen(
    device(
        register("Total", 0, 5, value=1843.217),
        register("Power", quantity=Quantity.POWER, unit="W", role=Role.LIVE),
        register("ExportActive", role=Role.OTHER),
        name="<b>prises</b>",
        label="Prises",
    )
)
THERMOMETER = _seen(
    device(register("t", quantity=Quantity.TEMPERATURE, unit="degC", role=Role.LIVE), name="t1")
)


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        opened.records.seen_devices.note([GAS, PLUG, THERMOMETER])
        yield opened


def _prefilled(visitor: Visitor, path: str) -> dict[str, object]:
    """Return what a form holds as it is opened, as a browser would send it."""
    page = visitor.get(path).text
    page = page[page.index('class="fields') - 200 :]
    form: dict[str, object] = {"csrf_token": visitor.csrf_on(path)}
    ticked = []
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name is None or name[1] == "csrf_token" or "checkbox" in tag:
            if name is not None and " checked" in tag and value is not None:
                ticked.append(value[1])
            continue
        form.setdefault(name[1], value[1] if value else "")
    for name, options in re.findall(r'<select id="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        form[name] = chosen[1] if chosen else ""
    return form | {"registers": ticked}


def test_the_list_says_what_each_meter_counts_and_who_declared_it(house: House) -> None:
    page = house.signed_in("manager").get("/manage/meters").text
    for said in ("Compteur général", "jf-lighting", "config.toml", "Électricité, éclairage"):
        assert said in page
    assert "Découverts (3)" in page
    assert "Modifier" not in page, "what config declares is changed in config"
    assert page.count("à l’heure") == len(METERS) - 1
    assert page.count("jamais entendu") == 1


def test_two_clicks_make_a_meter_of_a_device(house: House) -> None:
    manager = house.signed_in("manager")
    assert ADOPT.replace("&", "&amp;") in manager.get(DISCOVERED).text
    form = _prefilled(manager, ADOPT)
    assert (form["building_id"], form["parent_id"]) == ("jules-ferry", "jf-gas")
    answer = manager.post("/manage/meters/adopt", form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/manage/meters?done=adopted")
    meter = house.records.portfolio.portfolio().meter("cuisine")
    assert meter == Meter(
        id="cuisine",
        building_id="jules-ferry",
        name="Cuisine",
        commodity=Commodity.NATURAL_GAS,
        parent_id="jf-gas",
        source=Source(family="zigbee2mqtt", device="gaz-jules-ferry/cuisine"),
        cadence=timedelta(minutes=10),
    )
    assert house.records.portfolio.added_meters() == {"cuisine": "manager"}
    assert "gaz-jules-ferry" not in manager.get(DISCOVERED).text
    listed = manager.get("/manage/meters?done=adopted").text
    assert "Le compteur est gardé" in listed
    assert "l’écran, par manager" in listed


def test_a_device_never_becomes_a_second_main_meter_by_oversight(house: House) -> None:
    manager = house.signed_in("manager")
    path = "/manage/meters/adopt?family=tasmota&device=%3Cb%3Eprises%3C%2Fb%3E"
    here = {"device": PLUG.device, "building_id": "hotel-de-ville", "name": "Prises"}
    form = _prefilled(manager, path) | here
    assert form["parent_id"] == "", "no building was told yet"
    asked = manager.post("/manage/meters/adopt", form)
    assert asked.status_code == 422
    assert "a déjà un compteur principal" in asked.text
    assert 'value="hdv-elec" selected' in asked.text, "what is most likely is proposed"
    assert manager.post("/manage/meters/adopt", form | {"parent_id": "+"}).status_code == 303
    mains = house.records.portfolio.portfolio().mains_of("hotel-de-ville", Commodity.ELECTRICITY)
    assert len(mains) == 2


def test_what_was_typed_wrong_is_said_beside_its_field_and_nothing_is_lost(house: House) -> None:
    manager = house.signed_in("manager")
    wrong = {
        "id": ("jf-gas", "porte déjà cet identifiant"),
        "parent_id": ("hdv-elec", "est d’un autre bâtiment"),
        "scale": ("0", "Un nombre au-dessus de 0"),
        "cadence_s": ("dix", "Un nombre entier de secondes"),
        "kwh_pcs_per_m3": ("11160", "de 1 à 50 kWh"),
        "commodity": ("", "Choisissez ce qu’il compte"),
        "building_id": ("", "Choisissez le bâtiment"),
        "registers": ([], "Aucune valeur cochée"),
    }
    for name, (typed, said) in wrong.items():
        form = _prefilled(manager, ADOPT) | {"name": "Gaz <cuisine>", name: typed}
        answer = manager.post("/manage/meters/adopt", form)
        assert answer.status_code == 422, name
        assert said in answer.text, name
        assert "Gaz &lt;cuisine&gt;" in answer.text
    assert house.records.portfolio.added_meters() == {}


def test_where_we_cannot_tell_the_manager_chooses(house: House) -> None:
    manager = house.signed_in("manager")
    path = "/manage/meters/adopt?family=tasmota&device=t1"
    assert "On ne peut pas savoir" in manager.get(path).text
    form = _prefilled(manager, path)
    assert (form["commodity"], form["building_id"], form["registers"]) == ("", "", ["t"])
    told = manager.post("/manage/meters/adopt", form).text
    told += manager.post("/manage/meters/adopt", form | {"id": "T 1"}).text
    for said in (
        *("Choisissez ce qu’il compte", "Choisissez le bâtiment", "Donnez-lui un nom"),
        "Seulement a-z",
    ):
        assert said in told, "everything is told at once"
    chosen = {"commodity": "outdoor_temperature", "building_id": "sainte-claire", "name": "Nord"}
    assert manager.post("/manage/meters/adopt", form | chosen).status_code == 303
    (added,) = house.records.portfolio.added_meters()
    meter = house.records.portfolio.portfolio().meter(added)
    assert meter is not None
    assert meter.commodity is Commodity.OUTDOOR_TEMPERATURE


def test_what_a_device_sends_is_shown_and_never_run(house: House) -> None:
    page = house.signed_in("manager").get(DISCOVERED).text
    assert "<b>prises" not in page
    assert "&lt;b&gt;prises&lt;/b&gt;" in page
    assert "1\u00a0843,217\u00a0kWh" in page


def test_hundreds_of_devices_are_searched_and_not_scrolled(house: House) -> None:
    many = [_seen(device(register("Total"), name=f"salle-{n:03}")) for n in range(300)]
    house.records.seen_devices.note(many)
    manager = house.signed_in("manager")
    page = manager.get(DISCOVERED).text
    assert page.count("device-card") == 40
    assert "Découverts (303)" in page
    assert "Et 263 autres appareils." in page
    assert manager.get(f"{DISCOVERED}?whole=yes").text.count("device-card") == 303
    found = manager.get(f"{DISCOVERED}?sought=SALLE-29").text
    assert found.count("device-card") == 10
    assert 'value="SALLE-29"' in found
    assert "Découverts (303)" in found
    nothing = manager.get(f"{DISCOVERED}?sought=%3Cb%3E").text
    assert nothing.count("device-card") == 1, "the name of the one that has those letters"
    assert "Aucun appareil ne correspond" in manager.get(f"{DISCOVERED}?sought=%3Ci%3E").text


def test_an_ignored_device_is_set_aside_and_wanted_again(house: House) -> None:
    manager = house.signed_in("manager")
    form = {"csrf_token": manager.csrf_on(DISCOVERED), "family": "tasmota", "device": "t1"}
    assert manager.post("/manage/meters/ignore", form | {"ignored": "yes"}).status_code == 303
    page = manager.get(DISCOVERED).text
    assert "Découverts (2)" in page
    assert "ignoré par manager" in page
    assert manager.post("/manage/meters/ignore", form | {"ignored": ""}).status_code == 303
    assert house.records.seen_devices.ignored() == frozenset()


def test_a_meter_added_on_screen_is_renamed_retired_and_taken_back(house: House) -> None:
    manager = house.signed_in("manager")
    manager.post("/manage/meters/adopt", _prefilled(manager, ADOPT))
    path = "/manage/meters/edit?id=cuisine"
    form = _prefilled(manager, path) | {
        "name": "Gaz, cuisine",
        "parent_id": "jf-gas",
        "kwh_pcs_per_m3": "11,16",
        "registers_text": " energy \r\n\r\n",
    }
    assert manager.post("/manage/meters/edit", form).status_code == 303
    meter = house.records.portfolio.portfolio().meter("cuisine")
    assert meter is not None
    assert (meter.name, meter.parent_id, meter.kwh_pcs_per_m3) == ("Gaz, cuisine", "jf-gas", 11.16)
    assert meter.source is not None
    assert meter.source.registers == ("energy",)
    assert manager.post("/manage/meters/edit", form | {"name": ""}).status_code == 422
    state = {"csrf_token": manager.csrf_on(path), "id": "cuisine", "retired": "yes"}
    assert manager.post("/manage/meters/retire", state).status_code == 303
    assert house.records.portfolio.portfolio().meter("cuisine") == replace(meter, retired=True)
    assert "Reprendre ce compteur" in manager.get(path).text
    assert manager.post("/manage/meters/retire", state | {"retired": ""}).status_code == 303
    assert house.records.portfolio.portfolio().meter("cuisine") == meter


def test_a_meter_of_config_has_no_form(house: House) -> None:
    manager = house.signed_in("manager")
    assert manager.get("/manage/meters/edit?id=jf-gas").status_code == 404
    form = {"csrf_token": manager.csrf_on(DISCOVERED), "id": "jf-gas", "retired": "yes"}
    assert manager.post("/manage/meters/retire", form).status_code == 404
    assert not any(m.retired for m in house.records.portfolio.portfolio().meters)


def test_a_manager_of_one_school_adopts_for_it_alone_and_decides_for_nobody_else(
    house: House,
) -> None:
    keeper = house.signed_in("school-manager")
    listed = keeper.get("/manage/meters").text
    assert "jf-gas" in listed
    assert "hdv-elec" not in listed
    form = _prefilled(keeper, ADOPT)
    elsewhere = form | {"building_id": "hotel-de-ville"}
    assert keeper.post("/manage/meters/adopt", elsewhere).status_code == 422
    assert "Ignorer" not in keeper.get(DISCOVERED).text
    ignored = {"csrf_token": form["csrf_token"], "family": "tasmota", "device": "t1"}
    assert keeper.post("/manage/meters/ignore", ignored | {"ignored": "yes"}).status_code == 404
    assert house.records.seen_devices.ignored() == frozenset()
    assert keeper.post("/manage/meters/adopt", form).status_code == 303
    admin = house.signed_in("admin")
    at_the_hall = {"building_id": "hotel-de-ville", "id": "t1", "commodity": "outdoor_temperature"}
    path = "/manage/meters/adopt?family=tasmota&device=t1"
    adopted = _prefilled(admin, path) | at_the_hall | {"name": "T"}
    assert admin.post("/manage/meters/adopt", adopted).status_code == 303
    assert "t1" in house.records.portfolio.added_meters()
    assert keeper.get("/manage/meters/edit?id=t1").status_code == 404
    retired = {"csrf_token": form["csrf_token"], "id": "t1", "retired": "yes"}
    assert keeper.post("/manage/meters/retire", retired).status_code == 404
    assert keeper.post("/manage/meters/edit", retired).status_code == 404
    assert not any(m.retired for m in house.records.portfolio.portfolio().meters)


def test_a_form_without_its_token_changes_nothing(house: House) -> None:
    manager = house.signed_in("manager")
    form = _prefilled(manager, ADOPT) | {"csrf_token": "nonsense", "ignored": "yes"}
    for page in ("adopt", "edit", "retire", "ignore"):
        assert manager.post(f"/manage/meters/{page}", form).status_code == 403
    assert house.records.portfolio.added_meters() == {}
    assert house.records.seen_devices.ignored() == frozenset()


def test_the_pages_speak_every_language(house: House) -> None:
    manager = house.records.users.get("manager")
    assert manager is not None
    visitor = house.signed_in("manager")
    for language in LANGUAGES:
        house.records.users.update(replace(manager, language=language))
        for path in ("/manage/meters", DISCOVERED, ADOPT):
            answer = visitor.get(path)
            assert answer.status_code == 200
            assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_every_refusal_can_be_said(language: str) -> None:
    words = words_for(language)
    told = [words.knows(f"meters.why.{reason}") for reason in REASONS]
    assert all(told)
    assert all(words.knows(key) for key in REFUSALS)


def test_what_the_command_line_did_is_said_in_the_reader_s_language(house: House) -> None:
    records = house.records
    filed = Source(family="file", device="30001234567890")
    meter = replace(METERS[0], id="enedis", parent_id="jf-elec", source=filed)
    records.portfolio.add_meter(meter, COMMAND_LINE)
    records.seen_devices.ignore(THERMOMETER.family, THERMOMETER.device, COMMAND_LINE)
    manager = house.signed_in("manager")
    listed = manager.get("/manage/meters").text
    assert "la ligne de commande" in listed
    assert "l’écran, par" not in listed
    assert listed.count("par fichiers") == 2, "in the place of a family, and as its state"
    assert "ignoré par la ligne de commande" in manager.get(DISCOVERED).text


def test_sub_meters_stand_under_their_own_and_the_retired_last() -> None:
    main = METERS[0]
    below = replace(main, id="below", parent_id="jf-lighting")
    gone = replace(main, id="gone", retired=True)
    orphan = replace(main, id="orphan", parent_id="gone")
    shown = nested([gone, below, METERS[1], orphan, main])
    assert [m.id for m in shown] == ["orphan", "jf-elec", "jf-lighting", "below", "gone"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1, "1\u00a0s"),
        (90, "90\u00a0s"),
        (600, "10\u00a0min"),
        (3600, "1\u00a0h"),
        (172_800, "2\u00a0j"),
    ],
)
def test_a_cadence_is_told_in_the_largest_whole_unit(seconds: int, told: str) -> None:
    assert cadence_text(timedelta(seconds=seconds), words_for("fr")) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [(60.0, "60"), (14.5, "14,5"), (1.23456, "1,235"), (845213.0, "845\u00a0213")],
)
def test_a_value_keeps_the_decimals_that_a_meter_displays(value: float, told: str) -> None:
    assert value_text(value, words_for("fr")) == told
