"""The manage pages in a real browser: what a manager sees, on a desk and on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.house import PASSWORD, House, open_house
from tests.domain.test_seen_devices import device, register

pytestmark = pytest.mark.browser
WIDE = device(
    *(register(f"emdata:{n}.a_total_act_energy_of_a_very_long_name") for n in range(9)),
    name="shellypro3em-0cb815fc96dc-of-a-very-long-name-without-any-space-in-it",
    family="shelly",
)
PLUG = device(register("Total"), name="prises-jules-ferry")
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        opened.records.seen_devices.note([WIDE, PLUG])
        yield opened


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK, locale="fr-FR")
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    yield opened
    context.close()


def _sign_in(page: Page, house: House, name: str = "manager") -> None:
    page.goto(f"{house.url}/signin")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")


def _wait_for_dash(page: Page) -> None:
    """Wait until the server's first picture has been replaced by the living page."""
    expect(page.locator("#manage-frame .page")).to_be_visible(timeout=20_000)


def _overflow(page: Page) -> int:
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def test_a_manager_goes_from_the_portfolio_to_a_building(
    house: House, page: Page, complaints: list[str]
) -> None:
    _sign_in(page, house)
    expect(page.locator("h1")).to_have_text("Portefeuille")
    expect(page.locator("table.buildings tbody tr")).to_have_count(3)
    _wait_for_dash(page)
    page.locator("table.buildings").get_by_text("École Jules-Ferry").click()
    expect(page.locator("h1")).to_have_text("École Jules-Ferry")
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    page.get_by_role("link", name="12 mois").click()
    expect(page.locator(".segment.current").nth(1)).to_have_text("12 mois")
    assert page.locator(".modebar-btn").count() == 0
    assert _overflow(page) == 0
    assert complaints == []


def test_the_portfolio_can_be_read_before_any_script_has_run(
    house: House, browser: Browser
) -> None:
    context = browser.new_context(viewport=DESK, java_script_enabled=False)
    page = context.new_page()
    _sign_in(page, house)
    expect(page.locator("table.buildings tbody tr")).to_have_count(3)
    page.goto(f"{house.url}/manage/targets")
    expect(page.get_by_text("Fixer une cible")).to_have_count(3)
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "/manage",
        "/manage/buildings/jules-ferry",
        "/manage/targets",
        "/manage/buildings/jules-ferry/targets/new",
        "/manage/data/refused",
        "/manage/data/files",
        "/manage/meters",
        "/manage/meters/discovered",
        f"/manage/meters/adopt?family=shelly&device={WIDE.device}",
        "/reports",
        "/account",
    ],
)
@pytest.mark.parametrize("width", [390, 1440, 1920])
def test_no_page_is_wider_than_its_window(house: House, page: Page, path: str, width: int) -> None:
    _sign_in(page, house)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{house.url}{path}")
    page.wait_for_load_state("networkidle")
    assert _overflow(page) <= 0


def test_the_navigation_folds_on_a_phone_and_leads_nowhere_dead(house: House, page: Page) -> None:
    _sign_in(page, house, "admin")
    links = page.locator(".menu-wide a").evaluate_all("all => all.map(a => a.pathname)")
    for path in links:
        # The screens are the public part, which this small server does not carry.
        if path != "/":
            assert page.request.get(f"{house.url}{path}").status == 200
    page.set_viewport_size(PHONE)
    expect(page.locator(".menu-wide")).to_be_hidden()
    page.locator(".menu-folded summary").click()
    expect(page.locator(".menu-folded").get_by_text("Rapports")).to_be_visible()


def test_signing_out_from_the_navigation_ends_the_session(house: House, page: Page) -> None:
    _sign_in(page, house)
    _wait_for_dash(page)
    page.wait_for_load_state("networkidle")
    page.locator(".menu-wide").get_by_text("Se déconnecter").click()
    expect(page.locator("#password")).to_be_visible()
    page.goto(f"{house.url}/manage")
    expect(page.locator("#password")).to_be_visible()


def test_two_clicks_make_a_meter_of_a_device(
    house: House, page: Page, complaints: list[str]
) -> None:
    _sign_in(page, house)
    page.goto(f"{house.url}/manage/meters/discovered")
    card = page.locator(".device-card").filter(has_text="prises-jules-ferry").first
    card.get_by_role("link", name="Adopter").click()
    expect(page.locator("#building_id")).to_have_value("jules-ferry")
    page.get_by_role("button", name="Garder ce compteur").click()
    expect(page.locator("table.declared")).to_contain_text("Prises jules ferry")
    expect(page.locator("table.declared")).to_contain_text("l’écran, par manager")
    assert complaints == []
