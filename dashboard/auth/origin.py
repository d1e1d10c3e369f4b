"""Where a request comes from: its site, its address, and where it may be sent next."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def is_same_origin(connection: HTTPConnection, public_url: str) -> bool:
    """Tell whether a browser sent this from one of our own pages.

    Browsers say so in Sec-Fetch-Site, older ones in Origin. A request with
    neither comes from no browser, and so carries no stolen cookie.
    """
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    ours = {connection.headers.get("host", ""), urlsplit(public_url).netloc} - {""}
    return urlsplit(origin).netloc in ours


def client_address(connection: HTTPConnection, trusted_proxy: str) -> str:
    """Return the client's address; a forwarded one only from the proxy we trust."""
    peer = connection.client.host if connection.client else "unknown"
    if trusted_proxy and peer == trusted_proxy:
        hops = connection.headers.get("x-forwarded-for", "").split(",")
        return hops[-1].strip() or peer
    return peer


def safe_next(target: str | None) -> str | None:
    """Return a path of this site to go on to, or None: never another site.

    >>> safe_next("/manage?days=30")
    '/manage?days=30'
    >>> safe_next("//elsewhere.example/manage") is None
    True
    """
    if not target or not target.startswith("/") or len(target) > 2000:
        return None
    # Browsers read a backslash as a slash, and skip control characters.
    if target.startswith(("//", "/\\")) or any(c == "\\" or ord(c) < 0x20 for c in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target
