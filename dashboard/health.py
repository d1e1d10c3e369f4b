"""`/healthz`: the process lives; `/readyz`: the stores answer."""

import logging
from collections.abc import Callable

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from domain.errors import ZainduError
from storage.ports import ReadingStore, Records

log = logging.getLogger(__name__)


def install(server: FastAPI, *, readings: ReadingStore, records: Records) -> None:
    """Add the two addresses that a supervisor asks."""
    stores = {"readings": readings.ping, "records": records.ping}

    @server.get("/healthz", include_in_schema=False)
    async def alive() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @server.get("/readyz", include_in_schema=False)
    def ready() -> JSONResponse:
        answers = {name: _answers(name, ping) for name, ping in stores.items()}
        status = 200 if all(answers.values()) else 503
        words = {name: "ok" if ok else "unavailable" for name, ok in answers.items()}
        return JSONResponse({"status": "ok" if status == 200 else "waiting", **words}, status)


def _answers(name: str, ping: Callable[[], None]) -> bool:
    try:
        ping()
    except (ZainduError, OSError) as error:
        # The reason goes to the log only: the address is open to anybody.
        log.warning("the store of %s does not answer: %s", name, error)
        return False
    return True
