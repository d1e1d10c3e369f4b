"""The web server as a part of the house."""

import errno
import socket
import threading
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING

import uvicorn

from settings.model import DashboardSettings
from zaindu.failures import CommandFailed
from zaindu.supervision import Part

if TYPE_CHECKING:
    from fastapi import FastAPI

_BACKLOG = 1024
_LAST_REQUESTS_S = 3
"""How long requests under way may take when stopping [s]."""


def listen(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """Return a socket that listens on the port, or on the first free one of those after it.

    Raises:
        CommandFailed: The address is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for offset in range(tries):
        listening = socket.socket(family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port + offset if port else 0))
            listening.listen(_BACKLOG)
        except OSError as error:
            listening.close()
            if error.errno != errno.EADDRINUSE or offset == tries - 1:
                raise CommandFailed(_why(error, host, port)) from None
        else:
            listening.set_inheritable(False)
            return listening
    raise CommandFailed(f"no port is free from {port} on")


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is taken, perhaps by another Zaindu: stop it, "
            "or set dashboard.port in config.toml"
        )
    if error.errno == errno.EACCES:
        return f"port {port} is reserved for the system: set dashboard.port above 1023"
    return f"cannot listen on {host}:{port}: {error.strerror}"


def address_of(listening: socket.socket) -> str:
    """Return the address to type in a browser on this machine."""
    host, port = listening.getsockname()[:2]
    address = ip_address(host)
    if address.is_unspecified:
        # It listens everywhere: this machine is a good place to start from.
        address = ip_address("::1" if address.version == 6 else "127.0.0.1")
    shown = f"[{address}]" if address.version == 6 else str(address)
    return f"http://{shown}:{port}"


def web_part(
    build: Callable[[], "FastAPI"],
    dashboard: DashboardSettings,
    listening: socket.socket,
    ready: threading.Event | None = None,
) -> Part:
    """Return the part that serves the application on a socket that already listens."""

    def run(stop: threading.Event) -> None:
        server = _Server(_config(build(), dashboard), ready or threading.Event())
        watcher = threading.Thread(target=_end_on, args=(stop, server), daemon=True)
        watcher.start()
        # uvicorn closes what it is given; ours stays for a next start.
        server.run(sockets=[listening.dup()])

    return Part(name="dashboard", run=run)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


def _config(app: "FastAPI", dashboard: DashboardSettings) -> uvicorn.Config:
    proxy = dashboard.trusted_proxy
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy or None,
        timeout_graceful_shutdown=_LAST_REQUESTS_S,
    )


def _end_on(stop: threading.Event, server: uvicorn.Server) -> None:
    stop.wait()
    server.should_exit = True
