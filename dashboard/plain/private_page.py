"""A private page written whole by the server, in the frame of the manage pages."""

from dashboard.auth.viewer import Viewer
from dashboard.pages.manage_parts import shell
from dashboard.plain.dash_tree import to_html
from dashboard.plain.document import document
from dashboard.plain.tag import Html
from dashboard.text.words import Words
from dashboard.viewmodels.shell import shell_view

_HOLE = "\ue000"
"""A private-use letter that no text contains: the content goes there."""


def private_page(
    viewer: Viewer, *, path: str, site_name: str, title: str, content: Html, words: Words
) -> str:
    """Return the whole page."""
    frame = to_html(shell(shell_view(viewer, path, site_name, words), _HOLE))
    body = Html(frame.replace(_HOLE, content))
    return document(language=words.language, title=title, body=body, body_class="paper")
