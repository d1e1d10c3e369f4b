"""The forms of the manage pages, as a browser without scripts sends them."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from domain.accounts import Role, User
from tests.dashboard.house import PASSWORD, House, Visitor, open_house

NEW = "/manage/buildings/hotel-de-ville/targets/new"


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


def _form(visitor: Visitor, page: str, **changes: object) -> dict[str, object]:
    today = datetime.now(UTC).date()
    return {
        "csrf_token": visitor.csrf_on(page),
        "commodity": "electricity",
        "reduction": "7,5",
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=364)).isoformat(),
        "note": "Éteindre <la nuit>",
        "version": "0",
    } | changes


def test_a_manager_sets_edits_and_ends_a_target_and_its_history_stays(house: House) -> None:
    manager = house.signed_in("manager")
    assert manager.post(NEW, _form(manager, NEW)).status_code == 303
    (target,) = house.records.targets.all("hotel-de-ville")
    assert (target.reduction, target.author, target.version) == (0.075, "manager", 1)
    page = f"/manage/targets/{target.id}"
    form = _form(manager, page, reduction="10", version="1")
    assert manager.post(page, form).status_code == 303
    listed = manager.get("/manage/buildings/hotel-de-ville/targets").text
    assert "Éteindre &lt;la nuit&gt;" in listed
    assert "Version 2" in listed
    assert "Version 1" in listed
    token = {"csrf_token": manager.csrf_on("/manage/targets")}
    assert manager.post(f"{page}/end", token).status_code == 303
    assert house.records.targets.get(target.id).ended_at is not None
    assert len(house.records.targets.history(target.id)) == 3


def test_a_reduction_we_advise_against_is_kept_only_when_confirmed(house: House) -> None:
    manager = house.signed_in("manager")
    form = _form(manager, NEW, reduction="40")
    warned = manager.post(NEW, form)
    assert warned.status_code == 200
    assert "décourage" in warned.text
    assert house.records.targets.all("hotel-de-ville") == ()
    assert manager.post(NEW, form | {"confirmed": "yes"}).status_code == 303
    assert len(house.records.targets.all("hotel-de-ville")) == 1


def test_a_mistake_is_shown_at_its_field_and_nothing_typed_is_lost(house: House) -> None:
    manager = house.signed_in("manager")
    answer = manager.post(NEW, _form(manager, NEW, reduction="beaucoup"))
    assert answer.status_code == 422
    assert 'id="reduction-error"' in answer.text
    assert 'value="beaucoup"' in answer.text
    assert "Éteindre &lt;la nuit&gt;" in answer.text


def test_two_targets_of_one_energy_do_not_share_days(house: House) -> None:
    manager = house.signed_in("manager")
    page = "/manage/buildings/jules-ferry/targets/new"
    answer = manager.post(page, _form(manager, page))
    assert answer.status_code == 422
    assert "couvre déjà ces jours" in answer.text


def test_an_edit_made_meanwhile_is_not_overwritten(house: House) -> None:
    first, second = house.signed_in("manager"), house.signed_in("admin")
    page = "/manage/targets/t-school"
    one, other = (_form(v, page, version="1") for v in (first, second))
    assert first.post(page, one).status_code == 303
    answer = second.post(page, other)
    assert answer.status_code == 422
    assert "entre-temps" in answer.text
    assert house.records.targets.get("t-school").author == "manager"


@pytest.mark.parametrize(
    "page",
    [
        NEW,
        "/manage/targets/t-school",
        "/manage/targets/t-school/end",
        "/account/password",
        "/account/language",
        "/account/tokens",
        "/manage/users",
        "/manage/users/state",
        "/manage/users/edit",
        "/manage/users/password",
        "/signout",
    ],
)
def test_no_form_is_obeyed_without_the_session_s_token(house: House, page: str) -> None:
    admin, other = house.signed_in("admin"), house.signed_in("manager")
    stolen = other.csrf_on("/account")
    for token in ("", "nonsense", stolen):
        form = {"csrf_token": token, "name": "intruder", "password": PASSWORD, "role": "admin"}
        assert admin.post(page, form).status_code == 403
    assert house.records.users.get("intruder") is None
    assert house.records.targets.get("t-school").version == 1


def test_a_manager_of_one_school_cannot_touch_the_town_hall_s_targets(house: House) -> None:
    keeper = house.signed_in("school-manager")
    token = keeper.csrf_on("/manage/targets")
    form = _form(keeper, "/manage/targets") | {"csrf_token": token}
    assert keeper.post(NEW, form).status_code == 404
    assert house.records.targets.all("hotel-de-ville") == ()


def test_changing_the_password_keeps_this_browser_and_ends_the_others(house: House) -> None:
    here, elsewhere = house.signed_in("manager"), house.signed_in("manager")
    form = {
        "csrf_token": here.csrf_on("/account"),
        "present": PASSWORD,
        "password": "another long password",
        "again": "another long password",
    }
    wrong = here.post("/account/password", form | {"present": "not this one"})
    assert wrong.status_code == 422
    assert here.post("/account/password", form).status_code == 303
    assert here.get("/manage").status_code == 200
    assert elsewhere.get("/manage").status_code == 303


def test_a_token_is_shown_once_works_and_can_be_revoked(house: House) -> None:
    utility = house.signed_in("utility")
    form = {"csrf_token": utility.csrf_on("/account"), "label": "Tableur", "days": "90"}
    page = utility.post("/account/tokens", form).text
    secret = page.partition('class="secret">')[2].partition("<")[0]
    bearer = {"Authorization": f"Bearer {secret}"}
    assert house.visitor().get("/api/v1/buildings", headers=bearer).status_code == 200
    assert secret not in utility.get("/account").text
    (token,) = house.records.users.tokens("utility")
    revoke = f"/account/tokens/{token.id}/revoke"
    stranger = house.signed_in("manager")
    foreign = {"csrf_token": stranger.csrf_on("/account")}
    assert stranger.post(revoke, foreign).status_code == 404
    own = {"csrf_token": utility.csrf_on("/account")}
    assert utility.post(revoke, own).status_code == 303
    assert house.visitor().get("/api/v1/buildings", headers=bearer).status_code == 401


def test_an_administrator_opens_and_closes_accounts(house: House) -> None:
    admin = house.signed_in("admin")
    form = {
        "csrf_token": admin.csrf_on("/manage/users"),
        "name": "maite",
        "password": "a sentence of maite",
        "role": "manager",
        "buildings": ["jules-ferry"],
    }
    assert admin.post("/manage/users", form | {"password": "short"}).status_code == 422
    assert admin.post("/manage/users", form).status_code == 303
    created = house.records.users.get("maite")
    assert created is not None
    assert (created.role, created.building_ids) == (Role.MANAGER, ("jules-ferry",))
    maite = house.visitor()
    assert maite.sign_in("maite", "a sentence of maite").status_code == 303
    close = {"csrf_token": form["csrf_token"], "name": "maite", "disabled": "yes"}
    assert admin.post("/manage/users/state", close).status_code == 303
    assert maite.get("/manage").status_code == 303
    itself = close | {"name": "admin"}
    assert admin.post("/manage/users/state", itself).status_code == 422


def test_the_reports_page_leads_to_the_same_file_as_the_api(house: House) -> None:
    utility = house.signed_in("utility")
    query = "building=jules-ferry&first=2026-10-01&last=2026-10-31&step=month"
    answer = utility.get(f"/reports/download/csv?{query}")
    assert answer.headers["location"] == (
        "/api/v1/reports/consumption.csv?building=jules-ferry&from=2026-10-01&to=2026-11-01&step=month"
    )
    assert utility.get(answer.headers["location"]).status_code == 200
    backwards = utility.get("/reports?first=2026-10-31&last=2026-10-01")
    assert backwards.status_code == 422
    assert "inversez" in backwards.text


def test_the_reports_page_tells_only_of_buildings_that_are_open(house: House) -> None:
    page = house.signed_in("school-manager").get("/reports?building=hotel-de-ville").text
    assert "Jules-Ferry" in page
    assert "Hôtel" not in page


def test_who_manages_is_led_back_there_from_an_address_that_is_not(house: House) -> None:
    lost = house.signed_in("manager").get("/manage/buildings/no-such")
    assert (lost.status_code, 'href="/manage?' in lost.text) == (404, True)
    barred = house.signed_in("utility").get("/manage/users")
    assert (barred.status_code, 'href="/manage?' in barred.text) == (403, False)


EDIT = "/manage/users/edit?name=utility"


def test_an_administrator_changes_what_an_account_may_do(house: House) -> None:
    admin = house.signed_in("admin")
    form: dict[str, object] = {"csrf_token": admin.csrf_on(EDIT), "name": "utility"}
    changed = form | {"role": "manager", "buildings": ["jules-ferry"]}
    assert admin.post("/manage/users/edit", changed).status_code == 303
    user = house.records.users.get("utility")
    assert user is not None
    assert (user.role, user.building_ids) == (Role.MANAGER, ("jules-ferry",))
    assert 'checked value="jules-ferry"' in _attributes_in_order(admin.get(EDIT).text)
    for wrong in ({"role": "king"}, {"role": "manager", "buildings": ["elsewhere"]}):
        assert admin.post("/manage/users/edit", form | wrong).status_code == 422
    assert admin.get("/manage/users/edit?name=nobody").status_code == 404


def _attributes_in_order(page: str) -> str:
    """Return a page with `checked` before the value, wherever its writer put it."""
    return re.sub(r'value="([^"]*)" checked', r'checked value="\1"', page)


def test_a_forgotten_password_is_replaced_and_ends_the_sessions(house: House) -> None:
    admin, utility = house.signed_in("admin"), house.signed_in("utility")
    form: dict[str, object] = {"csrf_token": admin.csrf_on(EDIT), "name": "utility"}
    assert admin.post("/manage/users/password", form | {"password": "short"}).status_code == 422
    fresh = "quite another password"
    assert admin.post("/manage/users/password", form | {"password": fresh}).status_code == 303
    assert utility.get("/reports").status_code == 303
    assert house.visitor().sign_in("utility").status_code == 401
    assert house.visitor().sign_in("utility", fresh).status_code == 303


def test_nobody_changes_their_own_role(house: House) -> None:
    admin = house.signed_in("admin")
    form = {"csrf_token": admin.csrf_on(EDIT), "name": "admin", "role": "occupant"}
    assert admin.post("/manage/users/edit", form).status_code == 422
    assert admin.post("/manage/users/password", form | {"password": "x" * 20}).status_code == 422


def test_an_administrator_of_one_school_gives_no_more_than_they_have(house: House) -> None:
    limited = User(name="school-admin", role=Role.ADMIN, building_ids=("jules-ferry",))
    house.records.users.add(limited, PASSWORD)
    admin = house.signed_in("school-admin")
    page = "/manage/users/edit?name=school-manager"
    assert admin.get(EDIT).status_code == 404
    assert "name=utility" not in admin.get("/manage/users").text
    form: dict[str, object] = {"csrf_token": admin.csrf_on(page), "role": "manager"}
    everything = form | {"name": "school-manager"}
    assert admin.post("/manage/users/edit", everything).status_code == 422
    assert admin.post("/manage/users/password", form | {"name": "admin"}).status_code == 404
    accomplice = form | {"name": "accomplice", "password": PASSWORD}
    assert admin.post("/manage/users", accomplice).status_code == 422
    assert house.records.users.get("accomplice") is None


def test_hashing_a_password_lets_other_pages_through(house: House) -> None:
    admin, other = house.signed_in("admin"), house.signed_in("manager")
    form: dict[str, object] = {"csrf_token": admin.csrf_on(EDIT), "name": "utility"}
    threads: set[str] = set()
    hashing = house.records.users.set_password

    def noted(name: str, password: str) -> None:
        threads.add(threading.current_thread().name)
        hashing(name, password)

    house.records.users.set_password = noted  # type: ignore[method-assign]  # who runs it
    admin.post("/manage/users/password", form | {"password": "quite another password"})
    assert other.get("/account").status_code == 200
    assert not any("(run)" in name for name in threads), "the server's own loop was held up"
    assert threads
