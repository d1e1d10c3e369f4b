"""The page of messages that could not be read, as a browser without scripts sees it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from dashboard.auth.viewer import Viewer, set_viewer
from dashboard.pages.data_tabs import data_tabs
from dashboard.text.catalogues import LANGUAGES
from dashboard.text.words import words_for
from dashboard.viewmodels.refused_query import RefusedQuery
from dashboard.viewmodels.sizes import size_text
from domain.accounts import Role, User
from domain.dead_letters import DeadLetter, LetterFilter
from domain.errors import RejectedMessage
from domain.replays import REPLAY_NOTE, Replayed, ReplayRun
from tests.dashboard.house import House, open_house
from tests.domain.test_seen_devices import device

PAGE = "/manage/data/refused"
ROOT = Path(__file__).parents[2]
_CODE = re.compile(r'code=("\w+"(?: if [\w.]+ else "\w+")?)')
NOW = datetime.now(UTC)
LETTER = DeadLetter(
    topic="tele/plug/SENSOR",
    payload=b'{"ENERGY":{"Total":1.50}}',
    size=25,
    received_at=NOW - timedelta(hours=3),
    code="unknown_device",
    reason="no meter is declared for tasmota device 'plug'",
    family="tasmota",
    device="plug",
)
NASTY = replace(
    LETTER,
    topic="<script>alert(1)</script>\x1b[2J",
    payload=b'<img src=x onerror="alert(2)"> and plain text\x1b]0;x',
    reason="near '</pre><b>'",
    code="not_json",
    family="",
    device="",
)
BINARY = replace(NASTY, topic="plc", payload=bytes(range(20)), size=300_000, code="brand_new")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def house(opened: House) -> House:
    """The house with three letters, and nothing replayed lately."""
    opened.records.dead_letters.delete(LetterFilter())
    opened.records.dead_letters.add([LETTER, NASTY, BINARY])
    long_ago = NOW - timedelta(days=9)
    run = ReplayRun(asked_at=long_ago, changed_at=long_ago)
    opened.records.jobs.set_note(REPLAY_NOTE, run.as_json())
    return opened


def _form(house: House, **fields: object) -> tuple[object, dict[str, object]]:
    manager = house.signed_in("manager")
    return manager, {"csrf_token": manager.csrf_on(PAGE)} | fields


def _topics(text: str) -> list[str]:
    return [unescape(t) for t in re.findall(r'<code class="topic">(.*?)</code>', text)]


def _numbers(house: House) -> list[int]:
    return [letter.id or 0 for letter in house.records.dead_letters.newest(100)]


def test_what_a_device_sent_is_shown_and_never_obeyed(house: House) -> None:
    answer = house.signed_in("manager").get(PAGE)
    assert _topics(answer.text) == [
        "plc",
        "<script>alert(1)</script>\\x1b[2J",
        "tele/plug/SENSOR",
    ]
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text.split("<main")[1]
    assert "\x1b" not in answer.text
    assert "&quot;Total&quot;: 1.50" in answer.text
    assert "0008  08 09 0a 0b 0c 0d 0e 0f" in answer.text
    assert "tronqué : 20" in answer.text
    assert "brand_new" in answer.text, "a code without words is shown as it stands"


@pytest.mark.parametrize(
    ("query", "topics"),
    [
        ("?code=unknown_device", ["tele/plug/SENSOR"]),
        ("?family=tasmota&device=plug", ["tele/plug/SENSOR"]),
        ("?device=plug", ["tele/plug/SENSOR"]),
        ("?topic=PL", ["plc", "tele/plug/SENSOR"]),
        ("?text=no+meter&days=1", ["tele/plug/SENSOR"]),
        ("?topic=nothing", []),
        ("?days=nonsense&before=-1&code=", None),
    ],
)
def test_messages_are_filtered_by_the_address(
    house: House, query: str, topics: list[str] | None
) -> None:
    answer = house.signed_in("manager").get(PAGE + query)
    assert answer.status_code == 200
    found = _topics(answer.text)
    assert found == topics if topics is not None else len(found) == 3


def test_a_device_of_no_meter_is_adopted_from_its_messages(house: House) -> None:
    manager = house.signed_in("manager")
    adopt = "/manage/meters/adopt?family=tasmota&amp;device=plug"
    assert adopt not in manager.get(PAGE).text, "nothing is known of it any more"
    now = datetime.now(UTC)
    house.records.seen_devices.note([replace(device(), first_at=now, last_at=now)])
    assert adopt in manager.get(PAGE).text


def test_a_cause_is_told_in_french_and_the_decoder_s_words_lie_beneath(house: House) -> None:
    page = house.signed_in("manager").get(PAGE).text
    assert "aucun compteur n’est déclaré pour cet appareil" in page
    lies = page.split("Détail technique")
    assert len(lies) == 3
    assert 'lang="en">no meter is declared for tasmota device' in lies[2]
    assert 'lang="en">near ' in page.split("brand_new")[1], "without words the decoder speaks"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words_its_cause_and_its_line_in_the_documentation(
    language: str,
) -> None:
    sources = "".join(path.read_text() for path in (ROOT / "ingest").rglob("*.py"))
    codes = {RejectedMessage("").code, *re.findall(r'"(\w+)"', " ".join(_CODE.findall(sources)))}
    assert len(codes) > 25
    documented = (ROOT / "docs" / "refused.md").read_text()
    words = words_for(language)
    for code in codes:
        assert words.knows(f"refused.code.{code}"), code
        assert words.knows(f"refused.cause.{code}"), code
        assert f"`{code}`" in documented, code


def test_pages_are_turned_and_the_filter_goes_along(house: House) -> None:
    house.records.dead_letters.delete(LetterFilter())
    house.records.dead_letters.add([replace(LETTER, topic=f"t/{n}") for n in range(60)])
    manager = house.signed_in("manager")
    seen: list[str] = []
    address: str | None = f"{PAGE}?device=plug"
    while address:
        text = manager.get(address).text
        seen += _topics(text)
        older = re.search(r'<a href="([^"]*)"[^>]*>Plus anciens', text)
        address = unescape(older.group(1)) if older else None
        assert address is None or "device=plug" in address
    assert seen == [f"t/{n}" for n in range(59, -1, -1)]


def test_ticked_messages_are_asked_for_and_what_is_cut_is_not(house: House) -> None:
    cut, _, plug = _numbers(house)
    manager, form = _form(house, ids=[str(plug), str(cut)], scope="picked")
    answer = manager.post(f"{PAGE}/replay", form)
    assert answer.headers["location"] == f"{PAGE}?asked=1"
    assert house.records.dead_letters.get(plug).wanted_at is not None
    assert house.records.dead_letters.summed(LetterFilter()).wanted == 1
    page = manager.get(answer.headers["location"])
    assert "à rejouer" in page.text
    assert "0 faits, 1 en attente" in page.text
    assert page.headers["refresh"] == "2", "the page follows the replay by itself"


def test_all_that_a_filter_finds_is_asked_for_and_nothing_else(house: House) -> None:
    manager, form = _form(house, scope="found", code="unknown_device")
    location = manager.post(f"{PAGE}/replay", form).headers["location"]
    assert location == f"{PAGE}?code=unknown_device&asked=1"
    assert house.records.dead_letters.summed(LetterFilter(code="not_json")).wanted == 0


def test_nothing_ticked_asks_for_nothing_and_says_so(house: House) -> None:
    manager, form = _form(house, scope="picked")
    answer = manager.post(f"{PAGE}/replay", form)
    assert house.records.dead_letters.summed(LetterFilter()).wanted == 0
    assert "Rien à rejouer" in manager.get(answer.headers["location"]).text
    answer = manager.post(f"{PAGE}/delete", form)
    assert "Aucun message n’est coché" in manager.get(answer.headers["location"]).text
    assert house.records.dead_letters.count() == 3


def test_what_became_of_a_replay_is_told_afterwards(house: House) -> None:
    run = ReplayRun(
        asked_at=NOW, changed_at=datetime.now(UTC), replayed=Replayed(stored=9, refused=2)
    )
    house.records.jobs.set_note(REPLAY_NOTE, run.as_json())
    *_, plug = _numbers(house)
    house.records.dead_letters.replayed([], [house.records.dead_letters.get(plug)])
    page = house.signed_in("manager").get(PAGE)
    assert "9 enregistrés, 2 encore refusés" in page.text
    assert "rejoué, encore refusé" in page.text
    assert "refresh" not in page.headers, "nobody loses what they ticked"
    house.records.jobs.set_note(REPLAY_NOTE, '{"of": "another version"}')
    assert house.signed_in("manager").get(PAGE).status_code == 200


def test_a_replay_that_nobody_does_is_not_called_under_way(house: House) -> None:
    house.records.dead_letters.want(LetterFilter(), datetime.now(UTC) - timedelta(minutes=9))
    assert "est-il en marche" in house.signed_in("manager").get(PAGE).text


def test_messages_are_deleted_only_once_it_is_confirmed(house: House) -> None:
    manager, form = _form(house, scope="found", device="plug")
    question = manager.post(f"{PAGE}/delete", form)
    assert question.status_code == 200
    assert "1 message, " in question.text
    assert house.records.dead_letters.count() == 3
    answer = manager.post(f"{PAGE}/delete", form | {"sure": "yes"})
    assert answer.headers["location"] == f"{PAGE}?device=plug&deleted=1"
    assert house.records.dead_letters.summed(LetterFilter(device="plug")).number == 0
    picked = [str(number) for number in _numbers(house)]
    manager.post(f"{PAGE}/delete", form | {"sure": "yes", "scope": "picked", "ids": picked})
    assert "tout ce qui arrive est lu" in manager.get(PAGE).text


def test_the_question_before_deleting_carries_what_was_ticked(house: House) -> None:
    plc, *_ = _numbers(house)
    manager, form = _form(house, scope="picked", ids=[str(plc)])
    question = manager.post(f"{PAGE}/delete", form).text
    assert f'name="ids" value="{plc}"' in question
    assert 'name="scope" value="picked"' in question


def test_downloads_hold_what_was_found_or_ticked(house: House) -> None:
    manager, form = _form(house)
    found = manager.get(f"{PAGE}/download?code=unknown_device")
    assert found.headers["content-disposition"].startswith("attachment; filename=")
    assert [json.loads(line)["topic"] for line in found.text.splitlines()] == [LETTER.topic]
    plc, nasty, _ = _numbers(house)
    ticked = manager.post(f"{PAGE}/download", form | {"ids": [str(nasty), str(plc)]})
    lines = [json.loads(line) for line in ticked.text.splitlines()]
    assert [line["id"] for line in lines] == [nasty, plc]
    assert lines[0]["payload"].encode() == NASTY.payload


@pytest.mark.parametrize("act", ["replay", "delete", "download"])
def test_no_act_is_obeyed_without_the_session_s_token_or_by_a_limited_account(
    house: House, act: str
) -> None:
    form = {"scope": "found", "sure": "yes"}
    manager = house.signed_in("manager")
    assert manager.post(f"{PAGE}/{act}", form).status_code == 403
    keeper = house.signed_in("school-manager")
    own = form | {"csrf_token": keeper.csrf_on("/manage/targets")}
    assert keeper.post(f"{PAGE}/{act}", own).status_code == 403
    assert house.records.dead_letters.count() == 3
    assert house.records.dead_letters.summed(LetterFilter()).wanted == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_every_language_of_one_message_and_of_many(
    house: House, language: str
) -> None:
    user = house.records.users.get("manager")
    assert user is not None
    house.records.users.update(replace(user, language=language))
    manager, form = _form(house, scope="found")
    for query in ("", "?code=not_json", "?asked=1", "?deleted=2", "?picked=0"):
        assert manager.get(PAGE + query).status_code == 200
    assert manager.post(f"{PAGE}/delete", form).status_code == 200
    house.records.users.update(user)


def test_a_size_is_told_in_the_unit_people_read_it_in() -> None:
    words = words_for("fr")
    sizes = [size_text(size, words) for size in (999, 1500, 250_000, 1_500_000, 100_000_000)]
    assert [each.replace("\u00a0", " ") for each in sizes] == [
        "999 o",
        "1,5 ko",
        "250 ko",
        "1,5 Mo",
        "100 Mo",
    ]


def test_an_address_goes_back_and_forth() -> None:
    query = RefusedQuery(topic="a b&c/é#", device="x", days="7")
    assert query.href() == f"{PAGE}?device=x&topic=a+b%26c%2F%C3%A9%23&days=7"
    assert RefusedQuery.of(dict(query.pairs())) == query


def test_the_api_gives_the_same_messages_page_by_page(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.token('manager')}"}
    visitor = house.visitor()
    first = visitor.get("/api/v1/dead-letters?limit=2", headers=headers).json()
    assert (first["found"], len(first["letters"])) == (3, 2)
    assert first["letters"][0]["payload_b64"] is None
    query = f"?limit=2&before={first['next_before']}"
    rest = visitor.get(f"/api/v1/dead-letters{query}", headers=headers).json()
    assert [letter["topic"] for letter in rest["letters"]] == [LETTER.topic]
    assert rest["next_before"] is None
    (one,) = rest["letters"]
    again = visitor.get(f"/api/v1/dead-letters/{one['id']}", headers=headers).json()
    assert again == one
    lines = visitor.get("/api/v1/dead-letters.jsonl?code=not_json", headers=headers).text
    assert [json.loads(line)["code"] for line in lines.splitlines()] == ["not_json"]
    day = (NOW - timedelta(days=1)).date()
    query = f"?from={day}&to={NOW.isoformat().replace('+', '%2B')}"
    found = visitor.get(f"/api/v1/dead-letters{query}", headers=headers).json()
    assert found["found"] == 3


def test_a_limited_account_is_told_why_its_token_does_not_reach_them(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.token('school-manager')}"}
    answer = house.visitor().get("/api/v1/dead-letters", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("all_buildings_only")


def test_the_tabs_offer_a_limited_account_no_closed_door() -> None:
    words = words_for("fr")
    keeper = User(name="keeper", role=Role.MANAGER, building_ids=("jules-ferry",))
    set_viewer(Viewer(user=keeper, csrf_token=""))
    try:
        limited = data_tabs("files", words)
        set_viewer(Viewer(user=replace(keeper, building_ids=()), csrf_token=""))
        assert PAGE in data_tabs("files", words)
    finally:
        set_viewer(None)
    assert PAGE not in limited
    assert "/manage/data/files" in limited
