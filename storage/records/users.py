"""Accounts and API tokens. Hashes never leave this module."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.accounts import ApiToken, Role, User
from domain.errors import InvalidRecord, NotFound
from storage.records.database import Database
from storage.records.passwords import (
    hash_password,
    is_password,
    is_token,
    new_token,
    password_findings,
    token_id_of,
)
from storage.records.rows import Row
from storage.records.tables import api_tokens, users

_USE_NOTED_EVERY = timedelta(minutes=1)
"""A token's last use is not written at each request."""


class SqlUsers:
    """Accounts and their API tokens; see `UserRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, user: User, password: str) -> None:
        """Create an account; raises `InvalidRecord` (taken, weak password)."""
        findings = password_findings(password)
        if not user.name.strip():
            findings["name"] = "user.name_missing"
        if findings:
            raise InvalidRecord(findings)
        row = _row(user) | {
            "name": user.name,
            "password_hash": hash_password(password),
            "session_epoch": user.session_epoch,
        }
        with self._database.writing() as connection:
            try:
                connection.execute(insert(users).values(row))
            except IntegrityError as error:
                raise InvalidRecord({"name": "user.name_taken"}) from error

    def set_password(self, name: str, password: str) -> None:
        """Change a password, which ends its sessions."""
        findings = password_findings(password)
        if findings:
            raise InvalidRecord(findings)
        self._change(
            name,
            {
                "password_hash": hash_password(password),
                "session_epoch": users.c.session_epoch + 1,
            },
        )

    def update(self, user: User) -> None:
        """Change role, buildings, language or disabled."""
        self._change(user.name, _row(user))

    def _change(self, name: str, values: Row) -> None:
        with self._database.writing() as connection:
            done = connection.execute(update(users).where(users.c.name == name).values(values))
        if done.rowcount == 0:
            raise NotFound(f"no account {name!r}")

    def remove(self, name: str) -> None:
        """Delete an account and its tokens."""
        with self._database.writing() as connection:
            done = connection.execute(delete(users).where(users.c.name == name))
        if done.rowcount == 0:
            raise NotFound(f"no account {name!r}")

    def get(self, name: str) -> User | None:
        """Return the account, or None."""
        row = self._row_of(name)
        return None if row is None else _user(row)

    def all(self) -> tuple[User, ...]:
        """Return every account by name."""
        with self._database.reading() as connection:
            return tuple(map(_user, connection.execute(select(users).order_by(users.c.name))))

    def authenticate(self, name: str, password: str) -> User | None:
        """Return the account when the password is right; takes the same time when not."""
        row = self._row_of(name)
        is_right = is_password(None if row is None else row.password_hash, password)
        return _user(row) if row is not None and is_right and not row.disabled else None

    def _row_of(self, name: str) -> SqlRow[Any] | None:
        with self._database.reading() as connection:
            return connection.execute(select(users).where(users.c.name == name)).first()

    def issue_token(self, user_name: str, label: str, expires_at: datetime | None) -> str:
        """Return a new secret, shown once."""
        token_id, secret, kept = new_token()
        row = {
            "id": token_id,
            "sha256": kept,
            "label": label,
            "user_name": user_name,
            "created_at": datetime.now(UTC),
            "expires_at": expires_at,
        }
        with self._database.writing() as connection:
            try:
                connection.execute(insert(api_tokens).values(row))
            except IntegrityError as error:
                raise NotFound(f"no account {user_name!r}") from error
        return secret

    def tokens(self, user_name: str | None = None) -> tuple[ApiToken, ...]:
        """Return the tokens, secrets excluded."""
        query = select(api_tokens).order_by(api_tokens.c.created_at, api_tokens.c.id)
        if user_name is not None:
            query = query.where(api_tokens.c.user_name == user_name)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            ApiToken(
                id=row.id,
                label=row.label,
                user_name=row.user_name,
                created_at=row.created_at,
                expires_at=row.expires_at,
                last_used_at=row.last_used_at,
            )
            for row in rows
        )

    def revoke_token(self, token_id: str) -> None:
        """End a token."""
        with self._database.writing() as connection:
            done = connection.execute(delete(api_tokens).where(api_tokens.c.id == token_id))
        if done.rowcount == 0:
            raise NotFound(f"no token {token_id!r}")

    def by_token(self, secret: str) -> User | None:
        """Return the account a living token belongs to."""
        token_id = token_id_of(secret)
        query = select(api_tokens, users).join(users).where(api_tokens.c.id == token_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first() if token_id else None
        now = datetime.now(UTC)
        if row is None or not is_token(row.sha256, secret) or row.disabled:
            return None
        if row.expires_at is not None and row.expires_at <= now:
            return None
        if row.last_used_at is None or now - row.last_used_at > _USE_NOTED_EVERY:
            self._note_use(row.id, now)
        return _user(row)

    def _note_use(self, token_id: str, now: datetime) -> None:
        used = update(api_tokens).where(api_tokens.c.id == token_id).values(last_used_at=now)
        with self._database.writing() as connection:
            connection.execute(used)


def _row(user: User) -> Row:
    return {
        "role": user.role.value,
        "building_ids": json.dumps(user.building_ids),
        "language": user.language,
        "disabled": user.disabled,
    }


def _user(row: SqlRow[Any]) -> User:
    return User(
        name=row.name,
        role=Role(row.role),
        building_ids=tuple(json.loads(row.building_ids)),
        language=row.language,
        disabled=row.disabled,
        session_epoch=row.session_epoch,
    )
