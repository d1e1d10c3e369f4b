"""Data Connect: answers kept as files, before and since 2026."""

import json
from datetime import date, timedelta

import pytest

from ingest.importers.formats.enedis_data_connect import FORMAT
from tests.ingest.importers.formats.reading import (
    LINKY,
    LONG_DAY,
    PLAIN_DAY,
    SHORT_DAY,
    instants,
    read,
    utc,
    written_naive,
)

CURVE = {"measurement_kind": "power", "unit": "W", "aggregate": "average"}
DAYS = {
    "measurement_kind": "energy",
    "measuring_period": "P1D",
    "unit": "Wh",
    "aggregate": "sum",
}
HIGHEST = {
    "measurement_kind": "power",
    "measuring_period": "P1D",
    "unit": "VA",
    "aggregate": "maximum",
}


def answer(kind: dict[str, str], *values: dict[str, str], point: str = LINKY) -> dict[str, object]:
    return {
        "meter_reading": {
            "usage_point_id": point,
            "start": "2026-01-20",
            "end": "2026-01-21",
            "quality": "BRUT",
            "reading_type": kind,
            "interval_reading": list(values),
        }
    }


def interval(at: str, watts: str = "600", length: str = "PT30M") -> dict[str, str]:
    return {"value": watts, "date": at, "interval_length": length, "measure_type": "B"}


def today(*points: dict[str, str], unit: str = "W", physical: str = "PA") -> dict[str, object]:
    quantity = {"grandeurMetier": "CONS", "grandeurPhysique": physical, "unite": unit}
    return {"idPrm": LINKY, "etapeMetier": "BRUT", "grandeur": [{**quantity, "points": points}]}


@pytest.mark.parametrize("day", [PLAIN_DAY, SHORT_DAY, LONG_DAY])
def test_a_curve_s_naive_times_are_ends_in_paris(day: date) -> None:
    starts = list(instants(day, 30))
    values = [interval(written_naive(at + timedelta(minutes=30))) for at in starts]
    found = read(FORMAT, json.dumps(answer(CURVE, *values)))
    assert found.rows("EA", LINKY) == dict.fromkeys(starts, 300)


def test_what_came_since_2026_is_the_same_rows() -> None:
    old = read(FORMAT, json.dumps(answer(CURVE, interval("2026-01-20 00:30:00"))))
    point = {"v": "600", "d": "2026-01-20 00:30:00", "p": "PT30M", "n": "B"}
    text = json.dumps(today(point))
    assert FORMAT.recognises(text.encode())
    assert read(FORMAT, text).rows("EA", LINKY) == old.rows("EA", LINKY)


def test_days_are_local_and_highest_powers_keep_their_minute() -> None:
    days = read(
        FORMAT,
        json.dumps(
            answer(DAYS, *({"value": "9876", "date": f"2026-10-{day}"} for day in (25, 26)))
        ),
    )
    assert [length / 3600 for length in days.durations("EA P1D")] == [25, 24]
    assert min(days.rows("EA P1D")) == utc("2026-10-25T00:00:00+02:00")
    highest = read(
        FORMAT, json.dumps(answer(HIGHEST, {"value": "3841", "date": "2026-01-20 08:18:09"}))
    )
    assert highest.rows("PMA") == {utc("2026-01-20T08:18:09+01:00"): 3841}


@pytest.mark.parametrize("between", ["", "\n", "list"])
def test_answers_put_end_to_end_or_in_a_list_are_all_read(between: str) -> None:
    answers = [
        answer(CURVE, interval("2026-01-20 00:30:00")),
        answer(DAYS, {"value": "9876", "date": "2026-01-20"}),
        answer(CURVE, interval("2026-01-20 01:00:00")),
        answer(CURVE, interval("2026-01-20 01:00:00"), point="09000000000002"),
    ]
    if between == "list":
        text = json.dumps(answers, indent=1)
    else:
        text = between.join(json.dumps(one) for one in answers)
    assert FORMAT.recognises(text.encode())
    found = read(FORMAT, text)
    assert len(found.rows("EA", LINKY)) == 2
    assert len(found.rows("EA", "09000000000002")) == 1
    assert len(found.rows("EA P1D")) == 1


def test_an_error_kept_among_answers_is_named_with_its_line() -> None:
    text = json.dumps(answer(CURVE, interval("2026-01-20 00:30:00")))
    found = read(FORMAT, text + '\n{"error": "no_data_found"}')
    assert len(found.rows("EA")) == 1
    assert found.report.problems[0].startswith("line 2: an answer without measurements")


def test_a_power_without_step_and_a_bad_value_are_named() -> None:
    found = read(
        FORMAT,
        json.dumps(
            answer(
                CURVE,
                {"value": "600", "date": "2026-01-20 00:30:00"},
                interval("2026-01-20 01:00:00", "many"),
                interval("2026-01-20 01:30:00", ""),
            )
        ),
    )
    assert found.series == []
    assert found.report.problems == [
        "line 1: a mean power at '2026-01-20 00:30:00' lacks its step",
        "line 1: 'many' is not a number",
    ]
    assert found.report.blanks == 1


@pytest.mark.parametrize("outer", ["usage_point", "none"])
def test_answers_are_read_with_more_or_less_around_them(outer: str) -> None:
    kept = answer(DAYS, {"value": "9876", "date": "2026-01-20"})
    reading = kept["meter_reading"]
    text = json.dumps({"usage_point": [kept, kept]} if outer == "usage_point" else reading)
    assert FORMAT.recognises(text.encode())
    assert read(FORMAT, text).rows("EA P1D", LINKY) == {utc("2026-01-19T23:00Z"): 9876}


def test_a_value_that_only_has_a_rank_is_named_as_one_without_a_date() -> None:
    found = read(FORMAT, json.dumps(answer(DAYS, {"value": "9876", "rank": "1"})))
    assert found.report.problems == ["line 1: a value without a date"]


@pytest.mark.parametrize("context", [False, True])
def test_indexes_are_read_with_or_without_a_context_of_reading(context: bool) -> None:
    day = {"idClasseTemporelle": "HP", "valeur": [{"d": "2026-01-20 00:00:00", "v": "1000"}]}
    calendar = {"idCalendrier": "FC000007", "classeTemporelle": [day]}
    energy = {
        "grandeurMetier": "CONS",
        "grandeurPhysique": "EA",
        "unite": "Wh",
        "calendrier": [calendar],
    }
    inner = {"contexte": [{"grandeur": [energy]}]} if context else {"grandeur": [energy]}
    text = json.dumps({"idPrm": LINKY, **inner})
    assert FORMAT.recognises(text.encode())
    assert read(FORMAT, text).rows("EA F HP", LINKY) == {utc("2026-01-19T23:00Z"): 1000}
