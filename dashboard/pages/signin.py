"""The sign-in page: one plain form, no script."""

from dataclasses import dataclass

from dashboard.auth.sessions import CSRF_FIELD
from dashboard.components.glyph import glyph
from dashboard.plain.document import document
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words
from domain.snapshots import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInView:
    """Everything the page shows."""

    site_name: str
    language: str
    languages: tuple[str, ...]
    csrf_token: str
    next_path: str = ""
    typed_name: str = ""
    message: str = ""
    """Why the last try did not succeed, ready to read; empty at first."""


def signin_page(view: SignInView, words: Words) -> str:
    """Return the whole page."""
    form = tag(
        "form",
        tag("input", type="hidden", name=CSRF_FIELD, value=view.csrf_token),
        tag("input", type="hidden", name="next", value=view.next_path),
        tag("p", view.message, class_="message", role="alert") if view.message else None,
        tag("label", words.say("auth.name"), for_="name"),
        tag(
            "input",
            id="name",
            name="name",
            value=view.typed_name,
            autocomplete="username",
            autocapitalize="none",
            spellcheck="false",
            maxlength=200,
            required=True,
            autofocus=not view.typed_name,
        ),
        tag("label", words.say("auth.password"), for_="password"),
        tag(
            "input",
            id="password",
            name="password",
            type="password",
            autocomplete="current-password",
            maxlength=1000,
            required=True,
            autofocus=bool(view.typed_name),
        ),
        tag("button", words.say("auth.sign_in"), class_="button primary", type="submit"),
        method="post",
        action="/signin",
    )
    body = tag(
        "main",
        tag(
            "p",
            Html(glyph(Verdict.BETTER, 40)),
            tag("span", "zaindu", class_="brand-word"),
            class_="brand",
        ),
        tag("h1", view.site_name),
        tag("p", words.say("auth.lead"), class_="muted"),
        form,
        _languages(view),
        class_="card",
    )
    return document(
        language=view.language, title=words.say("auth.sign_in"), body=body, body_class="alone"
    )


def _languages(view: SignInView) -> Html:
    names = {"fr": "Français", "en": "English", "eu": "Euskara"}
    return tag(
        "p",
        [
            tag(
                "a",
                names[code],
                href=f"/signin?lang={code}",
                lang=code,
                aria_current="true" if code == view.language else None,
            )
            for code in view.languages
        ],
        class_="languages",
    )
