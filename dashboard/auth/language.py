"""In which language a page answers."""

from starlette.requests import HTTPConnection

from dashboard.auth.viewer import find_viewer
from dashboard.text.words import best_language
from settings.model import SiteSettings

LANGUAGE_COOKIE = "zaindu_language"


def language_of(connection: HTTPConnection, site: SiteSettings) -> str:
    """Return the language asked for, else the account's, the one chosen before, the browser's."""
    present = find_viewer()
    wishes = (
        connection.query_params.get("lang"),
        present.user.language if present else None,
        connection.cookies.get(LANGUAGE_COOKIE),
    )
    asked = next((wish for wish in wishes if wish in site.languages), None)
    accepted = connection.headers.get("accept-language", "")
    return best_language(asked, accepted, site.languages, site.default_language)
