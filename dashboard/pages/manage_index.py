"""The page that Dash starts from, with its first content already in it."""

import re

from dashboard.auth.viewer import Viewer
from dashboard.plain.tag import Html
from settings.model import SiteSettings

INDEX = """<!doctype html>
<html lang="fr">
<head>
{%metas%}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{%title%}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/manage.css">
{%css%}
</head>
<body class="paper">
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>
"""
_LOADING = re.compile(r'<div class="_dash-loading">.*?</div>', re.DOTALL)


def filled(index: str, first: Html, viewer: Viewer, site: SiteSettings) -> str:
    """Return Dash's page with the first content in the place of "Loading…"."""
    language = viewer.user.language or site.default_language
    told = index.replace('<html lang="fr">', f'<html lang="{language}">', 1)
    return _LOADING.sub(lambda _: first, told, count=1)
