"""Reports over several buildings: JSON, CSV and XLSX from the same rows."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, StreamingResponse

from dashboard.api.context import ApiContext, Caller, Context, building_of
from dashboard.api.parameters import From, StepParameter, To, bounded, period_of
from dashboard.api.problems import Problem, responses
from dashboard.api.schemas import ReportRowBody
from dashboard.auth.language import language_of
from dashboard.auth.policy import buildings_for
from dashboard.exports.columns import COLUMNS
from dashboard.exports.csv_file import Flavour, csv_chunks
from dashboard.exports.read_me import read_me_lines
from dashboard.exports.workbook import write_workbook
from dashboard.queries.consumption import ReportRow, report_rows, unit_of
from dashboard.queries.steps import ReportStep
from dashboard.text.words import Words, words_for
from domain.accounts import User
from domain.meters import Commodity, Meter
from domain.periods import Period
from domain.sites import Building

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_JSON_ROWS = 50_000
"""A JSON document is built whole in memory; CSV is not."""

MAX_XLSX_ROWS = 2_000_000

Buildings = Annotated[
    list[str] | None,
    Query(alias="building", description="Building ids, repeated; none: all you may see"),
]
Commodities = Annotated[
    list[Commodity] | None, Query(alias="commodity", description="Repeated; none: all")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """A report asked for, checked."""

    buildings: tuple[Building, ...]
    period: Period
    step: ReportStep
    commodities: frozenset[Commodity]

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its days are told."""
        return self.buildings[0].zone

    @property
    def file_stem(self) -> str:
        """Name of the file, without its ending."""
        first = self.period.start.astimezone(self.zone).date()
        last = self.period.end.astimezone(self.zone).date()
        return f"zaindu_{first}_{last}_{self.step}"

    def rows(self, context: ApiContext) -> Iterator[ReportRow]:
        """Yield its rows."""
        return report_rows(
            context.readings,
            context.records.portfolio.portfolio(),
            self.buildings,
            self.period,
            self.step,
            now=context.now(),
            commodities=self.commodities,
        )

    def meters(self, context: ApiContext) -> tuple[Meter, ...]:
        """Return the meters it tells of."""
        portfolio = context.records.portfolio.portfolio()
        return tuple(
            meter
            for building in self.buildings
            for meter in portfolio.meters_of(building.id)
            if not self.commodities or meter.commodity in self.commodities
        )

    def size(self, context: ApiContext) -> int:
        """Return about how many rows it has."""
        hours = {ReportStep.HOUR: 1.0, ReportStep.DAY: 24.0, ReportStep.MONTH: 730.0}
        return int(len(self.meters(context)) * (self.period.hours / hours[self.step] + 1))


def _file(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}}


def reports_router() -> APIRouter:
    """Return the routes of consumption reports."""
    router = APIRouter(
        prefix="/reports", tags=["reports"], responses=responses(401, 403, 404, 422, 503)
    )

    @router.get("/consumption.json")
    def as_json(
        caller: Caller,
        context: Context,
        start: From,
        end: To,
        step: StepParameter = ReportStep.DAY,
        building: Buildings = None,
        commodity: Commodities = None,
    ) -> list[ReportRowBody]:
        """Return the rows of a report, meter by meter, in every step that starts in [from, to[."""
        report = _report(context, caller, building, commodity, (start, end), step)
        if report.size(context) > MAX_JSON_ROWS:
            raise Problem(422, "too_many_rows", parameter="step", rows=MAX_JSON_ROWS)
        return [_row_body(row) for row in report.rows(context)]

    @router.get("/consumption.csv", response_class=StreamingResponse, responses=_file("text/csv"))
    def as_csv(
        request: Request,
        caller: Caller,
        context: Context,
        start: From,
        end: To,
        step: StepParameter = ReportStep.DAY,
        building: Buildings = None,
        commodity: Commodities = None,
        flavour: Annotated[
            Flavour, Query(description="`excel`: BOM, semicolons, decimal commas")
        ] = Flavour.PLAIN,
    ) -> StreamingResponse:
        """Return a report as CSV, streamed."""
        report = _report(context, caller, building, commodity, (start, end), step)
        words = _words(request, context)
        chunks = csv_chunks(report.rows(context), COLUMNS, flavour, words)
        return StreamingResponse(
            chunks,
            media_type="text/csv; charset=utf-8",
            headers=_attachment(f"{report.file_stem}.csv"),
        )

    @router.get("/consumption.xlsx", response_class=FileResponse, responses=_file(XLSX))
    def as_xlsx(
        request: Request,
        caller: Caller,
        context: Context,
        start: From,
        end: To,
        step: StepParameter = ReportStep.DAY,
        building: Buildings = None,
        commodity: Commodities = None,
    ) -> FileResponse:
        """Return a report as a spreadsheet, with a sheet that says what the figures mean."""
        report = _report(context, caller, building, commodity, (start, end), step)
        if report.size(context) > MAX_XLSX_ROWS:
            raise Problem(422, "too_many_rows", parameter="step", rows=MAX_XLSX_ROWS)
        return _workbook(report, context, _words(request, context))

    return router


def _report(
    context: ApiContext,
    caller: User,
    building_ids: list[str] | None,
    commodities: list[Commodity] | None,
    bounds: tuple[From, To],
    step: ReportStep,
) -> _Report:
    if building_ids:
        chosen = tuple(building_of(context, caller, b) for b in dict.fromkeys(building_ids))
    else:
        chosen = buildings_for(caller, context.records.portfolio.portfolio())
    if not chosen:
        raise Problem(404, "no_building_yet")
    return _Report(
        buildings=chosen,
        period=bounded(period_of(*bounds, chosen[0].zone), step),
        step=step,
        commodities=frozenset(commodities or ()),
    )


def _workbook(report: _Report, context: ApiContext, words: Words) -> FileResponse:
    folder = tempfile.TemporaryDirectory(prefix="zaindu-report-")
    path = Path(folder.name) / f"{report.file_stem}.xlsx"
    made_at = context.now().astimezone(report.zone)
    lines = read_me_lines(
        words,
        site_name=context.settings.site.name,
        buildings=report.buildings,
        meters=report.meters(context),
        period=report.period,
        step=report.step,
        made_at=made_at,
    )
    write_workbook(path, report.rows(context), lines, words)
    return FileResponse(
        path, media_type=XLSX, filename=path.name, background=BackgroundTask(folder.cleanup)
    )


def _row_body(row: ReportRow) -> ReportRowBody:
    interval = row.interval
    return ReportRowBody(
        building_id=row.building.id,
        building=row.building.name,
        meter_id=row.meter.id,
        meter=row.meter.name,
        commodity=row.meter.commodity,
        is_main=row.meter.is_main,
        unit=unit_of(row.meter.commodity),
        start=interval.start,
        end=interval.end,
        value=interval.value,
        coverage=interval.coverage,
        estimated_share=interval.estimated_share,
        unplaced=interval.unplaced,
    )


def _words(request: Request, context: ApiContext) -> Words:
    return words_for(language_of(request, context.settings.site))


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
