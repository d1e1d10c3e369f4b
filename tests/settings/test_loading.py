"""Every fault of `config.toml` is told, with its place, all at once."""

from pathlib import Path

import pytest

from domain.errors import ConfigError
from domain.meters import Commodity
from settings.loading import load_settings

SOUND = """
[site]
name = "A town"

[[mappings]]
name = "inverter"
topic = "inverters/+/state"
device_path = "id"

[[mappings.fields]]
path = "total"
quantity = "energy"
unit = "Wh"
accumulation = "cumulative"

[[buildings]]
id = "school"
name = "School"
use = "school"
floor_area_m2 = 2140

[[buildings.zones]]
id = "ground"
name = "Ground floor"

[[buildings.meters]]
id = "main"
name = "Main"
commodity = "electricity"
source = { family = "tasmota", device = "main" }

[[buildings.meters]]
id = "light"
name = "Light"
commodity = "electricity"
parent = "main"
zone = "ground"
source = { family = "tasmota", device = "light" }

[[buildings]]
id = "hall"
name = "Hall"
use = "town_hall"
floor_area_m2 = 100.5

[[buildings.zones]]
id = "attic"
name = "Attic"

[[buildings.meters]]
id = "hall-water"
name = "Water"
commodity = "water"
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _findings(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as refused:
        load_settings(_write(folder, text))
    return refused.value.findings


def _changed(old: str, new: str) -> str:
    assert SOUND.count(old) == 1, f"{old!r} must stand once in the sound text"
    return SOUND.replace(old, new)


def test_a_sound_file_is_read_whole(tmp_path: Path) -> None:
    settings = load_settings(_write(tmp_path, SOUND))

    assert [building.id for building in settings.buildings] == ["school", "hall"]
    assert settings.buildings[0].meters[1].parent == "main"
    assert settings.buildings[1].meters[0].commodity is Commodity.WATER


def test_commands_can_look_into_the_data_of_a_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZAINDU_DATA_DIR", "data/demo")
    (tmp_path / "elsewhere").mkdir()
    settings = load_settings(_write(tmp_path / "elsewhere", SOUND))
    assert settings.site.data_dir == tmp_path / "data" / "demo"
    assert settings.storage.records.file == tmp_path / "data" / "demo" / "records.sqlite"


def test_files_are_looked_for_from_the_configuration_s_own_folder(tmp_path: Path) -> None:
    text = SOUND.replace('name = "A town"', 'name = "A town"\ndata_dir = "kept"')
    settings = load_settings(_write(tmp_path, text + '[mqtt.tls]\nca_file = "ca.pem"\n'))

    assert settings.site.data_dir == tmp_path / "kept"
    assert settings.storage.embedded.file == tmp_path / "kept" / "readings.sqlite"
    assert settings.storage.records.file == tmp_path / "kept" / "records.sqlite"
    assert settings.mqtt.tls.ca_file == tmp_path / "ca.pem"


FAULTS = {
    "an unknown key": (
        'parent = "main"',
        'paren = "main"',
        "36  [buildings.school.meters.light] 'paren' is not a setting; did you mean 'parent'?",
    ),
    "a key of another table": (
        'topic = "inverters/+/state"',
        'topic = "inverters/+/state"\ncadence_s = 3',
        "8  [mappings.inverter] 'cadence_s' is not a setting; it belongs in [buildings.meters]",
    ),
    "a floor area with its unit": (
        "floor_area_m2 = 2140",
        'floor_area_m2 = "2140 m2"',
        '20  [buildings.school] floor_area_m2 = "2140 m2" must be a number of m²: '
        "write floor_area_m2 = 2140, without quotes or unit",
    ),
    "a number where text belongs": (
        'name = "Main"',
        "name = 12",
        '28  [buildings.school.meters.main] name = 12 must be text, in quotes: "…"',
    ),
    "a table where text belongs": (
        'name = "Main"',
        "name = { first = 1 }",
        '28  [buildings.school.meters.main] name = {"first": 1} must be text, in quotes: "…"',
    ),
    "true where a number belongs": (
        "floor_area_m2 = 100.5",
        "floor_area_m2 = true",
        "44  [buildings.hall] floor_area_m2 = true must be a number of m²",
    ),
    "a floor area that is not a number": (
        "floor_area_m2 = 100.5",
        "floor_area_m2 = nan",
        "44  [buildings.hall] floor_area_m2 = NaN must be a finite number of m²",
    ),
    "a negative floor area": (
        "floor_area_m2 = 2140",
        "floor_area_m2 = -2140",
        "20  [buildings.school] floor_area_m2 = -2140 is out of bounds: it must be more than 0 m²",
    ),
    "a port that cannot be": (
        "[[mappings]]",
        "[mqtt]\nport = 70000\n[[mappings]]",
        "6  [mqtt] port = 70000 is out of bounds: it must be at most 65535",
    ),
    "a missing key": (
        'use = "school"\n',
        "",
        "16  [buildings.school] 'use' is missing",
    ),
    "a missing key with a unit": (
        "floor_area_m2 = 2140\n",
        "",
        "16  [buildings.school] 'floor_area_m2' is missing (in m²)",
    ),
    "a word that is no choice": (
        'use = "town_hall"',
        'use = "townhall"',
        '43  [buildings.hall] use = "townhall" must be one of "office", "school", "town_hall", '
        '"sport", "culture", "health", "other"; did you mean \'town_hall\'?',
    ),
    "a unit nobody knows": (
        'unit = "Wh"',
        'unit = "Whh"',
        "13  [mappings.inverter.fields.total] 'Whh' is not a unit of energy; did you mean 'Wh'?",
    ),
    "a unit of something else": (
        'unit = "Wh"',
        'unit = "kW"',
        "13  [mappings.inverter.fields.total] 'kW' measures power, not energy; did you mean 'kWh'?",
    ),
    "an energy that is instantaneous": (
        'accumulation = "cumulative"',
        'accumulation = "instantaneous"',
        "14  [mappings.inverter.fields.total] energy is never instantaneous; "
        "write cumulative or delta",
    ),
    "a topic filter that is none": (
        'topic = "inverters/+/state"',
        'topic = "inverters/#/state"',
        "7  [mappings.inverter] 'inverters/#/state' is not a topic filter: + stands for one whole "
        "level, # for all that follow, at the end only",
    ),
    "a device given twice": (
        'device_path = "id"',
        'device_path = "id"\ndevice = "roof"',
        "9  [mappings.inverter] device and device_path are both given: keep device when every "
        "message comes from one device, device_path when the message names it",
    ),
    "two buildings of one id": (
        'id = "hall"',
        'id = "school"',
        "41  [buildings.school] building id 'school' is already used (see line 17)",
    ),
    "two zones of one id in two buildings": (
        'id = "attic"',
        'id = "ground"',
        "47  [buildings.hall.zones.ground] zone id 'ground' is already used (see line 23)",
    ),
    "two meters of one id in two buildings": (
        'id = "hall-water"',
        'id = "light"',
        "51  [buildings.hall.meters.light] meter id 'light' is already used (see line 33)",
    ),
    "one device for two meters": (
        'device = "light"',
        'device = "main"',
        "38  [buildings.school.meters.light.source] device 'main' already feeds another meter "
        "with the same registers (see line 30)",
    ),
    "an id with capitals and accents": (
        'id = "hall"',
        'id = "Hôtel de ville"',
        "41  [buildings.Hôtel de ville] id 'Hôtel de ville' may only hold a-z, 0-9 and -, "
        "40 at most; write 'hotel-de-ville'",
    ),
    "a sub-meter without parent": (
        'parent = "main"',
        'parent = "mian"',
        "36  [buildings.school.meters.light] sub-meter without parent: there is no meter 'mian'; "
        "did you mean 'main'?",
    ),
    "a parent in another building": (
        'commodity = "water"',
        'commodity = "electricity"\nparent = "main"',
        "54  [buildings.hall.meters.hall-water] parent 'main' is in another building (see line 26)",
    ),
    "a parent of another commodity": (
        'name = "Main"\ncommodity = "electricity"',
        'name = "Main"\ncommodity = "water"',
        "36  [buildings.school.meters.light] parent 'main' counts water, this one electricity "
        "(see line 26)",
    ),
    "a zone that does not exist": (
        'zone = "ground"',
        'zone = "grund"',
        "37  [buildings.school.meters.light] 'grund' is not a zone of this building; "
        "did you mean 'ground'?",
    ),
    "a zone of another building": (
        'zone = "ground"',
        'zone = "attic"',
        "37  [buildings.school.meters.light] 'attic' is a zone of another building; it has ground",
    ),
    "an unknown time zone": (
        "floor_area_m2 = 2140",
        'floor_area_m2 = 2140\ntime_zone = "Europe/Pariss"',
        "21  [buildings.school] 'Europe/Pariss' is not a time zone; did you mean 'Europe/Paris'?",
    ),
    "a city instead of a time zone": (
        "floor_area_m2 = 2140",
        'floor_area_m2 = 2140\ntime_zone = "Paris"',
        "21  [buildings.school] 'Paris' is not a time zone; did you mean 'Europe/Paris'?",
    ),
    "a time zone of half hours": (
        "floor_area_m2 = 2140",
        'floor_area_m2 = 2140\ntime_zone = "Asia/Kolkata"',
        "21  [buildings.school] 'Asia/Kolkata' is not a whole number of hours from UTC: "
        "its hours cannot be shown",
    ),
    "an unknown family": (
        'source = { family = "tasmota", device = "light" }',
        'source = { family = "tasmotta", device = "light" }',
        "38  [buildings.school.meters.light.source] 'tasmotta' is not a family of devices; "
        "did you mean 'tasmota'?",
    ),
    "a mapping that does not exist": (
        'source = { family = "tasmota", device = "light" }',
        'source = { family = "mapping:invertor", device = "light" }',
        "38  [buildings.school.meters.light.source] there is no mapping 'mapping:invertor'; "
        "did you mean 'mapping:inverter'?",
    ),
    "opening hours as one says them": (
        "floor_area_m2 = 2140",
        'floor_area_m2 = 2140\nopening = { monday = "8h-18h" }',
        "21  [buildings.school.opening] '8h-18h' is not a span of hours: "
        'write "08:00-18:00" or "07:30-12:30, 13:30-18:00"',
    ),
    "opening hours past midnight": (
        "floor_area_m2 = 2140",
        'floor_area_m2 = 2140\nopening = { friday = "20:00-02:00" }',
        "21  [buildings.school.opening] '20:00-02:00' ends before it starts: a night is written "
        'on both its days, as "20:00-23:59" and "00:00-06:00"',
    ),
    "a closure without date": (
        "floor_area_m2 = 2140",
        'floor_area_m2 = 2140\nopening = { closures = ["Noël"] }',
        "21  [buildings.school.opening.closures.1] 'Noël' is not a closure: "
        'write "2027-05-07 Pont" or "2026-12-24/2026-12-31 Noël"',
    ),
    "a password": (
        "[[mappings]]",
        '[mqtt]\npassword = "open sesame"\n[[mappings]]',
        "6  [mqtt] 'password' does not belong in this file: set ZAINDU_MQTT_USERNAME and "
        "ZAINDU_MQTT_PASSWORD in the environment, or the same name with _FILE and a file's path",
    ),
    "an address with a password": (
        "[[mappings]]",
        '[storage.influx]\nurl = "http://me:open-sesame@db:8086"\n[[mappings]]',
        "6  [storage.influx] 'url' is an address with a password in it: set ZAINDU_INFLUX_TOKEN "
        "in the environment, or the same name with _FILE and a file's path",
    ),
    "an address that is none": (
        "[[mappings]]",
        '[storage.influx]\nurl = "db:8086"\n[[mappings]]',
        "6  [storage.influx] 'url' is not a web address: write http://host:port or https://host",
    ),
    "a default language that is not offered": (
        'name = "A town"',
        'name = "A town"\nlanguages = ["fr"]\ndefault_language = "eu"',
        "5  [site] default_language 'eu' is not among languages (fr)",
    ),
    "a carbon factor in grams": (
        "[[mappings]]",
        '[[indicators.carbon_kg_per_kwh]]\ncommodity = "electricity"\nfrom_day = 2025-01-01\n'
        'value = 52\nsource = "ADEME"\n[[mappings]]',
        "8  [indicators.carbon_kg_per_kwh.electricity] value = 52 is out of bounds: "
        "in kg CO₂e/kWh it is at most 2",
    ),
    "a date that is text of another kind": (
        "[[mappings]]",
        '[[indicators.carbon_kg_per_kwh]]\ncommodity = "electricity"\nfrom_day = "1/1/2025"\n'
        'value = 0.05\nsource = "ADEME"\n[[mappings]]',
        '7  [indicators.carbon_kg_per_kwh.electricity] from_day = "1/1/2025" must be a date: '
        "2026-09-01",
    ),
    "a calorific value in Wh": (
        'name = "Water"\ncommodity = "water"',
        'name = "Gas"\ncommodity = "natural_gas"\nkwh_pcs_per_m3 = 11160',
        "54  [buildings.hall.meters.hall-water] kwh_pcs_per_m3 = 11160 is out of bounds: a cubic "
        "metre of gas holds 1 to 50 kWh PCS, 11 or so for natural gas",
    ),
    "a calorific value of water": (
        'commodity = "water"',
        'commodity = "water"\nkwh_pcs_per_m3 = 11.2',
        "54  [buildings.hall.meters.hall-water] kwh_pcs_per_m3 is for natural_gas only",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_refuses_with_the_place_and_the_remedy(fault: str, tmp_path: Path) -> None:
    old, new, expected = FAULTS[fault]

    assert f"config.toml:{expected}" in _findings(tmp_path, _changed(old, new))


def test_every_fault_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = SOUND
    for old, new, _ in (FAULTS["an unknown key"], FAULTS["a unit nobody knows"]):
        text = text.replace(old, new)
    text = text.replace('id = "attic"', 'id = "ground"').replace('"water"', '"watter"')

    findings = _findings(tmp_path, text)

    lines = [int(finding.split(":")[1].split()[0]) for finding in findings]
    assert len(findings) == 4
    assert lines == sorted(lines)


def test_a_secret_s_value_is_never_shown(tmp_path: Path) -> None:
    secret = "open-sesame"
    text = SOUND + f'[mqtt]\npassword = "{secret}"\n[storage.influx]\ntoken = "{secret}"\n'

    assert secret not in "\n".join(_findings(tmp_path, text))


def test_meters_that_are_under_each_other_are_refused(tmp_path: Path) -> None:
    text = SOUND.replace(
        'name = "Main"\ncommodity = "electricity"',
        'name = "Main"\ncommodity = "electricity"\nparent = "light"',
    )

    findings = _findings(tmp_path, text)

    assert any("a meter is under itself: main → light → main" in one for one in findings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[site]\nname = "unfinished\n', "config.toml:2  not TOML: the quote that ends"),
        ("[site]\nname = 1\nname = 2\n", "config.toml:3  not TOML: this key or table is"),
        ("[site]\nname = 1\n[site]\n", "config.toml:3  not TOML: this table is given twice"),
        ("area = 2140 m2\n", "config.toml:1  not TOML: what follows the value"),
        ("day = 2025-02-30\n", "config.toml:1  not TOML: no calendar or clock shows that, in: day"),
        ("a = [\n", "config.toml:2  not TOML: not a value"),
        (f"a = {'9' * 5000}\n", "config.toml:1  not TOML: Exceeds the limit"),
        (f"a = {'[' * 3000}{']' * 3000}\n", "config.toml:1  "),
        (f"{'.'.join('a' * 40)} = 1\n", "config.toml:1  tables are nested more than 20 deep"),
    ],
)
def test_a_text_that_is_not_toml_is_refused_with_its_line_and_a_cure(
    text: str, expected: str, tmp_path: Path
) -> None:
    (finding,) = _findings(tmp_path, text)

    assert finding.startswith(expected)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe\x00[site]")

    with pytest.raises(ConfigError, match="not written in UTF-8"):
        load_settings(path)


def test_a_file_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="name another with --config"):
        load_settings(tmp_path / "absent.toml")


def test_a_password_on_a_line_that_is_not_toml_is_not_repeated(tmp_path: Path) -> None:
    (finding,) = _findings(tmp_path, '[mqtt]\npassword = "hunter2\n')

    assert finding.startswith("config.toml:2  not TOML")
    assert "hunter2" not in finding


def test_a_part_of_a_name_is_meant_as_the_name(tmp_path: Path) -> None:
    (finding,) = _findings(tmp_path, SOUND.replace('commodity = "water"', 'commodity = "gas"'))

    assert finding.endswith("did you mean 'natural_gas'?")


def test_a_file_in_another_encoding_is_refused_at_the_line_where_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes("[site]\n\nname = 'Hôtel'\n".encode("latin-1"))

    with pytest.raises(ConfigError, match=r"^config\.toml:3  .* save it as UTF-8"):
        load_settings(path)


def test_a_folder_is_not_a_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="name another with --config"):
        load_settings(tmp_path)


def test_a_certificate_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    text = SOUND + '\n[mqtt.tls]\nenabled = true\nca_file = "nope.pem"\n'

    (finding,) = _findings(tmp_path, text)

    assert finding.endswith(f"[mqtt.tls] ca_file: {tmp_path}/nope.pem is not there")


def test_certificates_are_not_looked_for_without_encryption(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(SOUND + '\n[mqtt.tls]\nca_file = "nope.pem"\n')

    assert load_settings(path).mqtt.tls.ca_file == tmp_path / "nope.pem"


def test_the_two_sides_of_a_point_of_files_feed_two_meters(tmp_path: Path) -> None:
    point = 'source = { family = "file", device = "30001234567890" }'
    text = SOUND.replace('source = { family = "tasmota", device = "main" }', point)
    used = text.replace('source = { family = "tasmota", device = "light" }', point)
    light = 'commodity = "electricity"\nparent = "main"\nzone = "ground"'
    roof = used.replace(light, 'commodity = "solar_production"\nzone = "ground"')
    path = tmp_path / "config.toml"
    path.write_text(roof, encoding="utf-8")
    load_settings(path)
    path.write_text(used, encoding="utf-8")
    with pytest.raises(ConfigError, match="already feeds another meter"):
        load_settings(path)
