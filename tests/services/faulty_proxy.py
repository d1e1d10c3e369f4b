"""A proxy between Zaindu and a real InfluxDB, which fails as the test says.

What it does to a request is asked of `judge` for each one, so that a test can
change its mind while requests are under way.
"""

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HANG_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that passed by."""

    at_s: float
    """When it came, on the clock that nobody sets."""

    path: str
    lines: tuple[str, ...] = ()
    """The rows of a write, one a line."""

    @property
    def is_write(self) -> bool:
        """Tell whether it brings rows."""
        return self.path.startswith("/api/v2/write")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the proxy says by itself; InfluxDB never hears of the request."""

    status: int
    body: bytes = b'{"code":"unavailable","message":"not now"}'
    headers: Mapping[str, str] = field(default_factory=dict)


class Break(Enum):
    """How a connection fails."""

    HANG = auto()
    """Nothing is said, for longer than anybody waits."""

    CUT = auto()
    """Cut before InfluxDB heard of the request."""

    CUT_AFTER = auto()
    """InfluxDB did as it was asked, and its answer is lost."""


Fault = Answer | Break | None
"""None: the request is passed on, and so is its answer."""

Judge = Callable[[Request], Fault]


def sound(_request: Request) -> Fault:
    """Let everything through."""
    return None


class FaultyProxy:
    """Listens in front of one InfluxDB, a thread for each connection."""

    def __init__(self, port: int) -> None:
        """Start in front of what listens on a loopback port."""
        self.port = port
        self.judge: Judge = sound
        self.seen: list[tuple[Request, Fault]] = []
        self._let_go = threading.Event()
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.proxy = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @contextmanager
    def failing(self, *faults: Fault) -> Iterator[None]:
        """Answer every write with these in turn, again and again."""
        turn = 0

        def judge(request: Request) -> Fault:
            nonlocal turn
            if not request.is_write:
                return None
            turn += 1
            return faults[(turn - 1) % len(faults)]

        self.judge = judge
        try:
            yield
        finally:
            self.judge = sound
            self._let_go.set()  # what hangs need not go on
            self._let_go = threading.Event()

    def writes(self, fault: Fault | None = None) -> list[Request]:
        """Return the writes seen, those that met `fault` when it is given."""
        return [r for r, met in list(self.seen) if r.is_write and fault in (None, met)]

    def hang(self) -> None:
        """Return once the fault is over."""
        self._let_go.wait(HANG_S)

    def close(self) -> None:
        """Stop listening."""
        self._let_go.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _Server(ThreadingHTTPServer):
    proxy: FaultyProxy
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: that connections break is what it is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        proxy = self.server.proxy
        request = Request(at_s=time.monotonic(), path=self.path, lines=_lines(self.headers, body))
        fault = proxy.judge(request)
        proxy.seen.append((request, fault))
        if isinstance(fault, Answer):
            self._answer(fault.status, fault.headers, fault.body)
        elif fault is Break.CUT:
            self.close_connection = True
        elif fault is Break.HANG:
            proxy.hang()
            self.close_connection = True
        else:
            status, headers, answer = self._ask(body)
            if fault is Break.CUT_AFTER:
                self.close_connection = True
            else:
                self._answer(status, headers, answer)

    do_GET = do_POST = _pass  # noqa: N815 - names the library asks for

    def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection("127.0.0.1", self.server.proxy.port, timeout=60)
        try:
            headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            kept = {k: v for k, v in answer.getheaders() if k.lower() in _PASSED_ON}
            return answer.status, kept, answer.read()
        except OSError:
            return 502, {}, b'{"code":"unavailable","message":"InfluxDB is away"}'
        finally:
            connection.close()

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


_PASSED_ON = {"content-type", "content-encoding", "retry-after"}


def _lines(headers: Mapping[str, str], body: bytes) -> tuple[str, ...]:
    if headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return tuple(body.decode(errors="replace").splitlines())
