"""Bringing a file, choosing what becomes of it, and following it; ingest does the work."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from dashboard.auth.forms import read_form, values_of
from dashboard.auth.uploads import TooLargeUpload, read_upload
from dashboard.auth.viewer import Viewer, viewer
from dashboard.pages.manage_desk import Desk
from dashboard.pages.manage_file import FileView, file_page
from dashboard.pages.manage_files import files_page
from dashboard.viewmodels.file_choices import (
    changes_reading,
    choices_of,
    mistakes_in,
    typed_wish,
    with_unasked,
)
from dashboard.viewmodels.file_found import found_view
from dashboard.viewmodels.files import (
    PATH,
    file_rows,
    href_of,
    may_see_file,
    name_of,
    standing_of,
)
from dashboard.viewmodels.sizes import size_text
from domain.errors import NotFound
from domain.imports import CHUNK_BYTES, FileImport, Found, ImportState, ImportWish, TableWish
from domain.meters import Meter
from domain.previews import printable

_LISTED = 60
_MOST_WAITING = 4
"""How many of the largest files may wait in the records at once."""

_LONGEST_NAME = 200


def files_router(desk: Desk) -> APIRouter:
    """Return the routes of the pages of files."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    def show() -> Response:
        return _list(desk, viewer())

    @router.post(PATH)
    async def bring(request: Request) -> Response:
        return await _bring(desk, request)

    @router.get(PATH + "/{file_id}")
    def one(file_id: str, moved: str = "") -> Response:
        return _one(desk, viewer(), _known(desk, viewer(), file_id), moved=bool(moved))

    @router.post(PATH + "/{file_id}/confirm")
    async def confirm(file_id: str, request: Request) -> Response:
        sender, fields = await read_form(request)
        points = await values_of(request, "points")
        wish = typed_wish(fields, points, await values_of(request, "registers"))
        return await asyncio.to_thread(_confirm, desk, sender, file_id, wish, fields)

    @router.post(PATH + "/{file_id}/withdraw")
    async def withdraw(file_id: str, request: Request) -> Response:
        sender, _fields = await read_form(request)
        return await asyncio.to_thread(_withdraw, desk, sender, file_id)

    return router


async def _bring(desk: Desk, request: Request) -> Response:
    largest = desk.settings.ingest.upload_max_mb * 1_000_000
    try:
        async with read_upload(request, largest) as upload:
            wrong = await asyncio.to_thread(_refusal, desk, upload.file, largest)
            if wrong or upload.file is None:
                return await asyncio.to_thread(_list, desk, upload.sender, wrong=wrong)
            file = await _keep(desk, upload.sender, upload.file)
    except TooLargeUpload:
        return await asyncio.to_thread(_list, desk, viewer(), wrong="files.wrong.large")
    return RedirectResponse(href_of(file), 303)


def _refusal(desk: Desk, file: UploadFile | None, largest: int) -> str:
    """Return the key of why a file is not taken; empty: it is."""
    if file is None:
        return "files.wrong.none"
    if not file.size:
        return "files.wrong.empty"
    is_full = desk.records.imports.kept_bytes() + file.size > _MOST_WAITING * largest
    return "files.wrong.full" if is_full else ""


async def _keep(desk: Desk, sender: Viewer, file: UploadFile) -> FileImport:
    """Keep a file in pieces, one in memory at a time, and hand it to ingest."""
    now = desk.now()
    kept = FileImport(
        id=secrets.token_hex(8),
        file_name=(file.filename or "")[-_LONGEST_NAME:],
        size=file.size or 0,
        author=sender.user.name,
        made_at=now,
        changed_at=now,
    )
    imports = desk.records.imports
    await asyncio.to_thread(imports.add, kept)
    position = 0
    while piece := await file.read(CHUNK_BYTES):
        await asyncio.to_thread(imports.add_chunk, kept.id, position, piece)
        position += 1
    whole = replace(kept, state=ImportState.UPLOADED, changed_at=desk.now())
    await asyncio.to_thread(imports.advance, whole, ImportState.ARRIVING)
    return whole


def _confirm(
    desk: Desk, sender: Viewer, file_id: str, wish: ImportWish, fields: Mapping[str, str]
) -> Response:
    file = _known(desk, sender, file_id)
    if file.state is not ImportState.EXAMINED:
        return RedirectResponse(f"{href_of(file)}?moved=1", 303)
    if fields.get("act") == "columns":
        anew = replace(file.wish, table=TableWish())
        return _moved(desk, replace(file, state=ImportState.UPLOADED, wish=anew), file.state)
    portfolio = desk.records.portfolio.portfolio()
    wish = with_unasked(wish, file)
    wrong = mistakes_in(wish, file, sender.user, portfolio)
    must_see = fields.get("act") != "import" or changes_reading(file.wish, wish)
    if not must_see and file.found and file.found.bad_lines and not wish.keep_good:
        wrong["keep_good"] = "files.keep_good.needed"
    if wrong:
        return _one(desk, sender, file, wish=wish, wrong=wrong)
    state = ImportState.UPLOADED if must_see else ImportState.CONFIRMED
    return _moved(desk, replace(file, state=state, wish=wish), ImportState.EXAMINED)


def _withdraw(desk: Desk, sender: Viewer, file_id: str) -> Response:
    file = _known(desk, sender, file_id)
    if file.state.is_over:
        return RedirectResponse(f"{href_of(file)}?moved=1", 303)
    return _moved(desk, replace(file, state=ImportState.WITHDRAWN), file.state)


def _moved(desk: Desk, file: FileImport, was: ImportState) -> Response:
    advanced = desk.records.imports.advance(replace(file, changed_at=desk.now()), was)
    return RedirectResponse(href_of(file) + ("" if advanced else "?moved=1"), 303)


def _known(desk: Desk, reader: Viewer, file_id: str) -> FileImport:
    file = desk.records.imports.get(file_id)
    if not may_see_file(reader.user, file):
        raise NotFound(f"no file {file_id!r}")
    return file


def _list(desk: Desk, reader: Viewer, *, wrong: str = "") -> Response:
    words = desk.words(reader)
    largest = size_text(desk.settings.ingest.upload_max_mb * 1_000_000, words)
    newest = desk.records.imports.newest(_LISTED)
    seen: Sequence[FileImport] = [file for file in newest if may_see_file(reader.user, file)]
    content = files_page(
        file_rows(seen, desk.now(), words),
        largest=largest,
        csrf_token=reader.csrf_token,
        error=words.say(wrong, size=largest) if wrong else "",
        words=words,
    )
    return desk.page(reader, PATH, words.say("files.title"), content, 422 if wrong else 200)


def _one(
    desk: Desk,
    reader: Viewer,
    file: FileImport,
    *,
    wish: ImportWish | None = None,
    wrong: Mapping[str, str] | None = None,
    moved: bool = False,
) -> Response:
    words, now = desk.words(reader), desk.now()
    portfolio = desk.records.portfolio.portfolio()
    standing = standing_of(file, now, words)
    errors = {name: words.say(key) for name, key in (wrong or {}).items()}
    found = _told(file)
    is_readable = found is not None and bool(found.format or found.headers)
    is_examined = file.state is ImportState.EXAMINED
    meters = {
        meter.id: (f"{building.name}, {meter.name}", _shown_on(meter))
        for building in desk.buildings(reader)
        for meter in portfolio.meters_of(building.id)
    }
    zone = ZoneInfo(desk.settings.ingest.naive_time_zone)
    about = {
        "size": size_text(file.size, words),
        "author": printable(file.author),
        "ago": words.ago((now - file.made_at).total_seconds()),
    }
    view = FileView(
        name=name_of(file),
        about=words.say("files.brought", **about),
        href=href_of(file),
        standing=standing,
        found=found_view(found, meters, zone, words) if found is not None else None,
        choices=choices_of(file, reader.user, portfolio, words, wish=wish, errors=errors)
        if is_examined and is_readable
        else None,
        can_stop=not file.state.is_over,
        notice=words.say("files.moved") if moved else "",
        csrf_token=reader.csrf_token,
    )
    page = desk.page(reader, PATH, view.name, file_page(view, words), 422 if wrong else 200)
    if standing is not None and standing.look_again_s:
        page.headers["Refresh"] = str(standing.look_again_s)
    return page


def _shown_on(meter: Meter) -> str:
    """Return the address where a meter's readings are seen."""
    return f"/manage/buildings/{meter.building_id}?commodity={meter.commodity}"


def _told(file: FileImport) -> Found | None:
    """Return what may be told of what was found; a file read anew is about to say it."""
    return None if file.state is ImportState.UPLOADED else file.found
