"""The wall in a real browser: nothing cut, nothing overlapping, alive without network."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from domain.snapshots import Medal, RaceEntry, Verdict, WallSnapshot
from tests.dashboard.wall_house import WallHouse, fresh, open_wall_house

pytestmark = pytest.mark.browser

PANELS = [(1920, 1080), (3840, 2160), (1080, 1920), (1280, 720)]
_BOXES = """() => {
  const scenes = [...document.querySelectorAll('.layer')].pop().querySelectorAll('.scene');
  return [...scenes].filter(s => s.getClientRects().length)
    .flatMap(s => [...s.querySelectorAll('text')]).filter(t => t.textContent)
    .map(t => [t.textContent, t.getBoundingClientRect()])
    .map(([text, b]) => [text, b.left, b.top, b.right, b.bottom]);
}"""


def _entry(label: str, deviation: float | None, band: float, rank: int | None) -> RaceEntry:
    return RaceEntry(
        building_id={"Jules-Ferry": "jules-ferry"}.get(label, label),
        label=label,
        deviation=deviation,
        dead_band=band if deviation is not None else None,
        rank=rank,
        medal=Medal.GOLD if rank is not None and (deviation or 0) < -max(band, 0.1) else None,
        sufficient=deviation is not None,
    )


def _wide(verdict: Verdict, deviation: float, band: float, *race: RaceEntry) -> WallSnapshot:
    """A wall of wide dead-bands and a mixed race."""
    made = fresh(verdict)
    assert made.target is not None
    standing = replace(made.target.standing, deviation=0.05, dead_band=0.12)
    return replace(
        made,
        today=replace(made.today, deviation=deviation, dead_band=band),
        target=replace(made.target, standing=standing),
        race=race,
    )


HARD = {
    "hotel-de-ville": _wide(
        Verdict.AS_EXPECTED,
        0.05,
        0.23,
        _entry("Jules-Ferry", -0.07, 0.09, 1),
        _entry("Ste-Claire", 0.003, 0.05, 1),
        _entry("Médiathèque", 0.01, 0.25, 1),
    ),
    "sainte-claire": _wide(
        Verdict.ABOVE,
        0.52,
        0.35,
        _entry("Médiathèque", -0.31, 0.05, 1),
        _entry("Ste-Claire", -0.02, 0.16, 2),
        _entry("Mairie", 0.3, 0.11, None),
        _entry("Gymnase", 0.4, 0.11, None),
        _entry("Bel-Air", None, 0.0, None),
    ),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WallHouse]:
    folder: Path = tmp_path_factory.mktemp("walls")
    with open_wall_house(folder) as opened:
        for building_id, snapshot in HARD.items():
            opened.records.snapshots.put(replace(snapshot, building_id=building_id))
        yield opened


@pytest.fixture(scope="module")
def still(browser: Browser) -> Iterator[Page]:
    """A page whose scripts do not arrive: the scene that the server drew, and nothing else."""
    page = browser.new_page()
    page.route("**/*.js*", lambda route: route.abort())
    yield page
    page.close()


def open_page(browser: Browser, house: WallHouse, path: str, size: tuple[int, int]) -> Page:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(house.url.rstrip("/") + path)
    return page


def check_words(page: Page, url: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(url)
    boxes = page.evaluate(_BOXES)
    assert boxes
    for text, left, top, right, bottom in boxes:
        assert min(left, top) >= 0, text
        assert right <= size[0] + 1, text
        assert bottom <= size[1] + 1, text
    for (one, l1, t1, r1, b1), (other, l2, t2, r2, b2) in itertools.combinations(boxes, 2):
        # A line's box is taller than its letters: a quarter of it is air.
        air = 0.25 * min(b1 - t1, b2 - t2)
        apart = r1 <= l2 or r2 <= l1 or b1 - air <= t2 + air or b2 - air <= t1 + air
        assert apart, (one, other)


@pytest.mark.parametrize("size", PANELS)
@pytest.mark.parametrize("scene", ["status", "today", "week", "target", "race", "nudge"])
def test_no_word_is_cut_and_none_lies_on_another(
    still: Page, house: WallHouse, scene: str, size: tuple[int, int]
) -> None:
    wall = house.url.rstrip("/") + "/wall/jules-ferry"
    check_words(still, f"{wall}?scene={scene}&theme=day", size)


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)])
@pytest.mark.parametrize("language", ["fr", "en", "eu"])
@pytest.mark.parametrize("building", HARD)
def test_wide_bands_and_mixed_races_keep_their_words_apart_in_every_language(
    still: Page, house: WallHouse, building: str, language: str, size: tuple[int, int]
) -> None:
    wall = house.url.rstrip("/") + f"/wall/{building}"
    for scene in ("status", "target", "race"):
        check_words(still, f"{wall}?scene={scene}&lang={language}&theme=night", size)


def test_scenes_follow_one_another_without_a_websocket_or_a_word_on_the_console(
    browser: Browser, house: WallHouse
) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("websocket", lambda socket: said.append(f"a websocket to {socket.url}"))
    page.goto(house.url.rstrip("/") + "/wall/jules-ferry?theme=day&pause=1")
    page.wait_for_selector(".layer[data-name=status]", timeout=20_000)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".layer.shown[data-name=today]", timeout=5_000)
    assert said == []
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    page.close()


def test_a_lost_network_keeps_the_last_scene_with_its_hour(
    browser: Browser, house: WallHouse
) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.clock.install()
    page.goto(house.url.rstrip("/") + "/wall/jules-ferry?theme=day&pause=1")
    page.wait_for_selector(".layer[data-name=status]", timeout=20_000)
    page.context.set_offline(True)
    page.clock.fast_forward(21_000)
    page.locator(".layer.shown .age", has_text="mesuré à").last.wait_for(timeout=40_000)
    assert "que prévu" in page.inner_text("#wall")
    page.context.set_offline(False)
    page.clock.fast_forward(121_000)
    page.locator(".layer.shown .age", has_text="il y a").last.wait_for(timeout=40_000)
    page.close()


def test_the_wall_can_be_read_with_scripts_switched_off(browser: Browser, house: WallHouse) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(house.url.rstrip("/") + "/wall/jules-ferry?lang=eu")
    assert "hobeto" in page.inner_text("#wall")
    page.goto(house.url.rstrip("/") + "/phone/jules-ferry?lang=fr")
    page.get_by_text("Pas possible parce que…").click()
    page.get_by_text("on en a besoin").click()
    assert "Merci" in page.inner_text("main")
    context.close()


def test_the_phone_page_is_one_scroll_without_a_side_one(
    browser: Browser, house: WallHouse
) -> None:
    page = open_page(browser, house, "/phone/jules-ferry?lang=fr", (360, 740))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(".button.wide").first.bounding_box()["height"] >= 54  # type: ignore[index]
    page.close()
