"""One account, for administrators: its role, its buildings, a new password."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.plain.fields import button, checks, choice, field, form
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words
from domain.accounts import Role, User


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    """Everything the page shows."""

    user: User
    buildings: Sequence[tuple[str, str]]
    """(id, name) of what may be ticked."""

    csrf_token: str
    errors: Mapping[str, str]
    notice: str = ""


def user_page(view: UserView, words: Words) -> Html:
    """Return the page's content."""
    wrong = view.errors.get("name", "")
    crumbs = (tag("a", words.say("users.title"), href="/manage/users"), " / ", view.user.name)
    return tag(
        "div",
        tag("p", view.notice, class_="notice", role="status") if view.notice else None,
        tag("p", wrong, class_="warning", role="alert") if wrong else None,
        tag("p", crumbs, class_="crumbs muted"),
        tag("h1", view.user.name),
        tag("p", words.say("users.lead"), class_="muted"),
        _reach(view, words),
        _password(view, words),
        class_="plain",
    )


def _reach(view: UserView, words: Words) -> Html:
    role = choice(
        "role",
        words.say("users.role"),
        role_options(words),
        value=str(view.user.role),
        error=view.errors.get("role", ""),
    )
    buildings = checks(
        "buildings",
        words.say("users.buildings"),
        view.buildings,
        ticked=view.user.building_ids,
        help_text=words.say("users.buildings.help"),
        error=view.errors.get("buildings", ""),
    )
    save = tag(
        "div",
        button(words.say("users.edit"), primary=True),
        tag("a", words.say("targets.cancel"), href="/manage/users"),
        class_="buttons",
    )
    fields = [_name(view), role, buildings, save]
    return tag("section", form("/manage/users/edit", view.csrf_token, fields, class_="fields"))


def _password(view: UserView, words: Words) -> Html:
    password = field(
        "password",
        words.say("users.password.new"),
        error=view.errors.get("password", ""),
        help_text=words.say("users.password.reset.help"),
        type="password",
        autocomplete="new-password",
        required=True,
    )
    save = tag("div", button(words.say("users.password.reset")), class_="buttons")
    fields = [_name(view), password, save]
    return tag(
        "section",
        tag("h2", words.say("users.password.reset")),
        form("/manage/users/password", view.csrf_token, fields, class_="fields"),
    )


def _name(view: UserView) -> Html:
    return tag("input", type="hidden", name="name", value=view.user.name)


def role_options(words: Words) -> list[tuple[str, str]]:
    """Return each role with its name."""
    return [(str(role), words.say(f"manage.role.{role}")) for role in Role]
