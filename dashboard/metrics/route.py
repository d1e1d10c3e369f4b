"""Who may read the metrics, and how seldom the stores are asked for them."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address

from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector
from starlette.responses import PlainTextResponse, Response

from dashboard.metrics.families import families
from dashboard.metrics.figures import read_figures
from domain.accounts import Role
from domain.errors import StorageUnavailable
from settings.model import Settings
from storage.ports import ReadingStore, Records, UserRecords

FRESH_S = 10.0
"""Between two readings of the stores, however many scrapers there are."""

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ROLES = (Role.MANAGER, Role.ADMIN)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def install(
    server: FastAPI, *, settings: Settings, readings: ReadingStore, records: Records
) -> None:
    """Add `/metrics`."""
    page = _Kept(lambda: _text(readings, records))

    @server.get("/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        if not settings.dashboard.metrics_open and not _comes_from_here(request):
            try:
                refusal = _refusal(request, records.users)
            except StorageUnavailable:
                return PlainTextResponse("the records do not answer: try again later\n", 503)
            if refusal is not None:
                return refusal
        return Response(page(), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


class _Kept:
    """A text that is made anew when it is asked for and no longer fresh."""

    def __init__(self, make: Callable[[], bytes]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._text = b""
        self._until = 0.0

    def __call__(self) -> bytes:
        with self._lock:
            if time.monotonic() >= self._until:
                self._text = self._make()
                self._until = time.monotonic() + FRESH_S
            return self._text


class _Answer(Collector):
    """What prometheus-client asks for families."""

    def __init__(self, found: list[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """Yield the families."""
        return iter(self._found)


def _text(readings: ReadingStore, records: Records) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Answer(list(families(read_figures(readings, records, datetime.now(UTC))))))
    return generate_latest(registry)


def _comes_from_here(request: Request) -> bool:
    """Tell whether a program of this machine asks; a proxy's neighbours do not count."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _refusal(request: Request, users: UserRecords) -> Response | None:
    """Ask for the token of somebody who sees every building; None when it is one."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    user = users.by_token(secret.strip()) if scheme.lower() == "bearer" and secret else None
    if user is None or user.disabled:
        return PlainTextResponse(
            "metrics are open to this machine, or to the API token of a manager: "
            "Authorization: Bearer <token>\n",
            401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    if user.role not in _ROLES or user.building_ids:
        return PlainTextResponse(
            "metrics need the token of a manager or administrator who sees every building\n", 403
        )
    return None
