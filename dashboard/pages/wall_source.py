"""Snapshots and drawn scenes kept in memory: two hundred screens cost what one does."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from dashboard.components.tokens import Theme
from dashboard.compression import press
from dashboard.pages.poll import Poll
from dashboard.scenes.draw import draw
from dashboard.scenes.sheet import Shape, Sheet
from dashboard.text.words import words_for
from dashboard.viewmodels.glance import Glance, place_of
from dashboard.viewmodels.wall import is_night, scene_views
from domain.meters import Commodity
from domain.sites import Building
from domain.snapshots import Comparison, Verdict, WallSnapshot
from settings.model import ScreenSettings
from storage.ports import Records

_VERSIONS_FOR_S = 1.0
_PORTFOLIO_FOR_S = 20.0
_KEPT_DRAWINGS = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one screen asks for."""

    building_id: str
    language: str
    theme: Theme
    shape: Shape
    phone_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The scenes of one look, ready to be sent."""

    scenes: tuple[tuple[str, str], ...]
    """(name, SVG)."""

    body: bytes
    """JSON of the scenes."""

    brotli: bytes
    gzip: bytes
    etag: str


class Walls:
    """Reads each building's snapshot once per version and draws each look once a minute."""

    def __init__(
        self,
        records: Records,
        screen: ScreenSettings,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Read nothing yet; `now` is the clock that ages and nights follow."""
        self._records = records
        self._screen = screen
        self._now = now
        self._drawing = threading.Lock()
        self._snapshots: dict[str, WallSnapshot] = {}
        self._versions = Poll(self._read_snapshots, _VERSIONS_FOR_S)
        self._buildings: tuple[Building, ...] = ()
        self._portfolio = Poll(self._read_buildings, _PORTFOLIO_FOR_S)
        self._drawn: OrderedDict[tuple[object, ...], Drawn] = OrderedDict()

    def now(self) -> datetime:
        """Return the present instant [UTC]."""
        return self._now()

    def buildings(self) -> tuple[Building, ...]:
        """Return the living buildings; the last known ones while the records are away.

        Raises:
            StorageUnavailable: None is known yet.
        """
        self._portfolio.run(wait=not self._buildings)
        if not self._buildings and self._portfolio.failure is not None:
            raise self._portfolio.failure
        return self._buildings

    def _read_buildings(self) -> None:
        portfolio = self._records.portfolio.portfolio()
        self._buildings = tuple(b for b in portfolio.buildings if not b.retired)

    def building(self, building_id: str) -> Building | None:
        """Return a living building, or None."""
        return next((b for b in self.buildings() if b.id == building_id), None)

    def snapshot(self, building: Building) -> WallSnapshot:
        """Return the newest snapshot; an empty one before the first is made."""
        self._versions.run(wait=building.id not in self._snapshots)
        return self._snapshots.get(building.id) or _empty(building, self._now())

    def _read_snapshots(self) -> None:
        for building_id, made_at in self._records.snapshots.versions().items():
            known = self._snapshots.get(building_id)
            if known is None or known.made_at != made_at:
                fresh = self._records.snapshots.get(building_id)
                if fresh is not None:
                    self._snapshots[building_id] = fresh

    def theme_of(self, building: Building, asked: str | None) -> Theme:
        """Return the theme asked for, or that of the hour at the building."""
        if asked in ("day", "night"):
            return Theme(asked)
        local = self._now().astimezone(building.zone)
        night = is_night(local, self._screen.night_from, self._screen.night_until)
        return Theme.NIGHT if night else Theme.DAY

    def glance(self, building: Building, language: str) -> Glance:
        """Return one look at a building's newest snapshot."""
        return Glance(
            snapshot=self.snapshot(building),
            now=self._now(),
            words=words_for(language),
            place=place_of(building.name, building.short_name),
        )

    def drawn(self, building: Building, look: Look) -> Drawn:
        """Return the scenes of a look, drawn at most once a minute and version."""
        glance = self.glance(building, look.language)
        minute = int(glance.now.timestamp() // 30)
        key = (look, glance.snapshot.made_at, glance.place, minute)
        with self._drawing:
            found = self._drawn.get(key)
            if found is None:
                found = self._draw(glance, look)
                self._drawn[key] = found
                if len(self._drawn) > _KEPT_DRAWINGS:
                    self._drawn.popitem(last=False)
            return found

    def _draw(self, glance: Glance, look: Look) -> Drawn:
        sheet = Sheet(shape=look.shape, theme=look.theme)
        scenes = tuple(
            (named.name.value, draw(named.view, sheet))
            for named in scene_views(glance, look.phone_url)
        )
        body = orjson.dumps(
            {
                "made_at": glance.snapshot.made_at,
                "scene_s": self._screen.scene_s,
                "scenes": [{"name": name, "svg": svg} for name, svg in scenes],
            }
        )
        return Drawn(
            scenes=scenes,
            body=body,
            brotli=press(body, "br", quality=5),
            gzip=press(body, "gzip"),
            etag=f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"',
        )


def _empty(building: Building, now: datetime) -> WallSnapshot:
    """A building of which nothing was computed yet: "Bientôt ici"."""
    nothing = Comparison(
        verdict=Verdict.UNKNOWN,
        measured_kwh=None,
        expected_kwh=None,
        deviation=None,
        dead_band=None,
        coverage=0.0,
    )
    return WallSnapshot(
        building_id=building.id,
        building_name=building.name,
        time_zone=building.time_zone,
        made_at=now.replace(second=0, microsecond=0),
        commodity=Commodity.ELECTRICITY,
        measured_at=None,
        cadence_s=600,
        live_kw=None,
        live_at=None,
        today=nothing,
        hours=(),
        week=(),
        week_so_far=nothing,
    )
