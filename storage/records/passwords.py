"""Passwords and API secrets: only what cannot be turned back is kept."""

import hashlib
import hmac
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1024
TOKEN_PREFIX = "zdu_"  # noqa: S105 - what secrets start with, so that leak scanners know them

# The lighter of OWASP's two argon2id settings: a Raspberry Pi has to keep up.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def password_findings(password: str) -> dict[str, str]:
    """Return what is wrong with a new password: field → text key."""
    if len(password) < SHORTEST_PASSWORD:
        return {"password": "user.password_short"}
    if len(password) > LONGEST_PASSWORD:
        return {"password": "user.password_long"}
    return {}


def hash_password(password: str) -> str:
    """Return the argon2id hash to keep."""
    return _HASHER.hash(_as_typed(password))


def is_password(kept_hash: str | None, password: str) -> bool:
    """Tell whether a password is right; takes as long when there is no account."""
    if len(password) > LONGEST_PASSWORD:
        return False
    # Asked for in either case: the first call makes it, which takes time too.
    nobodys_hash = _nobodys_hash()
    try:
        _HASHER.verify(kept_hash or nobodys_hash, _as_typed(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept_hash is not None


def _as_typed(password: str) -> bytes:
    """Return the same bytes whichever way a keyboard composes its accents."""
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_bytes(16))


def new_token() -> tuple[str, str, str]:
    """Return a new token's id, its secret, and the hash to keep of the secret."""
    token_id = secrets.token_hex(6)
    secret = f"{TOKEN_PREFIX}{token_id}_{secrets.token_urlsafe(32)}"
    return token_id, secret, hash_token(secret)


def hash_token(secret: str) -> str:
    """Return the hash kept of an API secret; it is random, so no salt is needed."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def token_id_of(secret: str) -> str | None:
    """Return the id inside a secret, None when it is not one of ours.

    >>> token_id_of("zdu_0123456789ab_rest"), token_id_of("Bearer x")
    ('0123456789ab', None)
    """
    if not secret.startswith(TOKEN_PREFIX):
        return None
    token_id, separator, _ = secret.removeprefix(TOKEN_PREFIX).partition("_")
    return token_id if separator else None


def is_token(kept_hash: str, secret: str) -> bool:
    """Tell whether a secret is right, in a time that does not depend on it."""
    return hmac.compare_digest(kept_hash, hash_token(secret))
