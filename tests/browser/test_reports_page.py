"""Drawing a report in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser

from tests.dashboard.house import PASSWORD, House, open_house

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


def test_a_utility_downloads_the_spreadsheet_it_chose(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{house.url}/signin")
    page.fill("#name", "utility")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    assert page.url.endswith("/reports")
    page.get_by_label("Hôtel de ville").check()
    page.select_option("#step", "month")
    with page.expect_download() as waiting:
        page.get_by_text("Télécharger le tableur").click()
    file = tmp_path / "report.xlsx"
    waiting.value.save_as(file)
    heads, *lines = openpyxl.load_workbook(file)["Données"].iter_rows(values_only=True)
    assert {line[heads.index("bâtiment")] for line in lines} == {"Hôtel de ville"}
    context.close()
