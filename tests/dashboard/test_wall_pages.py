"""The addresses that a lobby and a phone ask, on real stores."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from dashboard.pages.rate import Rate
from domain.nudges import Answer
from domain.snapshots import Verdict
from tests.dashboard.wall_house import WallHouse, fresh, open_wall_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[WallHouse]:
    with open_wall_house(tmp_path) as opened:
        yield opened


def get(house: WallHouse, path: str, **headers: str) -> requests.Response:
    return requests.get(house.url.rstrip("/") + path, headers=headers, timeout=20)


def test_the_first_scene_is_in_the_page_that_the_server_sends(house: WallHouse) -> None:
    page = get(house, "/wall/jules-ferry")
    assert page.status_code == 200
    assert "que prévu" in page.text
    assert 'data-measured-kwh="142.317"' in page.text
    assert "Espero" in get(house, "/wall/jules-ferry?lang=eu").text
    assert '"websocket"' not in page.text
    assert "http://" not in re.sub(r"http://www\.w3\.org/2000/svg", "", page.text)


def test_a_building_without_a_snapshot_says_soon(house: WallHouse) -> None:
    assert "Bientôt" in get(house, "/wall/hotel-de-ville").text


def test_the_front_page_says_how_old_each_building_s_data_is(house: WallHouse) -> None:
    page = get(house, "/?lang=fr").text
    assert page.count('class="age"') == 3
    assert "il y a 4\u00a0min" in page


def test_an_unknown_building_is_answered_with_the_list_of_walls(house: WallHouse) -> None:
    page = get(house, "/wall/nowhere")
    assert page.status_code == 404
    assert "/wall/jules-ferry" in page.text
    assert get(house, "/nowhere").status_code == 404


def test_scenes_that_did_not_change_are_not_sent_again(house: WallHouse) -> None:
    path = "/wall/jules-ferry/scenes.json?shape=portrait"
    first = get(house, path)
    names = [scene["name"] for scene in first.json()["scenes"]]
    assert names == ["status", "today", "week", "target", "race", "nudge"]
    again = get(house, path, **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    house.records.snapshots.put(fresh(Verdict.ABOVE))
    time.sleep(1.2)
    newer = get(house, path, **{"If-None-Match": first.headers["ETag"]})
    assert newer.status_code == 200
    assert ">Plus<" in newer.json()["scenes"][0]["svg"]


def test_a_shown_nudge_is_kept_once_it_is_the_present_one(house: WallHouse) -> None:
    url = house.url.rstrip("/") + "/wall/jules-ferry/shown"
    assert requests.post(url, params={"nudge": "nudge-1"}, timeout=20).status_code == 204
    assert requests.post(url, params={"nudge": "other"}, timeout=20).status_code == 404
    foreign = {"Sec-Fetch-Site": "cross-site"}
    refused = requests.post(url, params={"nudge": "nudge-1"}, headers=foreign, timeout=20)
    assert refused.status_code == 403


def test_an_answer_on_a_phone_is_kept_and_can_be_taken_back(house: WallHouse) -> None:
    url = house.url.rstrip("/") + "/phone/jules-ferry"
    form = {"nudge": "nudge-1", "answer": "not_possible", "reason": "needed"}
    thanked = requests.post(url, data=form, timeout=20)
    assert thanked.history[0].status_code == 303
    assert "Merci" in thanked.text
    assert house.records.nudges.answers("nudge-1").get(Answer.NOT_POSSIBLE) == 1
    token = re.search(r'name="undo" value="([^"]+)"', thanked.text)
    assert token is not None
    undone = requests.post(url, data={"undo": token[1]}, timeout=20)
    assert "annulé" in undone.text
    assert not house.records.nudges.answers("nudge-1").get(Answer.NOT_POSSIBLE)
    forged = requests.post(url, data={"undo": "1"}, timeout=20)
    assert forged.status_code == 422


def test_a_panel_too_small_for_its_distance_is_refused_with_the_honest_one(
    house: WallHouse,
) -> None:
    refused = get(house, "/wall/jules-ferry?distance=5&diagonal=43")
    assert refused.status_code == 422
    assert "3,9\u00a0m" in refused.text.replace(" m", "\u00a0m")
    assert get(house, "/wall/jules-ferry?distance=5&diagonal=55").status_code == 200


def test_every_page_keeps_outside_hosts_out(house: WallHouse) -> None:
    for path in ("/", "/wall/jules-ferry", "/phone/jules-ferry", "/healthz"):
        headers = get(house, path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert get(house, "/readyz").json()["status"] == "ok"
    fonts = "/assets/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"
    assert "immutable" in get(house, fonts).headers["cache-control"]


@pytest.mark.parametrize("path", ["/wall/jules-ferry", "/phone/jules-ferry", "/"])
def test_a_browser_keeps_our_files_until_an_upgrade_renames_them(
    house: WallHouse, path: str
) -> None:
    files = re.findall(r'"(/assets/[^"]+\.(?:css|js|svg)[^"]*)"', get(house, path).text)
    assert len(files) >= 2
    for file in files:
        answer = get(house, file)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"], file
    assert "immutable" not in get(house, "/assets/pages.css").headers["cache-control"]


def test_an_address_that_asks_too_often_waits() -> None:
    now = [0.0]
    rate = Rate(per_minute=3, clock=lambda: now[0])
    assert [rate.admits("a") for _ in range(4)] == [True, True, True, False]
    assert rate.admits("b")
    now[0] = 20.0
    assert rate.admits("a")
