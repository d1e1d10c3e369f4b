"""`/wall/<building>`: the screen in the lobby, and what feeds it."""

import logging
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from dashboard.auth.origin import client_address, is_same_origin
from dashboard.pages.mistakes import mistake
from dashboard.pages.plain_page import plain_page
from dashboard.pages.rate import Rate
from dashboard.pages.wall_shell import WallShell
from dashboard.pages.wall_source import Drawn, Look, Walls
from dashboard.scenes.sheet import Shape
from dashboard.text.words import Words, best_language, words_for
from domain.errors import StorageUnavailable
from domain.nudges import Exposure
from domain.sites import Building
from settings.model import Settings
from storage.ports import Records

log = logging.getLogger(__name__)

_HONEST = 0.09
"""Longest honest distance [m] of each inch of diagonal."""

_REFUSED = 0.0954
"""Beyond this, capitals fall under 20 arc minutes."""


@dataclass(frozen=True, slots=True)
class _Site:
    settings: Settings
    records: Records
    walls: Walls
    shell: WallShell
    rate: Rate

    def words(self, request: Request) -> Words:
        """A wall speaks the site's language unless its address names another."""
        site = self.settings.site
        asked = request.query_params.get("lang")
        return words_for(best_language(asked, "", site.languages, site.default_language))

    def phone_url(self, request: Request, building: Building, words: Words) -> str:
        base = self.settings.dashboard.public_url or str(request.base_url)
        language = "" if words.language == self.settings.site.default_language else "?lang="
        return f"{base.rstrip('/')}/phone/{building.id}{language and language + words.language}"

    def drawn(self, request: Request, building: Building, shape: Shape) -> Drawn:
        words = self.words(request)
        look = Look(
            building_id=building.id,
            language=words.language,
            theme=self.walls.theme_of(building, request.query_params.get("theme")),
            shape=shape,
            phone_url=self.phone_url(request, building, words),
        )
        return self.walls.drawn(building, look)


def install(
    server: FastAPI, *, settings: Settings, records: Records, walls: Walls, shell: WallShell
) -> None:
    """Add the wall, its scenes and the note that a nudge was shown."""
    site = _Site(settings, records, walls, shell, Rate(per_minute=30))

    @server.get("/wall/{building_id}", include_in_schema=False)
    def wall(request: Request, building_id: str) -> Response:
        building = walls.building(building_id)
        if building is None:
            return _unknown(site, request)
        too_far = _too_far(site, request)
        return too_far or HTMLResponse(_page(site, request, building))

    @server.get("/wall/{building_id}/scenes.json", include_in_schema=False)
    def scenes(request: Request, building_id: str, shape: Shape = Shape.LANDSCAPE) -> Response:
        building = walls.building(building_id)
        if building is None:
            return mistake(request, settings, 404)
        return _scenes(request, site.drawn(request, building, shape))

    @server.post("/wall/{building_id}/shown", include_in_schema=False)
    async def shown(request: Request, building_id: str) -> Response:
        return await _shown(site, request, building_id)


def _page(site: _Site, request: Request, building: Building) -> str:
    words = site.words(request)
    pinned = request.query_params.get("scene", "")
    pictures = "".join(
        _first(site.drawn(request, building, shape).scenes, pinned) for shape in Shape
    )
    kept = {k: v for k, v in request.query_params.items() if k in ("lang", "theme")}
    data = {
        "scenes": f"/wall/{building.id}/scenes.json?{urlencode(kept)}",
        "shown": f"/wall/{building.id}/shown",
        "scene-s": site.settings.dashboard.screen.scene_s,
        "pause": request.query_params.get("pause", ""),
        "pinned": pinned,
        "paused-word": words.say("wall.paused"),
    }
    attributes = "".join(f' data-{k}="{escape(str(v), quote=True)}"' for k, v in data.items())
    content = f'<main id="wall"{attributes}><div class="layer shown">{pictures}</div></main>'
    title = f"{building.name} · {words.say('wall.page_title')} · zaindu"
    return site.shell.page(language=words.language, title=title, content=content)


def _first(scenes: tuple[tuple[str, str], ...], pinned: str) -> str:
    return next((svg for name, svg in scenes if name == pinned), scenes[0][1])


def _scenes(request: Request, drawn: Drawn) -> Response:
    headers = {
        "ETag": drawn.etag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == drawn.etag:
        return Response(status_code=304, headers=headers)
    accepted = request.headers.get("accept-encoding", "")
    body = drawn.body
    if "br" in accepted:
        body, headers["Content-Encoding"] = drawn.brotli, "br"
    elif "gzip" in accepted:
        body, headers["Content-Encoding"] = drawn.gzip, "gzip"
    return Response(body, media_type="application/json", headers=headers)


async def _shown(site: _Site, request: Request, building_id: str) -> Response:
    """Keep, without anybody's name, that the present nudge was on a screen."""
    if not is_same_origin(request, site.settings.dashboard.public_url):
        return mistake(request, site.settings, 403)
    address = client_address(request, site.settings.dashboard.trusted_proxy)
    if not site.rate.admits(address):
        return mistake(request, site.settings, 429)
    building = site.walls.building(building_id)
    nudge = site.walls.snapshot(building).nudge if building else None
    if nudge is None or nudge.id != request.query_params.get("nudge"):
        return mistake(request, site.settings, 404)
    exposure = Exposure(nudge_id=nudge.id, screen=f"wall/{building_id}", shown_at=site.walls.now())
    try:
        site.records.nudges.keep_exposures([exposure])
    except StorageUnavailable as error:
        log.warning("an exposure was not kept: %s", error)
        return mistake(request, site.settings, 503)
    return Response(status_code=204)


def _unknown(site: _Site, request: Request) -> Response:
    words = site.words(request)
    body = (
        f"<h1>{escape(words.say('wall.unknown.title'))}</h1>"
        f"<p>{escape(words.say('wall.unknown.text'))}</p>" + listed(site.walls, words)
    )
    return HTMLResponse(
        plain_page(words, title=words.say("wall.unknown.title"), body=body), status_code=404
    )


def listed(walls: Walls, words: Words) -> str:
    """Return the list of every wall as HTML."""
    items = "".join(
        f'<li><a class="place" href="/wall/{escape(b.id)}?lang={words.language}">'
        f"{escape(b.name)}</a>"
        f'<span class="age">{escape(walls.glance(b, words.language).age.text)}</span>'
        f'<a class="phone" href="/phone/{escape(b.id)}?lang={words.language}">'
        f"{escape(words.say('wall.list.phone'))}</a></li>"
        for b in walls.buildings()
    )
    return f'<ul class="walls">{items}</ul>' if items else f"<p>{words.say('wall.list.empty')}</p>"


def _too_far(site: _Site, request: Request) -> Response | None:
    """Refuse a panel too small for its distance, and say what would be honest."""
    screen, asked = site.settings.dashboard.screen, request.query_params
    if not {"distance", "diagonal"} & set(asked):
        return None
    try:
        distance = float(asked.get("distance", screen.distance_m))
        diagonal = float(asked.get("diagonal", screen.diagonal_in))
    except ValueError:
        return mistake(request, site.settings, 422)
    if 0 < distance <= _REFUSED * diagonal:
        return None
    words = site.words(request)
    text = words.say(
        "wall.too_far.text",
        distance=words.significant(distance, 2),
        diagonal=words.significant(diagonal, 2),
        honest=words.number(_HONEST * max(diagonal, 0.0), 1),
    )
    title = words.say("wall.too_far.title")
    body = f"<h1>{escape(title)}</h1><p>{escape(text)}</p>"
    return HTMLResponse(plain_page(words, title=title, body=body), status_code=422)
