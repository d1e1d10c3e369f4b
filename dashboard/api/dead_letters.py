"""Messages that could not be read, for programs: a page of them, or all as JSON lines."""

import base64
from datetime import UTC, date, datetime
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from dashboard.api.context import Caller, Context
from dashboard.api.parameters import Instant
from dashboard.api.problems import Problem, responses
from dashboard.auth.policy import sees_refused
from dashboard.queries.letter_lines import LINES, letter_lines
from domain.accounts import User
from domain.dead_letters import DeadLetter, LetterFilter
from domain.errors import NotFound

MOST_LETTERS = 100
_LARGEST_ID = 2**62


class DeadLetterBody(BaseModel):
    """One message, as it came, and why it could not be used."""

    id: int
    topic: str
    payload: str | None = Field(description="null when it is not text")
    payload_b64: str | None = Field(description="The same in base64 when it is not text")
    size: int = Field(description="Bytes that came")
    whole: bool = Field(description="Whether all of them were kept: else it cannot be replayed")
    received_at: datetime
    code: str
    reason: str
    family: str
    device: str
    attempts: int = Field(description="How often it was replayed in vain")
    wanted_at: datetime | None = Field(description="Since when a replay is asked for and not done")


class DeadLettersBody(BaseModel):
    """One page of letters, newest first."""

    found: int = Field(description="All that match, on this page or not")
    letters: list[DeadLetterBody]
    next_before: int | None = Field(description="Pass it as `before` for the next page")


Word: TypeAlias = Annotated[str, Query(max_length=400)]
Id: TypeAlias = Annotated[int | None, Query(ge=1, le=_LARGEST_ID)]


def _which(
    code: Annotated[Word, Query(description="Only those refused for that")] = "",
    family: Annotated[Word, Query(description="Only of that decoder family")] = "",
    device: Annotated[Word, Query(description="Only of that device")] = "",
    topic: Annotated[
        Word, Query(description="Only with that in the topic; `tele/#`: that start")
    ] = "",
    text: Annotated[Word, Query(description="Only with that in the reason")] = "",
    start: Annotated[Instant | None, Query(alias="from", description="First instant, UTC")] = None,
    end: Annotated[Instant | None, Query(alias="to", description="Last one, excluded")] = None,
) -> LetterFilter:
    return LetterFilter(
        code=code,
        family=family,
        device=device,
        topic=topic,
        text=text,
        received_from=_instant(start),
        received_before=_instant(end),
    )


Which: TypeAlias = Annotated[LetterFilter, Depends(_which)]


def dead_letters_router() -> APIRouter:
    """Return the routes that read dead letters; see the policy for who may."""
    router = APIRouter(tags=["data"], responses=responses(401, 403, 422, 503))

    @router.get("/dead-letters")
    def list_letters(
        caller: Caller,
        context: Context,
        which: Which,
        before: Id = None,
        limit: Annotated[int, Query(ge=1, le=MOST_LETTERS)] = 50,
    ) -> DeadLettersBody:
        """Return messages that could not be read, newest first."""
        _check(caller)
        letters = context.records.dead_letters.page(which, limit=limit + 1, before=before)
        shown = letters[:limit]
        return DeadLettersBody(
            found=context.records.dead_letters.summed(which).number,
            letters=[_body(letter) for letter in shown],
            next_before=shown[-1].id if len(letters) > limit else None,
        )

    @router.get(
        "/dead-letters.jsonl",
        response_class=StreamingResponse,
        responses={200: {"content": {LINES: {"schema": {"type": "string"}}}}},
    )
    def download_letters(caller: Caller, context: Context, which: Which) -> StreamingResponse:
        """Return messages that could not be read as JSON lines, oldest first.

        `zaindu decode` reads them.
        """
        _check(caller)
        headers = {"Content-Disposition": 'attachment; filename="zaindu_refused.jsonl"'}
        lines = letter_lines(context.records, which)
        return StreamingResponse(lines, media_type=LINES, headers=headers)

    @router.get("/dead-letters/{letter_id}", responses=responses(404))
    def one_letter(
        letter_id: Annotated[int, Field(ge=1, le=_LARGEST_ID)], caller: Caller, context: Context
    ) -> DeadLetterBody:
        """Return one of them."""
        _check(caller)
        try:
            return _body(context.records.dead_letters.get(letter_id))
        except NotFound:
            raise Problem(404, "no_such_letter", parameter="letter_id", id=letter_id) from None

    return router


def _check(caller: User) -> None:
    if not sees_refused(caller):
        raise Problem(403, "all_buildings_only")


def _instant(value: datetime | date | None) -> datetime | None:
    """Return an instant; a day starts at its UTC midnight, for letters belong to no building."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def _body(letter: DeadLetter) -> DeadLetterBody:
    try:
        text: str | None = letter.payload.decode()
        encoded = None
    except UnicodeDecodeError:
        text, encoded = None, base64.b64encode(letter.payload).decode()
    return DeadLetterBody(
        id=letter.id or 0,
        topic=letter.topic,
        payload=text,
        payload_b64=encoded,
        size=letter.size,
        whole=letter.is_whole,
        received_at=letter.received_at,
        code=letter.code,
        reason=letter.reason,
        family=letter.family,
        device=letter.device,
        attempts=letter.attempts,
        wanted_at=letter.wanted_at,
    )
