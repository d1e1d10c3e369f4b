"""What the page of one building says."""

from dataclasses import dataclass

from dashboard.queries.building import BuildingRead
from dashboard.queries.health import MeterHealth, MeterState
from dashboard.text.words import NBSP, Words
from dashboard.viewmodels.amounts import energy_text
from dashboard.viewmodels.choices import Choice, look_choices
from dashboard.viewmodels.load_curve import HeatMap, LoadCurve, heat_map, load_curve
from dashboard.viewmodels.meter_health import age_line, state_age
from dashboard.viewmodels.rails import Rail, rails_of
from dashboard.viewmodels.target_bullet import BulletView, bullet_view
from domain.meters import Commodity
from domain.snapshots import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRow:
    """One meter of the list."""

    name: str
    detail: str
    health: MeterHealth
    age: str
    depth: int
    """0: a main meter; 1: a sub-meter of the one above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingView:
    """The whole page."""

    name: str
    back: str
    detail: str
    is_compared: bool
    """False: there is no verdict to show, not even an unknown one."""

    verdict: Verdict
    sentence: str
    commodities: tuple[Choice, ...]
    looks: tuple[Choice, ...]
    tabs: tuple[Choice, ...]
    curve_title: str
    curve: LoadCurve
    heat_title: str
    heat: HeatMap
    rails_title: str
    rails: tuple[Rail, ...]
    target_title: str
    target: BulletView
    target_text: str
    target_link: tuple[str, str]
    meters_title: str
    meters: tuple[MeterRow, ...]


def building_view(read: BuildingRead, words: Words) -> BuildingView:
    """Word the page."""
    query = read.query
    building = query.building
    path = f"/manage/buildings/{building.id}"
    return BuildingView(
        name=building.name,
        back=words.say("manage.portfolio"),
        detail=_detail(read, words),
        is_compared=query.is_compared,
        verdict=read.used.verdict,
        sentence=_sentence(read, words),
        commodities=tuple(
            Choice(
                label=words.say(f"manage.commodity.{commodity}"),
                href=f"{path}?commodity={commodity}&look={query.look}",
                current=commodity is query.commodity,
            )
            for commodity in query.commodities
        ),
        looks=look_choices(query.look, path, words, f"&commodity={query.commodity or ''}"),
        tabs=(
            Choice(label=words.say("manage.tab.overview"), href=path, current=True),
            Choice(label=words.say("manage.tab.targets"), href=f"{path}/targets", current=False),
        ),
        curve_title=words.say("manage.curve" if query.is_compared else "manage.curve.sun"),
        curve=load_curve(read, words),
        heat_title=words.say("manage.heat"),
        heat=heat_map(read, words),
        rails_title=words.say("manage.rails"),
        rails=rails_of(read, words),
        target_title=words.say("manage.heading.target"),
        target=bullet_view(read.target, read.standing, words),
        target_text=_target_text(read, words),
        target_link=(words.say("manage.target.open"), f"{path}/targets"),
        meters_title=words.say("manage.meters"),
        meters=tuple(_meter(state, read, words) for state in _nested(read.meters)),
    )


def _detail(read: BuildingRead, words: Words) -> str:
    building = read.query.building
    told = words.say(
        "manage.building.subtitle",
        use=words.say(f"manage.use.{building.use}"),
        area=words.number(building.floor_area_m2),
        meters=words.number(len(read.meters)),
        coverage=words.percent(read.used.coverage, 0, signed=False),
    )
    age = age_line(read.newest_at, read.query.now, building.zone, words)
    return f"{told}, {age}" if age else told


def _sentence(read: BuildingRead, words: Words) -> str:
    used = read.used
    if used.used is None:
        return words.say("manage.building.nothing")
    if read.query.commodity is Commodity.WATER:
        total, unit = words.significant(used.used), "m³"
    else:
        total, unit = energy_text(used.used, words)
    deviation = used.deviation
    if not read.query.is_compared:
        return f"*{total}{NBSP}{unit}*"
    if deviation is None or used.dead_band is None:
        return words.say("manage.building.uncompared", total=total, unit=unit)
    return words.say(
        "manage.building.sentence",
        verdict=words.say(f"manage.verdict.{used.verdict}"),
        total=total,
        unit=unit,
        deviation=words.percent(deviation, 1),
        band=words.percent(used.dead_band, 1, signed=False),
    )


def _target_text(read: BuildingRead, words: Words) -> str:
    if read.target is None:
        return words.say("manage.target.none")
    return words.say(
        "manage.target.line",
        commodity=words.say(f"manage.commodity.{read.target.commodity}").lower(),
        reduction=words.percent(-read.target.reduction, 1),
        last=words.day(read.target.last_day, "d MMMM y"),
    )


def _nested(states: tuple[MeterState, ...]) -> list[MeterState]:
    """Put each sub-meter under its main one."""
    ordered: list[MeterState] = []
    for main in (s for s in states if s.meter.is_main):
        ordered.append(main)
        ordered += [s for s in states if s.meter.parent_id == main.meter.id]
    return ordered + [s for s in states if s not in ordered]


def _meter(state: MeterState, read: BuildingRead, words: Words) -> MeterRow:
    meter = state.meter
    end_use = "" if meter.end_use == "all" else words.say(f"manage.end_use.{meter.end_use}")
    kind = words.say(f"manage.commodity.{meter.commodity}")
    return MeterRow(
        name=meter.name,
        detail=f"{kind}, {end_use.lower()}" if end_use else kind,
        health=state.health,
        age=state_age(state, read.query.now, words),
        depth=0 if meter.is_main else 1,
    )
