"""Accounts, for administrators: who exists, and a form for one more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from dashboard.pages.manage_user import role_options
from dashboard.plain.fields import button, checks, choice, field, form
from dashboard.plain.tag import Html, tag
from dashboard.text.words import Words
from domain.accounts import Role, User
from domain.sites import Building


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersView:
    """Everything the page shows."""

    reader: str
    users: Sequence[User]
    buildings: Sequence[Building]
    csrf_token: str
    typed: Mapping[str, str]
    ticked: Sequence[str]
    errors: Mapping[str, str]
    notice: str = ""


def users_page(view: UsersView, words: Words) -> Html:
    """Return the page's content."""
    heads = [words.say(f"users.{k}") for k in ("name", "role", "buildings", "state")]
    table = tag(
        "table",
        tag("thead", tag("tr", [tag("th", head, scope="col") for head in heads], tag("th"))),
        tag("tbody", [_row(user, view, words) for user in view.users]),
        class_="users",
    )
    return tag(
        "div",
        tag("p", view.notice, class_="notice", role="status") if view.notice else None,
        tag("h1", words.say("users.title")),
        tag("p", words.say("users.lead"), class_="muted"),
        tag("section", tag("div", table, class_="wide")),
        _new(view, words),
        class_="plain",
    )


def _row(user: User, view: UsersView, words: Words) -> Html:
    names = {b.id: b.name for b in view.buildings}
    seen = ", ".join(names.get(id_, id_) for id_ in user.building_ids)
    state = "disabled" if user.disabled else "open"
    change = form(
        "/manage/users/state",
        view.csrf_token,
        tag("input", type="hidden", name="name", value=user.name),
        tag("input", type="hidden", name="disabled", value="" if user.disabled else "yes"),
        button(words.say("users.enable" if user.disabled else "users.disable"), small=True),
    )
    return tag(
        "tr",
        tag("th", tag("b", user.name), scope="row"),
        tag("td", words.say(f"manage.role.{user.role}")),
        tag("td", seen or words.say("users.buildings.all")),
        tag("td", words.say(f"users.state.{state}")),
        tag(
            "td",
            None
            if user.name == view.reader
            else tag("div", _edit(user, words), change, class_="buttons end"),
        ),
    )


def _edit(user: User, words: Words) -> Html:
    address = f"/manage/users/edit?name={quote(user.name, safe='')}"
    return tag("a", words.say("users.change"), href=address, class_="button small")


def _new(view: UsersView, words: Words) -> Html:
    name = field(
        "name",
        words.say("users.name"),
        value=view.typed.get("name", ""),
        error=view.errors.get("name", ""),
        required=True,
        maxlength=80,
        autocomplete="off",
    )
    password = field(
        "password",
        words.say("users.password"),
        error=view.errors.get("password", ""),
        type="password",
        autocomplete="new-password",
        required=True,
    )
    role = choice(
        "role",
        words.say("users.role"),
        role_options(words),
        value=view.typed.get("role", str(Role.MANAGER)),
        error=view.errors.get("role", ""),
    )
    reach = checks(
        "buildings",
        words.say("users.buildings"),
        [(b.id, b.name) for b in view.buildings],
        ticked=view.ticked,
        help_text=words.say("users.buildings.help"),
        error=view.errors.get("buildings", ""),
    )
    create = tag("div", button(words.say("users.create"), primary=True), class_="buttons")
    fields = [name, password, role, reach, create]
    return tag(
        "section",
        tag("h2", words.say("users.new")),
        form("/manage/users", view.csrf_token, fields, class_="fields"),
    )
