"""Signed session cookies, and the CSRF token that goes with each.

A session is not kept on the server: the cookie says who, and under which
session epoch. A changed password raises the epoch, which ends every session.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from domain.accounts import User

COOKIE = "zaindu_session"
CSRF_COOKIE = "zaindu_csrf"
"""Readable by our own scripts, which Dash sends back as a header."""

CSRF_HEADER = "X-CSRFToken"
CSRF_FIELD = "csrf_token"
FORM_COOKIE = "zaindu_form"
"""Ties the sign-in form to the browser that was given it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a valid cookie says."""

    user_name: str
    epoch: int
    nonce: str
    """Random; the CSRF token is derived from it."""


class Sessions:
    """Writes and reads the cookies of one installation."""

    def __init__(self, secret_key: str, lifetime: timedelta) -> None:
        """Sign with `secret_key`; cookies older than `lifetime` are refused."""
        self._key = secret_key.encode()
        self._signer = URLSafeTimedSerializer(secret_key, salt="zaindu.session")
        self.lifetime = lifetime

    def open(self, user: User) -> str:
        """Return the cookie of a new session."""
        return self._signer.dumps([user.name, user.session_epoch, secrets.token_urlsafe(18)])

    def read(self, cookie: str) -> Session | None:
        """Return what a cookie says; None when forged, malformed or too old."""
        try:
            name, epoch, nonce = self._signer.loads(
                cookie, max_age=int(self.lifetime.total_seconds())
            )
        except (BadData, ValueError, TypeError):
            return None
        return Session(user_name=name, epoch=epoch, nonce=nonce)

    def csrf_token(self, nonce: str) -> str:
        """Return the token a form must carry when its cookie holds `nonce`."""
        return hmac.new(self._key, b"zaindu.csrf." + nonce.encode(), hashlib.sha256).hexdigest()

    def csrf_matches(self, nonce: str, token: str) -> bool:
        """Tell whether a form or header carried the right token."""
        return hmac.compare_digest(self.csrf_token(nonce).encode(), token.encode())
