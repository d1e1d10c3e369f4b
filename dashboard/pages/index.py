"""`/`: every wall, and the way in for those who manage."""

from html import escape

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from dashboard.pages.plain_page import plain_page
from dashboard.pages.wall import listed
from dashboard.pages.wall_source import Walls
from dashboard.text.words import best_language, words_for
from settings.model import Settings


def install(server: FastAPI, *, settings: Settings, walls: Walls) -> None:
    """Add the front page."""

    @server.get("/", include_in_schema=False)
    def index(request: Request) -> HTMLResponse:
        site = settings.site
        words = words_for(
            best_language(
                request.query_params.get("lang"),
                request.headers.get("accept-language", ""),
                site.languages,
                site.default_language,
            )
        )
        languages = "".join(
            f'<a href="/?lang={code}" lang="{code}"'
            f"{' aria-current=page' if code == words.language else ''}>"
            f"{escape(words_for(code).say('language.name'))}</a>"
            for code in site.languages
        )
        body = (
            f'<p class="site">{escape(site.name)}</p>'
            f"<h1>{escape(words.say('wall.list.title'))}</h1>"
            f"<p>{escape(words.say('wall.list.text'))}</p>{listed(walls, words)}"
            f'<p class="ways"><a class="button" href="/manage?lang={words.language}">'
            f"{escape(words.say('wall.list.sign_in'))}</a></p>"
            f'<nav class="languages">{languages}</nav>'
        )
        return HTMLResponse(plain_page(words, title=site.name, body=body))
