"""From an address to a page: query, view, drawing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from dash import html
from dash.development.base_component import Component

from dashboard.auth.policy import buildings_for
from dashboard.auth.viewer import Viewer
from dashboard.pages.manage_building import building_page
from dashboard.pages.manage_parts import shell
from dashboard.pages.manage_portfolio import portfolio_page
from dashboard.queries.building import BuildingQuery, read_building
from dashboard.queries.portfolio import read_portfolio
from dashboard.queries.sources import Sources
from dashboard.queries.spans import Look
from dashboard.text.words import Words, words_for
from dashboard.viewmodels.building import building_view
from dashboard.viewmodels.portfolio import portfolio_view
from dashboard.viewmodels.shell import shell_view
from domain.errors import StorageUnavailable
from settings.model import Settings

_BUILDING = "/manage/buildings/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """Shows pages to whoever is looking, of the buildings they may see."""

    settings: Settings
    sources: Sources
    now: Callable[[], datetime]

    def words(self, viewer: Viewer) -> Words:
        """Return the words of the viewer's language."""
        return words_for(viewer.user.language or self.settings.site.default_language)

    def knows(self, viewer: Viewer, building_id: str) -> bool:
        """Tell whether there is such a building among those the viewer may see."""
        portfolio = self.sources.records.portfolio.portfolio()
        return any(b.id == building_id for b in buildings_for(viewer.user, portfolio))

    def page(self, viewer: Viewer, path: str, search: str) -> Component:
        """Return the whole page at an address."""
        words = self.words(viewer)
        asked = {key: values[-1] for key, values in parse_qs(search.lstrip("?")).items()}
        try:
            content = self._content(viewer, path, asked, words)
        except StorageUnavailable:
            content = html.P(words.say("manage.stores_away"), className="empty")
        return shell(shell_view(viewer, path, self.settings.site.name, words), content)

    def _content(self, viewer: Viewer, path: str, asked: dict[str, str], words: Words) -> Component:
        look = Look.of(asked.get("look"))
        portfolio = self.sources.records.portfolio.portfolio()
        buildings = buildings_for(viewer.user, portfolio)
        if not path.startswith(_BUILDING):
            figures = read_portfolio(
                self.sources,
                portfolio,
                buildings,
                look,
                self.now(),
                sees_all=not viewer.user.building_ids,
            )
            return portfolio_page(portfolio_view(figures, words))
        wanted = path.removeprefix(_BUILDING).strip("/")
        building = next((b for b in buildings if b.id == wanted), None)
        if building is None:
            return html.P(words.say("manage.building.unknown"), className="empty")
        query = BuildingQuery.of(building, portfolio, look, asked.get("commodity"), self.now())
        return building_page(building_view(read_building(self.sources, query), words))
