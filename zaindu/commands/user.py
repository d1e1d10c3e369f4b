"""`zaindu user`: accounts and API tokens."""

import secrets as random_secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.accounts import Role, User
from domain.errors import ConfigError
from zaindu.commands.opened import opened_records, refuse_unknown
from zaindu.commands.options import DEFAULT_CONFIG, Config
from zaindu.failures import CommandFailed

if TYPE_CHECKING:
    from settings.model import Settings
    from storage.ports import Records, UserRecords

app = typer.Typer(
    no_args_is_help=True,
    help="Add, list and change accounts; give API tokens.",
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account.", show_default=False)]
Generate = Annotated[
    bool, typer.Option("--generate", help="Make up a password and print it, instead of asking.")
]


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What it is for.", show_default=False)],
    building: Annotated[
        list[str] | None,
        typer.Option(
            "--building", metavar="ID", help="The only building it may see; may be repeated."
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="Its language, when not the site's.")] = "",
    generate: Generate = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Create an account. The password is asked for, or read from a pipe."""
    with opened_records(config) as (records, settings):
        if not name.isprintable():
            raise ConfigError([f"the name {name!r} holds what no keyboard types"])
        refuse_unknown("building", building or [], _buildings(records, settings))
        refuse_unknown("language", [language] if language else [], settings.site.languages)
        user = User(name=name, role=role, building_ids=tuple(building or ()), language=language)
        chosen = _password(generate=generate)
        records.users.add(user, chosen)
        typer.echo(f"{name} may sign in as {role.value}{_shown(chosen, generate)}")


@app.command("list")
def list_users(config: Config = DEFAULT_CONFIG) -> None:
    """List the accounts."""
    with _accounts(config) as users:
        for user in users.all():
            where = ", ".join(user.building_ids) or "all buildings"
            typer.echo(f"{user.name}\t{user.role.value}\t{where}{'  disabled' * user.disabled}")


@app.command()
def password(name: Name, generate: Generate = False, config: Config = DEFAULT_CONFIG) -> None:
    """Change a password, which ends the account's sessions."""
    with _accounts(config) as users:
        _existing(users, name)
        chosen = _password(generate=generate)
        users.set_password(name, chosen)
        typer.echo(f"the password of {name} is changed{_shown(chosen, generate)}")


@app.command()
def disable(name: Name, config: Config = DEFAULT_CONFIG) -> None:
    """Refuse an account from now on; nothing of it is lost."""
    _set_disabled(config, name, disabled=True)


@app.command()
def enable(name: Name, config: Config = DEFAULT_CONFIG) -> None:
    """Take a disabled account back."""
    _set_disabled(config, name, disabled=False)


@app.command()
def token(
    name: Name,
    label: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="Days it lives; without it, until revoked.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Give an API token, printed once."""
    with _accounts(config) as users:
        if _existing(users, name).disabled:
            raise CommandFailed(f"{name} is disabled: `zaindu user enable {name}` first")
        end = datetime.now(UTC) + timedelta(days=days) if days else None
        typer.echo(users.issue_token(name, label, end))


@app.command()
def tokens(config: Config = DEFAULT_CONFIG) -> None:
    """List the API tokens, without their secrets."""
    with _accounts(config) as users:
        for one in users.tokens():
            end = f"until {one.expires_at:%Y-%m-%d}" if one.expires_at else "until revoked"
            typer.echo(f"{one.id}\t{one.user_name}\t{one.label}\t{end}")


@app.command()
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="As `tokens` lists it.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """End an API token."""
    with _accounts(config) as users:
        users.revoke_token(token_id)
        typer.echo(f"token {token_id} is revoked")


@contextmanager
def _accounts(config: Path) -> "Iterator[UserRecords]":
    with opened_records(config) as (records, _):
        yield records.users


def _buildings(records: "Records", settings: "Settings") -> list[str]:
    """Return the ids of those declared, which a first start will add, and of those known."""
    known = [building.id for building in records.portfolio.portfolio().buildings]
    return sorted({*known, *(building.id for building in settings.buildings)})


def _existing(users: "UserRecords", name: str) -> User:
    user = users.get(name)
    if user is None:
        from settings.findings import did_you_mean

        names = [other.name for other in users.all()]
        raise CommandFailed(f"there is no account '{name}'{did_you_mean(name, names)}")
    return user


def _set_disabled(config: Path, name: str, *, disabled: bool) -> None:
    from dataclasses import replace

    with _accounts(config) as users:
        users.update(replace(_existing(users, name), disabled=disabled))
        typer.echo(f"{name} is {'disabled' if disabled else 'enabled'}")


def _password(*, generate: bool) -> str:
    if generate:
        return random_secrets.token_urlsafe(12)
    if not sys.stdin.isatty():
        piped = sys.stdin.readline().rstrip("\r\n")
        if not piped:
            raise CommandFailed("no password came: type one, pipe one in, or use --generate")
        return piped
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt="Once more"))


def _shown(password: str, generate: bool) -> str:
    """Show a password that nobody typed, once it holds."""
    return f"\npassword: {password}" if generate else ""
