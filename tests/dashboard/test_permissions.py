"""Every role to its rooms, every account to its buildings: pages, callbacks and API."""

from collections.abc import Iterator

import pytest

from tests.dashboard.house import House, open_house

ROLES = ("nobody", "occupant", "utility", "school-manager", "manager", "admin")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


MATRIX = {
    "/manage": (303, 403, 403, 200, 200, 200),
    "/manage/buildings/jules-ferry": (303, 403, 403, 200, 200, 200),
    "/manage/buildings/hotel-de-ville": (303, 403, 403, 404, 200, 200),
    "/manage/buildings/no-such": (303, 403, 403, 404, 404, 404),
    "/manage/targets": (303, 403, 403, 200, 200, 200),
    "/manage/targets/t-school": (303, 403, 403, 200, 200, 200),
    "/manage/buildings/hotel-de-ville/targets": (303, 403, 403, 404, 200, 200),
    "/manage/buildings/hotel-de-ville/targets/new": (303, 403, 403, 404, 200, 200),
    "/manage/data": (303, 403, 403, 200, 200, 200),
    "/manage/meters": (303, 403, 403, 200, 200, 200),
    "/manage/meters/discovered": (303, 403, 403, 200, 200, 200),
    "/manage/meters/edit?id=hdv-elec": (303, 403, 403, 404, 404, 404),
    "/manage/meters/adopt?family=tasmota&device=nobody": (303, 403, 403, 404, 404, 404),
    "/manage/users": (303, 403, 403, 403, 403, 200),
    "/manage/users/edit?name=utility": (303, 403, 403, 403, 403, 200),
    "/manage/data/files": (303, 403, 403, 200, 200, 200),
    "/manage/data/files/no-such": (303, 403, 403, 404, 404, 404),
    "/manage/data/refused": (303, 403, 403, 403, 200, 200),
    "/manage/data/refused/download": (303, 403, 403, 403, 200, 200),
    "/manage/_dash-layout": (401, 403, 403, 200, 200, 200),
    "/manage/_dash-dependencies": (401, 403, 403, 200, 200, 200),
    "/reports": (303, 403, 200, 200, 200, 200),
    "/account": (303, 200, 200, 200, 200, 200),
    "/api/v1/buildings": (401, 403, 200, 200, 200, 200),
    "/api/v1/dead-letters": (401, 403, 403, 403, 200, 200),
    "/api/v1/dead-letters.jsonl": (401, 403, 403, 403, 200, 200),
    "/api/v1/dead-letters/1": (401, 403, 403, 403, 404, 404),
    "/api/v1/buildings/hotel-de-ville": (401, 403, 200, 404, 200, 200),
    "/api/v1/buildings/hotel-de-ville/meters": (401, 403, 200, 404, 200, 200),
    "/api/v1/buildings/hotel-de-ville/targets": (401, 403, 200, 404, 200, 200),
    "/api/v1/buildings/hotel-de-ville/indicators?from=2026-01-01&to=2026-01-02": (
        (401, 403, 200, 404, 200, 200)
    ),
    "/api/v1/meters/hdv-elec/intervals?from=2026-01-01&to=2026-01-02": (
        (401, 403, 200, 404, 200, 200)
    ),
    "/api/v1/reports/consumption.csv?from=2026-01-01&to=2026-01-02&building=hotel-de-ville": (
        (401, 403, 200, 404, 200, 200)
    ),
}


@pytest.fixture(scope="module")
def visitors(house: House) -> dict[str, object]:
    return {role: house.visitor() if role == "nobody" else house.signed_in(role) for role in ROLES}


@pytest.mark.parametrize("path", MATRIX)
def test_each_role_reaches_only_its_rooms(visitors: dict[str, object], path: str) -> None:
    found = tuple(visitors[role].get(path).status_code for role in ROLES)
    assert dict(zip(ROLES, found, strict=True)) == dict(zip(ROLES, MATRIX[path], strict=True))


@pytest.mark.parametrize("role", ROLES[1:])
def test_a_token_reaches_no_more_than_its_account(house: House, role: str) -> None:
    headers = {"Authorization": f"Bearer {house.token(role)}"}
    answer = house.visitor().get("/api/v1/buildings", headers=headers)
    seen = [b["id"] for b in answer.json()] if answer.ok else answer.status_code
    everything = ["jules-ferry", "hotel-de-ville", "sainte-claire"]
    assert seen == {"occupant": 403, "school-manager": ["jules-ferry"]}.get(role, everything)


def test_a_wrong_token_is_refused_even_beside_a_session(house: House) -> None:
    answer = house.signed_in("manager").get(
        "/api/v1/buildings", headers={"Authorization": "Bearer nonsense"}
    )
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def _callback(path: str) -> dict[str, object]:
    inputs = [
        {"id": "manage-address", "property": "pathname", "value": path},
        {"id": "manage-address", "property": "search", "value": ""},
        {"id": "manage-clock", "property": "n_intervals", "value": 0},
    ]
    return {
        "output": "manage-frame.children",
        "outputs": {"id": "manage-frame", "property": "children"},
        "inputs": inputs,
        "changedPropIds": ["manage-address.pathname"],
    }


UPDATE = "/manage/_dash-update-component"


def test_a_callback_without_a_session_is_refused(house: House) -> None:
    answer = house.visitor().post(UPDATE, json=_callback("/manage"))
    assert answer.status_code == 401
    assert "Jules" not in answer.text


def test_a_callback_needs_the_token_of_its_session(house: House) -> None:
    manager = house.signed_in("manager")
    assert manager.post(UPDATE, json=_callback("/manage")).status_code == 403
    token = manager.session.cookies["zaindu_csrf"]
    answer = manager.post(UPDATE, json=_callback("/manage"), headers={"X-CSRFToken": token})
    assert answer.status_code == 200
    assert "Jules-Ferry" in answer.text


@pytest.mark.parametrize("path", ["/manage", "/manage/buildings/hotel-de-ville"])
def test_a_callback_does_not_tell_of_other_buildings(house: House, path: str) -> None:
    keeper = house.signed_in("school-manager")
    headers = {"X-CSRFToken": keeper.session.cookies["zaindu_csrf"]}
    answer = keeper.post(UPDATE, json=_callback(path), headers=headers)
    assert answer.status_code == 200
    assert "Hôtel" not in answer.json()["response"]["manage-frame"]["children"].__repr__()


def test_the_public_pages_dispatch_no_private_callback(house: House) -> None:
    answer = house.visitor().post("/_dash-update-component", json=_callback("/manage"))
    assert answer.status_code != 200
    assert "Jules" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
    ],
)
def test_a_form_sent_from_another_site_is_refused(house: House, headers: dict[str, str]) -> None:
    manager = house.signed_in("manager")
    token = manager.csrf_on("/manage/targets")
    form = {"csrf_token": token}
    answer = manager.post("/manage/targets/t-school/end", form, headers=headers)
    assert answer.status_code == 403
    assert house.records.targets.get("t-school").ended_at is None


def test_private_pages_are_kept_by_no_cache_and_framed_by_nobody(house: House) -> None:
    headers = house.signed_in("manager").get("/manage").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
