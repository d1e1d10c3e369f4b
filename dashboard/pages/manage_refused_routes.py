"""Looking at refused messages, and asking for their replay; see the policy for who may."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from dashboard.auth.forms import read_form, values_of
from dashboard.auth.viewer import Viewer, viewer
from dashboard.pages.manage_desk import Desk
from dashboard.pages.manage_refused import delete_page, refused_page
from dashboard.queries.letter_lines import LINES, letter_lines
from dashboard.queries.refused import refused_found
from dashboard.text.words import Words
from dashboard.viewmodels.refused import refused_view
from dashboard.viewmodels.refused_query import PATH, RefusedQuery
from dashboard.viewmodels.sizes import counted, size_text
from domain.dead_letters import LetterFilter

_MOST_PICKED = 200


def refused_router(desk: Desk) -> APIRouter:
    """Return the routes of the page of refused messages."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    def show(request: Request) -> Response:
        return _show(desk, viewer(), request.query_params)

    @router.get(f"{PATH}/download")
    def download(request: Request) -> Response:
        query = RefusedQuery.of(request.query_params)
        return _download(desk, query.filter(desk.now()))

    @router.post(f"{PATH}/download")
    async def download_picked(request: Request) -> Response:
        await read_form(request)
        return _download(desk, _ids(await values_of(request, "ids")))

    @router.post(f"{PATH}/replay")
    async def replay(request: Request) -> Response:
        sender, fields = await read_form(request)
        ids = _ids(await values_of(request, "ids"))
        return await asyncio.to_thread(_replay, desk, sender, fields, ids)

    @router.post(f"{PATH}/delete")
    async def delete(request: Request) -> Response:
        sender, fields = await read_form(request)
        ids = _ids(await values_of(request, "ids"))
        return await asyncio.to_thread(_delete, desk, sender, fields, ids)

    return router


def _show(desk: Desk, reader: Viewer, typed: Mapping[str, str]) -> Response:
    words = desk.words(reader)
    query = RefusedQuery.of(typed)
    now = desk.now()
    before = int(query.before) if query.before else None
    view = refused_view(
        query,
        refused_found(desk.records, query.filter(now), before),
        bound_bytes=desk.settings.ingest.dead_letter_max_mb * 1_000_000,
        now=now,
        zone=ZoneInfo(desk.settings.ingest.naive_time_zone),
        words=words,
        csrf_token=reader.csrf_token,
        notice=_notice(typed, words),
    )
    page = desk.page(reader, PATH, words.say("refused.title"), refused_page(view, words))
    if view.progress is not None and view.progress.look_again_s:
        page.headers["Refresh"] = str(view.progress.look_again_s)
    return page


def _notice(typed: Mapping[str, str], words: Words) -> str:
    for did in ("asked", "deleted"):
        number = typed.get(did, "")
        if number.isascii() and number.isdigit() and len(number) < 10:
            if number == "0":
                return words.say("refused.asked.none" if did == "asked" else "refused.picked.none")
            return counted(f"refused.{did}", int(number), words)
    return words.say("refused.picked.none") if typed.get("picked") == "0" else ""


def _replay(desk: Desk, _sender: Viewer, fields: Mapping[str, str], ids: Sequence[int]) -> Response:
    query = RefusedQuery.of(fields)
    number = desk.records.dead_letters.want(_meant(desk, query, fields, ids), desk.now())
    return RedirectResponse(query.href(asked=number), 303)


def _delete(desk: Desk, sender: Viewer, fields: Mapping[str, str], ids: Sequence[int]) -> Response:
    query = RefusedQuery.of(fields)
    which = _meant(desk, query, fields, ids)
    if fields.get("sure") == "yes":
        number = desk.records.dead_letters.delete(which)
        return RedirectResponse(query.href(deleted=number), 303)
    found = desk.records.dead_letters.summed(which)
    if not found.number:
        return RedirectResponse(query.href(picked=0), 303)
    words = desk.words(sender)
    question = delete_page(
        query,
        ids,
        number=found.number,
        size=size_text(found.weight_bytes, words),
        csrf_token=sender.csrf_token,
        words=words,
    )
    return desk.page(sender, PATH, words.say("refused.delete.title"), question)


def _meant(
    desk: Desk, query: RefusedQuery, fields: Mapping[str, str], ids: Sequence[int]
) -> LetterFilter | Sequence[int]:
    """Return which letters a form is about: all that were found, or only those ticked."""
    return query.filter(desk.now()) if fields.get("scope") == "found" else ids


def _download(desk: Desk, which: LetterFilter | Sequence[int]) -> Response:
    name = f"zaindu_refused_{desk.now():%Y-%m-%d}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    lines: Iterator[bytes] = letter_lines(desk.records, which)
    return StreamingResponse(lines, media_type=LINES, headers=headers)


def _ids(values: Sequence[str]) -> list[int]:
    numbers = [value for value in values if value.isascii() and value.isdigit() and len(value) < 19]
    return [int(number) for number in numbers[:_MOST_PICKED]]
