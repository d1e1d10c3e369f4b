"""Two hundred wall screens refreshing at once, against a page that does nothing."""

import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from bench import report
from tests.services.servers import free_port

SCREENS = 200
ROUNDS = 5

BARE_SERVER = """
import sys, uvicorn
from pathlib import Path
from fastapi import FastAPI, Response
body = Path(sys.argv[1]).read_bytes()
app = FastAPI()
@app.get("/")
def same() -> Response:
    return Response(body, media_type="application/json")
uvicorn.run(app, port=int(sys.argv[2]), log_level="error")
"""


def refreshes_s(url: str) -> list[float]:
    """Return how long each of the screens' refreshes took [s]: spread over one second a round."""
    taken: list[float] = []
    lock = threading.Lock()

    def screen(number: int) -> None:
        for turn in range(ROUNDS):
            time.sleep(max(0.0, begin + turn + number / SCREENS - time.monotonic()))
            started = time.monotonic()
            with urllib.request.urlopen(url, timeout=30) as answer:
                answer.read()
            with lock:
                taken.append(time.monotonic() - started)

    begin = time.monotonic() + 1
    threads = [threading.Thread(target=screen, args=(n,)) for n in range(SCREENS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def p99(durations: list[float]) -> float:
    """Return the 99th percentile."""
    return statistics.quantiles(durations, n=100)[98]


def measure(url: str, folder: Path) -> None:
    """Print the 99th percentile of a refresh of `url` beside a bare server's of the same bytes."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        body = answer.read()
    same = folder / "body"
    same.write_bytes(body)
    port = free_port()
    bare = subprocess.Popen([sys.executable, "-c", BARE_SERVER, str(same), str(port)])
    try:
        bare_url = f"http://127.0.0.1:{port}/"
        _until_it_answers(bare_url)
        ours, reference = p99(refreshes_s(url)), p99(refreshes_s(bare_url))
    finally:
        bare.terminate()
        bare.wait(10)
    report.line(
        f"wall refresh, {SCREENS} screens, p99 ({len(body) // 1024} kB)",
        f"{ours * 1000:.0f} ms",
        ratio=ours / reference,
        reference="bare FastAPI, same bytes",
    )


def _until_it_answers(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{url} did not answer")
