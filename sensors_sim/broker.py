"""An MQTT broker inside the process, so that a demonstration needs nothing installed.

It is amqtt in a thread of its own. It speaks MQTT 3.1.1 only, keeps nothing on
disk and knows no password: for loopback and for demonstrations, never instead
of a real broker.
"""

import asyncio
import contextlib
import logging
import socket
import threading
from types import TracebackType
from typing import Any, Self

from amqtt.broker import Broker
from amqtt.errors import AMQTTError

from domain.errors import ConfigError, ZainduError

log = logging.getLogger(__name__)

_START_S = 20.0
_STOP_S = 10.0


class EmbeddedBroker:
    """A broker on loopback; a context manager, or `start` and `stop`."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Prepare a broker.

        Args:
            host: Address to listen on.
            port: Port to listen on; 0 takes a free one.
        """
        self._host = host
        self._port = port
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None

    @property
    def port(self) -> int:
        """The port it listens on; 0 before `start` when a free one was asked for."""
        return self._port

    def start(self) -> int:
        """Listen, and return the port.

        Raises:
            ConfigError: Another program has the port.
            ZainduError: The broker does not start for another reason.
        """
        self._port = _reserve(self._host, self._port)
        _quieten()
        self._thread = threading.Thread(target=self._run, name="embedded-broker", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_S):
            raise ZainduError("the embedded broker did not start in time")
        if self._failure is not None:
            self._thread.join(_STOP_S)
            raise ZainduError(f"the embedded broker does not start: {self._failure}")
        log.info("embedded broker on %s:%s", self._host, self._port)
        return self._port

    def stop(self) -> None:
        """Close every connection and end the thread; harmless when it does not run."""
        if self._thread is None:
            return
        if self._loop is not None and self._stopping is not None:
            # The loop may have ended by itself meanwhile.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_STOP_S)
        if self._thread.is_alive():
            log.warning("the embedded broker is slow to stop: left behind")
        self._thread = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except (AMQTTError, OSError) as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        broker = Broker(_settings(self._host, self._port))
        await broker.start()
        self._ready.set()
        await self._stopping.wait()
        await broker.shutdown()


def _settings(host: str, port: int) -> dict[str, Any]:
    return {
        "listeners": {"default": {"type": "tcp", "bind": f"{host}:{port}"}},
        "plugins": {
            "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True},
        },
    }


def _reserve(host: str, port: int) -> int:
    """Return a port that can be listened on.

    Raises:
        ConfigError: Another program listens there, or the address is not ours.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As asyncio does: the last run's connections may still be in TIME_WAIT.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                [
                    f"[mqtt] another program already listens on {host}:{port} ({error.strerror});"
                    " choose another port, or use that broker"
                ]
            ) from error
        return int(probe.getsockname()[1])


def _quieten() -> None:
    """Keep amqtt's running commentary out of our log; its warnings stay."""
    for name in ("amqtt", "transitions"):
        logging.getLogger(name).setLevel(logging.WARNING)
