"""The page about the data's health in a real browser: nothing cut, on a desk or on a phone."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.health_days import lived
from tests.dashboard.house import PASSWORD, House, open_house

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        lived(opened.records, datetime.now(UTC))
        yield opened


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    opened = context.new_page()
    opened.goto(f"{house.url}/signin")
    opened.fill("#name", "manager")
    opened.fill("#password", PASSWORD)
    opened.click("button[type=submit]")
    yield opened
    context.close()


def test_a_day_is_chosen_and_only_what_asks_for_a_look_is_kept_without_any_script(
    house: House, page: Page
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{house.url}/manage/data")
    expect(page.locator(".menu-wide .place.current")).to_have_text("Données")
    expect(page.locator(".meter-days .name")).to_have_count(7)
    page.get_by_role("link", name="À regarder").click()
    expect(page.locator(".meter-days .name")).to_have_count(4)
    page.locator(".meter-days thead .day a").first.click()
    expect(page.locator(".meter-days .name")).to_have_count(4)
    expect(page.locator("thead .day.chosen")).to_have_count(1)


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_no_figure_is_cut(house: House, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{house.url}/manage/data")
    reach = "all => all.map(e => e.getBoundingClientRect()).map(r => [r.left, r.right])"
    seen = page.locator(".meter-days td, .workers td, dl.facts dd").evaluate_all(reach)
    assert len(seen) > 100
    assert all(left >= 0 and right <= width for left, right in seen if right > left)
