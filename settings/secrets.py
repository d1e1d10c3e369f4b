"""Secrets: from the environment, or from the files it names; never from `config.toml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import ConfigError

PREFIX = "ZAINDU_"
SHORTEST_KEY = 32
_DATABASES = ("postgresql+psycopg", "postgresql", "sqlite")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Secrets:
    """What must not be written down; printing it shows only what is set."""

    mqtt_username: str | None = None
    mqtt_password: str | None = None
    influx_token: str | None = None

    records_url: str | None = None
    """SQLAlchemy address of the records; holds a password."""

    secret_key: str | None = None
    """Signs the sessions."""

    def __repr__(self) -> str:
        """Name what is set, never its value."""
        shown = (f"{f.name}={'***' if getattr(self, f.name) else None}" for f in fields(self))
        return f"Secrets({', '.join(shown)})"


def read_secrets(environ: Mapping[str, str]) -> Secrets:
    """Read each secret from `ZAINDU_X`, or from the file named in `ZAINDU_X_FILE`.

    An empty variable is an absent one. The line end that closes a file is not part of it.

    Raises:
        ConfigError: A file cannot be read, a secret is given both ways, or cannot serve.
    """
    values: dict[str, str | None] = {}
    findings: list[str] = []
    for field in fields(Secrets):
        variable = PREFIX + field.name.upper()
        try:
            values[field.name] = _read(environ, variable)
        except ConfigError as error:
            findings += error.findings
    findings += _unsound(values)
    if findings:
        raise ConfigError(findings)
    return Secrets(**values)


def _unsound(values: Mapping[str, str | None]) -> Iterator[str]:
    """Yield what cannot serve; a secret is not repeated, for this is logged."""
    key, address = values.get("secret_key"), values.get("records_url")
    if key is not None and len(key) < SHORTEST_KEY:
        yield f"environment: ZAINDU_SECRET_KEY needs {SHORTEST_KEY} characters at least"
    if address is not None and not _is_database(address):
        yield (
            "environment: ZAINDU_RECORDS_URL is not the address of a PostgreSQL database: write "
            "postgresql+psycopg://user:password@host/base, with %2F for / and %40 for @ in the "
            "password"
        )


def _is_database(address: str) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in _DATABASES and len(parts.path) > 1


def _read(environ: Mapping[str, str], variable: str) -> str | None:
    direct, named = environ.get(variable), environ.get(f"{variable}_FILE")
    if direct and named:
        raise ConfigError([f"environment: {variable} and {variable}_FILE are both set; keep one"])
    if not named:
        return direct or None
    try:
        text = Path(named).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ConfigError([f"environment: {variable}_FILE: {named}: {reason}"]) from None
    if not text:
        raise ConfigError([f"environment: {variable}_FILE: {named} is empty"])
    return text
