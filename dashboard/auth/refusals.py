"""What somebody reads when the gate does not let them through."""

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from dashboard.auth.language import language_of
from dashboard.plain.document import document
from dashboard.plain.tag import tag
from dashboard.text.words import words_for
from settings.model import SiteSettings


def refusal_page(
    connection: HTTPConnection, site: SiteSettings, status: int, key: str
) -> HTMLResponse:
    """Say kindly why not, and offer the way out."""
    language = language_of(connection, site)
    words = words_for(language)
    body = tag(
        "main",
        tag("h1", words.say(key)),
        tag("p", words.say(f"{key}.help")),
        tag("p", tag("a", words.say("auth.go_sign_in"), href="/signin", class_="button")),
        class_="card",
    )
    page = document(
        language=language, title=words.say("auth.refused"), body=body, body_class="alone"
    )
    return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})
