"""The account page: password, language, API tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as noted

from dashboard.plain.fields import button, choice, field, form
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words
from domain.accounts import ApiToken

TOKEN_DAYS = (90, 365)
LANGUAGE_NAMES = {"fr": "Français", "en": "English", "eu": "Euskara"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """Everything the page shows."""

    name: str
    csrf_token: str
    language: str
    languages: tuple[str, ...]
    tokens: Sequence[ApiToken] | None
    """None: this role does not reach the API."""

    new_secret: str = ""
    notice: str = ""
    errors: Mapping[str, str] = noted(default_factory=dict)


def account_page(view: AccountView, words: Words) -> Html:
    """Return the page's content."""
    return tag(
        "div",
        tag("p", view.notice, class_="notice", role="status") if view.notice else None,
        tag("h1", words.say("account.title")),
        tag("p", view.name, class_="muted"),
        _tokens(view, words) if view.tokens is not None else None,
        _password(view, words),
        _language(view, words),
        class_="plain",
    )


def _password(view: AccountView, words: Words) -> Html:
    present = field(
        "present",
        words.say("account.password.present"),
        error=view.errors.get("present", ""),
        type="password",
        autocomplete="current-password",
        required=True,
    )
    fresh = [
        field(
            name,
            words.say(f"account.password.{key}"),
            error=view.errors.get(name, ""),
            help_text=words.say("account.password.help") if key == "new" else "",
            type="password",
            autocomplete="new-password",
            required=True,
        )
        for name, key in (("password", "new"), ("again", "again"))
    ]
    save = tag("div", button(words.say("account.password.save")), class_="buttons")
    return tag(
        "section",
        tag("h2", words.say("account.password")),
        form("/account/password", view.csrf_token, present, fresh, save, class_="fields"),
    )


def _language(view: AccountView, words: Words) -> Html:
    options = [(code, LANGUAGE_NAMES[code]) for code in view.languages]
    return tag(
        "section",
        tag("h2", words.say("account.language")),
        form(
            "/account/language",
            view.csrf_token,
            choice("language", words.say("account.language"), options, value=view.language),
            tag("div", button(words.say("account.language.save")), class_="buttons"),
            class_="fields",
        ),
    )


def _tokens(view: AccountView, words: Words) -> Html:
    shown = tag(
        "div", words.say("account.tokens.shown"), tag("code", view.new_secret, class_="secret")
    )
    days = [(str(n), words.say("account.tokens.days.n", n=n)) for n in TOKEN_DAYS]
    return tag(
        "section",
        tag("h2", words.say("account.tokens")),
        tag("p", words.say("account.tokens.lead"), class_="muted"),
        tag("div", shown, class_="notice", role="status") if view.new_secret else None,
        [_token(token, view.csrf_token, words) for token in view.tokens or ()]
        or tag("p", words.say("account.tokens.none"), class_="muted"),
        form(
            "/account/tokens",
            view.csrf_token,
            field(
                "label",
                words.say("account.tokens.label"),
                error=view.errors.get("label", ""),
                maxlength=80,
                required=True,
            ),
            choice(
                "days",
                words.say("account.tokens.days"),
                [*days, ("0", words.say("account.tokens.never"))],
                value="365",
            ),
            tag("div", button(words.say("account.tokens.create"), primary=True), class_="buttons"),
            class_="fields",
        ),
    )


def _token(token: ApiToken, csrf_token: str, words: Words) -> Html:
    revoke = words.say("account.tokens.revoke")
    told = [words.say("account.tokens.created", day=words.day(token.created_at.date(), "d MMM y"))]
    told.append(
        words.say("account.tokens.expires", day=words.day(token.expires_at.date(), "d MMM y"))
        if token.expires_at
        else words.say("account.tokens.never")
    )
    told.append(
        words.say("account.tokens.used", day=words.day(token.last_used_at.date(), "d MMM y"))
        if token.last_used_at
        else words.say("account.tokens.unused")
    )
    return tag(
        "div",
        tag("div", tag("b", token.label), tag("span", ", ".join(told)), class_="line"),
        form(
            f"/account/tokens/{token.id}/revoke",
            csrf_token,
            button(revoke),
        ),
        class_="card-row",
    )
