"""Errors of the API, as RFC 9457 problems that say what to do about them."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from dashboard.auth.language import language_of
from dashboard.text.words import words_for
from domain.errors import StorageUnavailable, ZainduError
from settings.model import SiteSettings

MEDIA_TYPE = "application/problem+json"


class ProblemBody(BaseModel):
    """What an error looks like."""

    type: str
    """Stable: `urn:zaindu:problem:<code>`."""

    title: str
    status: int
    detail: str
    parameter: str | None = None
    """The parameter at fault, when one is."""

    cure: str
    """What to do about it."""


class Problem(ZainduError):
    """A request that cannot be answered; `code` names its words."""

    def __init__(
        self, status: int, code: str, *, parameter: str | None = None, **values: object
    ) -> None:
        """Keep what the answer says; `values` go into its sentences."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.parameter = parameter
        self.values = values


def responses(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of the errors of a route."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    return {code: {"description": _DESCRIPTIONS[code], "content": content} for code in codes}


_DESCRIPTIONS = {
    401: "No session and no valid token",
    403: "The account's role does not reach the API",
    404: "Nothing of that name among the buildings this account may see",
    422: "A parameter cannot be used; `parameter` names it and `cure` says how",
    503: "The stores do not answer; try again later",
}


def add_problem_handlers(api: FastAPI, site: SiteSettings) -> None:
    """Make every error of `api` a problem document in the caller's language."""
    answers = _Answers(site)
    api.add_exception_handler(Problem, answers.to_problem)
    api.add_exception_handler(RequestValidationError, answers.to_validation)
    api.add_exception_handler(HTTPException, answers.to_http)
    api.add_exception_handler(StorageUnavailable, answers.to_storage)


class _Answers:
    """Turns errors into problem documents."""

    def __init__(self, site: SiteSettings) -> None:
        self._site = site

    async def to_problem(self, request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return self._answer(request, error)

    async def to_validation(self, request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        name, reason = _first_fault(error.errors())
        return self._answer(request, Problem(422, "bad_parameter", parameter=name, reason=reason))

    async def to_http(self, request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, HTTPException) and error.status_code == 405:
            return self._answer(request, Problem(405, "only_get", method=request.method))
        return self._answer(request, Problem(404, "no_such_path", path=request.url.path))

    async def to_storage(self, request: Request, _error: Exception) -> JSONResponse:
        return self._answer(request, Problem(503, "stores_away"))

    def _answer(self, request: Request, problem: Problem) -> JSONResponse:
        words = words_for(language_of(request, self._site))
        body = ProblemBody(
            type=f"urn:zaindu:problem:{problem.code}",
            title=words.say(f"api.{problem.code}"),
            status=problem.status,
            detail=words.say(f"api.{problem.code}.detail", **problem.values),
            parameter=problem.parameter,
            cure=words.say(f"api.{problem.code}.cure", **problem.values),
        )
        headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "30"}, 405: _ALLOW}
        return JSONResponse(
            body.model_dump(),
            problem.status,
            media_type=MEDIA_TYPE,
            headers=headers.get(problem.status, {}),
        )


_ALLOW = {"Allow": "GET"}


def _first_fault(errors: Sequence[Any]) -> tuple[str, str]:
    """Return the parameter that pydantic complains of, and its words."""
    first = errors[0]
    places = [str(place) for place in first["loc"][1:]]
    return (places[0] if places else "body"), str(first["msg"])
