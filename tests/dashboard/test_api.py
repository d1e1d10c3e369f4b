"""The API and the reports: the same rows, whatever the format."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings

from domain.periods import Period
from storage.ports import Step
from tests.dashboard.house import METERS, PARIS, House, open_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture(scope="module")
def token(house: House) -> str:
    return house.token("utility")


def _get(house: House, token: str, path: str, **query: object) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{house.url}/api/v1{path}", query, headers=headers, timeout=30)


def _days(count: int) -> tuple[date, date]:
    today = datetime.now(PARIS).date()
    return today - timedelta(days=count), today


def _stored_total(house: House, meter_id: str, first: date, after_last: date) -> float:
    period = Period.of_days(first, after_last, PARIS)
    return float(house.readings.read_rollup(meter_id, Step.HOUR, period)["value"].sum())


@pytest.mark.parametrize("step", ["hour", "day"])
def test_a_meter_s_intervals_add_up_to_what_the_store_holds(
    house: House, token: str, step: str
) -> None:
    first, after_last = _days(35)
    body = _get(
        house, token, "/meters/jf-gas/intervals", **{"from": first, "to": after_last, "step": step}
    ).json()
    total = sum(i["value"] for i in body["intervals"])
    assert body["unit"] == "kWh PCS"
    assert total == pytest.approx(_stored_total(house, "jf-gas", first, after_last))


def test_intervals_are_half_open_and_carry_their_offset(house: House, token: str) -> None:
    first, after_last = _days(2)
    found = _get(
        house, token, "/meters/jf-elec/intervals", **{"from": first, "to": after_last}
    ).json()["intervals"]
    start, end = found[0]["start"], found[-1]["end"]
    assert datetime.fromisoformat(start) == datetime.combine(first, datetime.min.time(), PARIS)
    assert datetime.fromisoformat(end) == datetime.combine(after_last, datetime.min.time(), PARIS)
    assert start.endswith(("+01:00", "+02:00"))


def test_a_gap_is_there_and_unknown(house: House, token: str) -> None:
    body = _get(
        house,
        token,
        "/meters/jf-elec/intervals",
        **{"from": "2026-01-01", "to": "2026-01-03", "step": "day"},
    ).json()
    assert [(i["value"], i["coverage"]) for i in body["intervals"]] == [(None, 0.0)] * 2


def test_an_offset_whose_plus_was_lost_on_the_way_is_understood(house: House, token: str) -> None:
    address = f"{house.url}/api/v1/meters/jf-elec/intervals"
    query = "from=2026-01-01T00:00:00+01:00&to=2026-01-01T02:00:00+01:00"
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{address}?{query}", headers=headers, timeout=10)
    assert [i["start"] for i in answer.json()["intervals"]] == [
        "2026-01-01T00:00:00+01:00",
        "2026-01-01T01:00:00+01:00",
    ]


def test_csv_xlsx_and_json_tell_the_same_totals_as_the_store(house: House, token: str) -> None:
    first, after_last = _days(30)
    query = {"from": first, "to": after_last, "step": "day"}
    as_json = _by_meter(_get(house, token, "/reports/consumption.json", **query).json())
    text = _get(house, token, "/reports/consumption.csv", **query).content.decode()
    as_csv = _by_meter(csv.DictReader(io.StringIO(text)))
    book = openpyxl.load_workbook(
        io.BytesIO(_get(house, token, "/reports/consumption.xlsx", **query).content)
    )
    heads, *lines = book.worksheets[1].iter_rows(values_only=True)
    as_xlsx = _by_meter(
        {"meter_id": line[heads.index("compteur (id)")], "value": line[heads.index("valeur")]}
        for line in lines
    )
    for meter in METERS:
        if meter.commodity.unit != "degC":
            stored = pytest.approx(_stored_total(house, meter.id, first, after_last))
            assert as_json[meter.id] == stored
            assert as_csv[meter.id] == stored
            assert as_xlsx[meter.id] == stored


def _by_meter(rows: Any) -> dict[str, float]:
    totals: dict[str, float] = {}
    for row in rows:
        totals[row["meter_id"]] = totals.get(row["meter_id"], 0.0) + float(row["value"] or 0)
    return totals


def test_a_month_is_the_sum_of_its_days_with_its_coverage(house: House, token: str) -> None:
    first = (datetime.now(PARIS).date() - timedelta(days=31)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    rows = _get(
        house,
        token,
        "/meters/jf-elec/intervals",
        **{"from": first, "to": after, "step": "month"},
    ).json()["intervals"]
    assert len(rows) == 1
    assert rows[0]["value"] == pytest.approx(_stored_total(house, "jf-elec", first, after))
    assert 0 < rows[0]["coverage"] <= 1


def test_the_spreadsheet_has_typed_dates_and_explains_itself(house: House, token: str) -> None:
    first, after_last = _days(3)
    answer = _get(house, token, "/reports/consumption.xlsx", **{"from": first, "to": after_last})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Lisez-moi", "Données"]
    heads, line, *_ = book["Données"].iter_rows(values_only=True)
    assert line[heads.index("début (compris)")] == datetime.combine(first, datetime.min.time())
    told = " ".join(str(cell) for row in book["Lisez-moi"].values for cell in row)
    assert "jamais zéro" in told
    assert "kWh PCS" in told
    assert "tasmota" in told


def test_no_cell_is_taken_for_a_formula(house: House, token: str) -> None:
    first, after_last = _days(2)
    query = {"from": first, "to": after_last, "building": "jules-ferry"}
    text = _get(house, token, "/reports/consumption.csv", **query).text
    assert ",'=Gaz," in text
    assert ",=Gaz," not in text
    content = _get(house, token, "/reports/consumption.xlsx", **query).content
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Données"]
    gas = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=Gaz"]
    assert gas
    assert {cell.data_type for cell in gas} == {"s"} or not any(c.data_type == "f" for c in gas)


def test_french_excel_gets_what_it_opens_well(house: House, token: str) -> None:
    first, after_last = _days(2)
    query = {"from": first, "to": after_last, "flavour": "excel", "building": "jules-ferry"}
    content = _get(house, token, "/reports/consumption.csv", **query).content
    assert content.startswith(b"\xef\xbb\xbf")
    heads, line, *_ = content.decode("utf-8-sig").splitlines()
    assert heads.startswith("bâtiment (id);")
    assert "," in line.split(";")[8]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"to": "2026-01-01"}, "from"),
        ({"from": "yesterday", "to": "2026-01-01"}, "from"),
        ({"from": "2026-01-02", "to": "2026-01-01"}, "to"),
        ({"from": "2020-01-01", "to": "2026-01-01"}, "to"),
        ({"from": "2026-01-01", "to": "9999-12-31"}, "to"),
        ({"from": "2026-01-01T00:00:00", "to": "2026-01-02", "step": "minute"}, "step"),
    ],
)
def test_a_mistake_is_named_with_its_cure(
    house: House, token: str, query: dict[str, str], parameter: str
) -> None:
    answer = _get(house, token, "/meters/jf-elec/intervals", **query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["parameter"] == parameter
    assert body["cure"]


def test_problems_speak_the_caller_s_language(house: House) -> None:
    address = f"{house.url}/api/v1/buildings"
    english = requests.get(address, headers={"Accept-Language": "en"}, timeout=10).json()
    basque = requests.get(address, headers={"Accept-Language": "eu"}, timeout=10).json()
    assert english["title"] == "Say who you are"
    assert basque["title"] == "Esan nor zaren"


def test_an_expired_or_revoked_token_opens_nothing(house: House) -> None:
    users = house.records.users
    expired = users.issue_token("utility", "old", datetime.now(UTC) - timedelta(seconds=1))
    assert _get(house, expired, "/buildings").status_code == 401
    revoked = users.issue_token("utility", "gone", None)
    assert _get(house, revoked, "/buildings").status_code == 200
    for kept in users.tokens("utility"):
        if kept.label == "gone":
            users.revoke_token(kept.id)
    assert _get(house, revoked, "/buildings").status_code == 401


def test_the_documentation_needs_nothing_from_outside(house: House) -> None:
    page = requests.get(f"{house.url}/api/v1/docs", timeout=10).text
    assert "<script" not in page
    assert "https://" not in page.replace("https://www.w3.org", "")
    assert "/meters/{meter_id}/intervals" in page


def test_indicators_and_targets_are_read_as_kept(house: House, token: str) -> None:
    first, after_last = _days(10)
    found = _get(
        house,
        token,
        "/buildings/jules-ferry/indicators",
        **{"from": first, "to": after_last, "name": "deviation", "commodity": "electricity"},
    ).json()
    assert [round(i["value"], 3) for i in found] == [-0.063] * 10
    target = _get(house, token, "/buildings/jules-ferry/targets").json()[0]
    assert (target["reduction"], target["standing"]["word"]) == (0.05, "kept")


@pytest.mark.timeout(120)
def test_the_api_keeps_what_its_description_promises(house: House, token: str) -> None:
    schema = schemathesis.openapi.from_url(f"{house.url}/api/v1/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 9
    for operation in operations:
        _hold_to_its_promise(house, token, operation)


def _hold_to_its_promise(house: House, token: str, operation: Any) -> None:
    promised = operation.definition.raw["responses"]
    headers = {"Authorization": f"Bearer {token}"}
    bounded = settings(
        max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )

    @bounded
    @given(case=operation.as_strategy())
    def hold(case: Any) -> None:
        answer = case.call(base_url=f"{house.url}/api/v1", headers=headers)
        assert answer.status_code < 500, answer.text
        assert str(answer.status_code) in promised, (answer.status_code, answer.text)

    hold()
