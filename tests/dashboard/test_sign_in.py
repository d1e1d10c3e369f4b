"""The front door: who comes in, how fast one may try, and what a session is worth."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.house import PASSWORD, House, open_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


def test_the_right_password_opens_the_manage_pages(house: House) -> None:
    visitor = house.visitor()
    answer = visitor.sign_in("manager")
    assert (answer.status_code, answer.headers["location"]) == (303, "/manage")


def test_a_session_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(house: House) -> None:
    answer = house.visitor().sign_in("manager")
    cookie = next(
        value
        for name, value in answer.raw.headers.items()
        if name.lower() == "set-cookie" and value.startswith("zaindu_session=")
    )
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "Secure" not in cookie
    assert "Max-Age=43200" in cookie


def test_behind_https_the_cookie_is_secure(tmp_path: Path) -> None:
    with open_house(tmp_path, public_url="https://zaindu.example") as house:
        visitor = house.visitor()
        # Over plain HTTP a secure cookie would not come back, so it is carried by hand.
        page = visitor.get("/signin")
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        answer = visitor.post(
            "/signin",
            {"name": "manager", "password": PASSWORD, "csrf_token": token},
            headers={"Cookie": f"zaindu_form={page.cookies['zaindu_form']}"},
        )
        assert answer.status_code == 303
        assert "Secure" in answer.headers["set-cookie"]


def test_a_wrong_password_and_an_unknown_name_read_the_same(house: House) -> None:
    wrong = house.visitor().sign_in("utility", "not the password")
    unknown = house.visitor().sign_in("nobody", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert (
        wrong.text.replace("utility", "nobody").split("csrf_token")[0]
        == (unknown.text.split("csrf_token")[0])
    )


def test_a_sign_in_that_did_not_come_from_our_page_is_not_tried(house: House) -> None:
    answer = house.visitor().post("/signin", {"name": "manager", "password": PASSWORD})
    assert answer.status_code == 403
    assert "zaindu_session" not in answer.headers.get("set-cookie", "")


def test_guessing_is_slowed_down_kindly_even_with_the_right_password(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        visitor = house.visitor()
        for _ in range(6):
            last = visitor.sign_in("manager", "a wrong guess")
        assert last.status_code == 429
        assert int(last.headers["retry-after"]) >= 1
        assert "protéger" in last.text
        assert visitor.sign_in("manager").status_code == 429
        assert visitor.sign_in("admin").status_code == 303


@pytest.mark.parametrize(
    ("wish", "destination"),
    [
        ("/manage/buildings/jules-ferry?days=7", "/manage/buildings/jules-ferry?days=7"),
        ("//elsewhere.example/", "/manage"),
        ("https://elsewhere.example/", "/manage"),
        ("/\\elsewhere.example", "/manage"),
        ("/\t/elsewhere.example", "/manage"),
        ("/manage/users", "/manage"),
    ],
)
def test_signing_in_leads_on_only_within_the_site_and_the_role(
    house: House, wish: str, destination: str
) -> None:
    answer = house.visitor().sign_in("manager", next=wish)
    assert answer.headers["location"] == destination


def test_signing_out_ends_the_session_in_the_browser(house: House) -> None:
    visitor = house.signed_in("utility")
    token = visitor.csrf_on("/reports")
    assert visitor.post("/signout", {"csrf_token": token}).status_code == 303
    assert visitor.get("/reports").headers["location"].startswith("/signin")


def test_signing_out_needs_the_token_of_the_session(house: House) -> None:
    visitor = house.signed_in("utility")
    assert visitor.post("/signout", {"csrf_token": "another"}).status_code == 403
    assert visitor.get("/reports").status_code == 200


def test_a_changed_password_ends_every_session_of_the_account(house: House) -> None:
    visitor = house.signed_in("admin")
    assert visitor.get("/manage/users").status_code == 200
    house.records.users.set_password("admin", PASSWORD)
    assert visitor.get("/manage/users").status_code == 303


def test_a_forged_cookie_opens_nothing(house: House) -> None:
    visitor = house.visitor()
    visitor.session.cookies.set("zaindu_session", "WyJhZG1pbiIsMCwieCJd.aaaa.bbbb")
    assert visitor.get("/manage").status_code == 303


def test_the_page_speaks_the_language_that_is_asked_for(house: House) -> None:
    visitor = house.visitor()
    assert "Hasi saioa" in visitor.get("/signin?lang=eu").text
    assert "Hasi saioa" in visitor.get("/signin").text
    english = house.visitor().get("/signin", headers={"Accept-Language": "en-GB,en;q=0.8"})
    assert "Sign in" in english.text
