"""Mounting the API, with its own errors, schema and documentation."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse

from dashboard.api.context import ApiContext
from dashboard.api.dead_letters import dead_letters_router
from dashboard.api.docs import docs_page
from dashboard.api.problems import ProblemBody, add_problem_handlers
from dashboard.api.reports import reports_router
from dashboard.api.routes import api_router
from dashboard.auth.language import language_of
from dashboard.text.words import words_for
from settings.model import Settings
from storage.ports import ReadingStore, Records

PREFIX = "/api/v1"
_DESCRIPTION = """\
Buildings, meters, intervals, indicators, targets and reports.

* Sign in with a token from the account page: `Authorization: Bearer <token>`.
* Periods are half-open: `from` is included, `to` is not.
* Instants are ISO 8601 with their offset; days are local to the building.
* Energies are in kWh; natural gas in kWh PCS (gross calorific value); water in m³.
* `null` means unknown, never zero; every value comes with its `coverage`.
"""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def install(
    server: FastAPI,
    *,
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    now: Callable[[], datetime] = _utc_now,
) -> FastAPI:
    """Mount the API on `server` and return it."""
    api = FastAPI(
        title="Zaindu",
        version="1",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    api.state.context = ApiContext(settings=settings, readings=readings, records=records, now=now)
    api.include_router(api_router())
    api.include_router(reports_router())
    api.include_router(dead_letters_router())
    add_problem_handlers(api, settings.site)
    _describe_problems(api)

    @api.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        language = language_of(request, settings.site)
        return HTMLResponse(docs_page(api.openapi(), PREFIX, words_for(language)))

    server.mount(PREFIX, api, name="api")
    return api


def _describe_problems(api: FastAPI) -> None:
    """Put the problem's schema into OpenAPI, where the routes' errors refer to it."""
    make = api.openapi

    def openapi() -> dict[str, Any]:
        schema = make()
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas["ProblemBody"] = ProblemBody.model_json_schema()
        return schema

    api.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way
