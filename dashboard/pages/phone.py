"""`/phone/<building>`: the page behind the code, and its anonymous answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool

from dashboard.auth.origin import client_address, is_same_origin
from dashboard.pages.mistakes import mistake
from dashboard.pages.phone_page import phone_page
from dashboard.pages.rate import Rate
from dashboard.pages.wall_source import Walls
from dashboard.text.words import Words, best_language, words_for
from dashboard.viewmodels.phone import REASONS, phone_view
from domain.errors import NotFound
from domain.nudges import Answer
from domain.sites import Building
from settings.model import Settings
from storage.ports import Records

_UNDO_FOR_S = 86_400
_LONGEST_FORM = 2000


@dataclass(frozen=True, slots=True)
class _Desk:
    settings: Settings
    records: Records
    walls: Walls
    rate: Rate
    signer: URLSafeTimedSerializer

    def words(self, request: Request) -> Words:
        site = self.settings.site
        return words_for(
            best_language(
                request.query_params.get("lang"),
                request.headers.get("accept-language", ""),
                site.languages,
                site.default_language,
            )
        )

    def answered(self, request: Request) -> tuple[Answer, str] | None:
        token = request.query_params.get("answered", "")
        known = self.opened(token)
        return (Answer(known[1]), token) if known else None

    def opened(self, token: str) -> tuple[int, str] | None:
        """Return the answer that a token names; None when it is forged or old."""
        try:
            number, answer = self.signer.loads(token, max_age=_UNDO_FOR_S)
        except (BadSignature, ValueError, TypeError):
            return None
        return int(number), str(answer)


def install(
    server: FastAPI, *, settings: Settings, records: Records, walls: Walls, secret_key: str
) -> None:
    """Add the phone page and its plain form; nothing is stored about whoever answers."""
    signer = URLSafeTimedSerializer(secret_key, salt="zaindu-phone-answer")
    desk = _Desk(settings, records, walls, Rate(per_minute=10), signer)

    @server.get("/phone/{building_id}", include_in_schema=False)
    def phone(request: Request, building_id: str) -> Response:
        building = walls.building(building_id)
        if building is None:
            return mistake(request, settings, 404)
        words = desk.words(request)
        return HTMLResponse(
            phone_page(
                phone_view(walls.glance(building, words.language)),
                words,
                path=_address(building, words),
                answered=desk.answered(request),
                undone="undone" in request.query_params,
            )
        )

    @server.post("/phone/{building_id}", include_in_schema=False)
    async def answer(request: Request, building_id: str) -> Response:
        building = walls.building(building_id)
        refused = _refused(desk, request)
        if building is None or refused:
            return mistake(request, settings, refused or 404)
        body = await request.body()
        if len(body) > _LONGEST_FORM:
            return mistake(request, settings, 422)
        form = {k: v[0] for k, v in parse_qs(body.decode("utf-8", "replace")).items()}
        extra = await run_in_threadpool(_keep, desk, building, form)
        if extra is None:
            return mistake(request, settings, 422)
        return RedirectResponse(_address(building, desk.words(request), extra), status_code=303)


def _address(building: Building, words: Words, extra: Mapping[str, str] | None = None) -> str:
    return f"/phone/{building.id}?{urlencode({'lang': words.language, **(extra or {})})}"


def _refused(desk: _Desk, request: Request) -> int | None:
    if not is_same_origin(request, desk.settings.dashboard.public_url):
        return 403
    address = client_address(request, desk.settings.dashboard.trusted_proxy)
    return None if desk.rate.admits(address) else 429


def _keep(desk: _Desk, building: Building, form: Mapping[str, str]) -> dict[str, str] | None:
    """Keep or take back an answer; return what the next page is told, None when mistyped."""
    if "undo" in form:
        known = desk.opened(form["undo"])
        if known is None:
            return None
        desk.records.nudges.withdraw_answer(known[0])
        return {"undone": "1"}
    answer, reason = form.get("answer"), form.get("reason", "")
    nudge = desk.walls.snapshot(building).nudge
    fits = answer in tuple(Answer) and (answer != Answer.NOT_POSSIBLE or reason in REASONS)
    if not fits or nudge is None or form.get("nudge") != nudge.id:
        return None
    kept = reason if answer == Answer.NOT_POSSIBLE else ""
    try:
        number = desk.records.nudges.answer(nudge.id, Answer(str(answer)), kept, desk.walls.now())
    except NotFound:
        return None
    return {"answered": desk.signer.dumps([number, answer])}
