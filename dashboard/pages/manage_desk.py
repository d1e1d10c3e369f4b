"""What the pages written by the server need: stores, clock, and the frame."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import HTMLResponse

from dashboard.auth.policy import buildings_for
from dashboard.auth.viewer import Viewer
from dashboard.plain.private_page import private_page
from dashboard.plain.tag import Html
from dashboard.text.words import Words, words_for
from domain.errors import NotFound
from domain.sites import Building
from settings.model import Settings
from storage.ports import ReadingStore, Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the plain pages are written."""

    settings: Settings
    readings: ReadingStore
    records: Records
    now: Callable[[], datetime]

    def words(self, viewer: Viewer) -> Words:
        """Return the words of the viewer's language."""
        return words_for(viewer.user.language or self.settings.site.default_language)

    def building(self, viewer: Viewer, building_id: str) -> Building:
        """Return a building the viewer may see.

        Raises:
            NotFound: There is none, or it is not open to this account.
        """
        for building in self.buildings(viewer):
            if building.id == building_id:
                return building
        raise NotFound(f"no building {building_id!r}")

    def buildings(self, viewer: Viewer) -> tuple[Building, ...]:
        """Return the buildings the viewer may see."""
        return buildings_for(viewer.user, self.records.portfolio.portfolio())

    def page(
        self, viewer: Viewer, path: str, title: str, content: Html, status: int = 200
    ) -> HTMLResponse:
        """Return a whole page in the frame."""
        text = private_page(
            viewer,
            path=path,
            site_name=self.settings.site.name,
            title=title,
            content=content,
            words=self.words(viewer),
        )
        return HTMLResponse(text, status)
