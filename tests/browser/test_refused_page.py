"""The page of refused messages in a real browser."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.dead_letters import DeadLetter, LetterFilter
from tests.dashboard.house import PASSWORD, House, open_house

pytestmark = pytest.mark.browser
PAGE = "/manage/data/refused"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        payloads = [b'{"a":"' + b"x" * 900 + b'"}', bytes(range(256)), b"<script>alert(1)</script>"]
        opened.records.dead_letters.add(
            [
                DeadLetter(
                    topic="building/" + "longnamewithoutabreak" * 7,
                    payload=payload,
                    size=len(payload),
                    received_at=datetime.now(UTC),
                    code="not_json",
                    reason="unexpected " + "y" * 300,
                    family="tasmota",
                    device="d" * 150,
                )
                for payload in payloads
            ]
        )
        yield opened


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    opened = context.new_page()
    opened.goto(f"{house.url}/signin")
    opened.fill("#name", "manager")
    opened.fill("#password", PASSWORD)
    opened.click("button[type=submit]")
    opened.goto(f"{house.url}{PAGE}")
    yield opened
    context.close()


@pytest.mark.parametrize("width", [390, 1440, 1920])
def test_no_device_makes_the_page_wider_than_its_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for summary in page.locator(".letter summary").all():
        summary.click()
    expect(page.locator(".letter pre").nth(1)).to_contain_text("00 01 02")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0


def test_what_can_be_done_with_ticked_messages_appears_once_one_is_ticked(
    house: House, page: Page
) -> None:
    bar = page.locator(".picked-bar")
    expect(bar).to_be_hidden()
    page.locator(".letter input").nth(1).check()
    expect(bar).to_be_visible()
    bar.get_by_text("Rejouer").click()
    expect(page.get_by_text("à rejouer")).to_have_count(1)
    assert house.records.dead_letters.summed(LetterFilter()).wanted == 1
    page.locator(".letter input").first.check()
    with page.expect_download() as started:
        page.locator(".picked-bar").get_by_text("Télécharger").click()
    assert started.value.suggested_filename.startswith("zaindu_refused_")
