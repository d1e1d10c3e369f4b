"""A kind page in the reader's language wherever something went wrong."""

import html
import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from dashboard.pages.plain_page import plain_page
from dashboard.text.words import best_language, words_for
from domain.errors import StorageUnavailable
from settings.model import Settings

log = logging.getLogger(__name__)

_SPOKEN = (403, 404, 422, 429, 500, 503)


def install(server: FastAPI, settings: Settings) -> None:
    """Answer every mistake with a page, or with JSON where a program asked."""

    def spoken(request: Request, status: int) -> Response:
        return mistake(request, settings, status)

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = getattr(error, "headers", None)
        if _wants_json(request):
            return JSONResponse({"detail": _phrase(status)}, status, headers)
        answer = spoken(request, status)
        answer.headers.update(headers or {})
        return answer

    async def mistyped(request: Request, error: Exception) -> Response:
        if _wants_json(request) and isinstance(error, RequestValidationError):
            places = [{"place": list(e["loc"]), "message": e["msg"]} for e in error.errors()]
            return JSONResponse({"detail": places}, 422)
        return spoken(request, 422)

    async def resting(request: Request, error: Exception) -> Response:
        log.warning("%s: the store does not answer: %s", request.url.path, error)
        return spoken(request, 503)

    async def broken(request: Request, error: Exception) -> Response:
        log.error("%s failed", request.url.path, exc_info=error)
        return spoken(request, 500)

    server.add_exception_handler(HTTPException, refused)
    server.add_exception_handler(RequestValidationError, mistyped)
    server.add_exception_handler(StorageUnavailable, resting)
    server.add_exception_handler(Exception, broken)


def install_last(server: FastAPI, settings: Settings) -> None:
    """Answer every other address with the kind page; Dash would show an empty one."""

    @server.get("/{path:path}", include_in_schema=False)
    def nowhere(request: Request) -> Response:
        return mistake(request, settings, 404)


def mistake(request: Request, settings: Settings, status: int) -> Response:
    """Return what a reader is told about an HTTP status, in their language."""
    if _wants_json(request):
        return JSONResponse({"detail": _phrase(status)}, status)
    words = words_for(
        best_language(
            request.query_params.get("lang"),
            request.headers.get("accept-language", ""),
            settings.site.languages,
            settings.site.default_language,
        )
    )
    key = status if status in _SPOKEN else 500 if status >= 500 else 404
    stays = status != HTTPStatus.FORBIDDEN and _is_managing(request)
    way_out, label = ("/manage", "error.manage") if stays else ("/", "error.home")
    body = (
        f"<h1>{html.escape(words.say(f'error.{key}.title'))}</h1>"
        f"<p>{html.escape(words.say(f'error.{key}.text'))}</p>"
        f'<p><a class="button" href="{way_out}?lang={words.language}">'
        f"{html.escape(words.say(label))}</a></p>"
    )
    page = plain_page(words, title=words.say(f"error.{key}.title"), body=body)
    return HTMLResponse(page, status)


def _is_managing(request: Request) -> bool:
    path = request.url.path
    return path == "/manage" or path.startswith("/manage/")


def _wants_json(request: Request) -> bool:
    path = request.url.path
    return path.startswith("/api/") or path.endswith(".json") or "/_dash-" in path


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Error"
