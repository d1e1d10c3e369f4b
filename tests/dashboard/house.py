"""A small town with synthetic roll-ups, and the web server on it, on a free port."""

import atexit
import math
import re
import shutil
import socket
import tempfile
import threading
import time as clock
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import requests
import uvicorn
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from dashboard.api.install import install as install_api
from dashboard.headers import ProtectiveHeaders
from dashboard.pages import mistakes
from dashboard.pages.manage_install import install as install_private
from domain.accounts import Role, User
from domain.calendars import OpeningCalendar, OpenSpan
from domain.indicators import Grain, IndicatorName, IndicatorValue
from domain.meters import Commodity, EndUse, Meter, Source
from domain.periods import Period
from domain.readings import Reading
from domain.sites import Building, BuildingUse, Portfolio, Zone
from domain.targets import Standing, StandingWord, Target
from settings.model import DashboardSettings, IngestSettings, Settings, SiteSettings
from storage.embedded import EmbeddedStore
from storage.ports import ROLLUP_COLUMNS, ReadingStore, Records, Step
from storage.records import open_records

ASSETS = Path(__file__).parents[2] / "dashboard" / "assets"
PARIS = ZoneInfo("Europe/Paris")
PASSWORD = "a long enough password"
SECRET = "a secret key of the tests, long enough"

_WEEK = tuple(OpenSpan(weekday=day, start=time(8), end=time(18)) for day in range(5))
SCHOOL = Building(
    id="jules-ferry",
    name="École Jules-Ferry",
    short_name="Jules-Ferry",
    use=BuildingUse.SCHOOL,
    floor_area_m2=2140.0,
    city="Bayonne",
    people=210,
    opening=OpeningCalendar(spans=_WEEK, school_zone="A"),
)
TOWN_HALL = Building(
    id="hotel-de-ville",
    name="Hôtel de ville",
    use=BuildingUse.TOWN_HALL,
    floor_area_m2=4850.0,
    city="Bayonne",
    opening=OpeningCalendar(spans=_WEEK),
)
OFFICE = Building(
    id="sainte-claire",
    name="Bureaux Sainte-Claire",
    use=BuildingUse.OFFICE,
    floor_area_m2=1340.0,
    city="Bayonne",
    opening=OpeningCalendar(spans=_WEEK),
)


def _meter(id_: str, building: Building, name: str, commodity: Commodity, **more: object) -> Meter:
    source = Source(family="tasmota", device=id_)
    return Meter(
        id=id_, building_id=building.id, name=name, commodity=commodity, source=source, **more
    )


METERS = (
    _meter("jf-elec", SCHOOL, "Compteur général", Commodity.ELECTRICITY),
    _meter(
        "jf-lighting",
        SCHOOL,
        "Éclairage",
        Commodity.ELECTRICITY,
        parent_id="jf-elec",
        end_use=EndUse.LIGHTING,
    ),
    _meter("jf-gas", SCHOOL, "=Gaz", Commodity.NATURAL_GAS, end_use=EndUse.HEATING),
    _meter("jf-water", SCHOOL, "Eau", Commodity.WATER),
    _meter("hdv-elec", TOWN_HALL, "Compteur général", Commodity.ELECTRICITY),
    _meter("hdv-outdoor", TOWN_HALL, "Sonde nord", Commodity.OUTDOOR_TEMPERATURE),
    _meter("sc-elec", OFFICE, "Compteur général", Commodity.ELECTRICITY),
)
PORTFOLIO = Portfolio(
    buildings=(SCHOOL, TOWN_HALL, OFFICE),
    zones=(Zone(id="jf-maternelle", building_id=SCHOOL.id, name="Maternelle", people=90),),
    meters=METERS,
)
USERS = (
    User(name="admin", role=Role.ADMIN),
    User(name="manager", role=Role.MANAGER),
    User(name="school-manager", role=Role.MANAGER, building_ids=(SCHOOL.id,)),
    User(name="utility", role=Role.UTILITY),
    User(name="occupant", role=Role.OCCUPANT),
)
DEVIATIONS = {SCHOOL.id: -0.063, TOWN_HALL.id: 0.051, OFFICE.id: 0.004}


def settings_in(folder: Path, **dashboard: object) -> Settings:
    """Return the settings of the town."""
    return Settings(
        site=SiteSettings(name="Ville de Bayonne", data_dir=folder),
        dashboard=DashboardSettings(**dashboard),
    )


def hourly_frame(period: Period, level: float, zone: ZoneInfo) -> pd.DataFrame:
    """Return a plausible roll-up by hour: high when open, low at night [unit/h]."""
    hours = int(period.hours)
    index = pd.date_range(period.start, periods=hours, freq="h", tz=UTC, name="time")
    local = index.tz_convert(zone)
    is_open = (local.day_of_week < 5) & (local.hour >= 8) & (local.hour < 18)
    wave = np.clip(np.sin((local.hour.to_numpy() - 8) / 10 * math.pi), 0, 1)
    value = level * np.where(is_open, 0.8 + wave, 0.2 + 0.02 * (local.hour.to_numpy() % 5))
    zeros = np.zeros(hours)
    columns = (value, zeros + 1.0, value * 1.2, zeros, zeros, zeros + math.nan)
    return pd.DataFrame(dict(zip(ROLLUP_COLUMNS, columns, strict=True)), index=index)


def daily_of(hours: pd.DataFrame, zone: ZoneInfo, *, is_mean: bool) -> pd.DataFrame:
    """Return the roll-up by local day of complete hours."""
    days = hours.index.tz_convert(zone).normalize()
    grouped = hours.groupby(days)
    frame = grouped.sum(min_count=1)
    frame["peak"] = grouped["peak"].max()
    frame["coverage"] = grouped["coverage"].mean()
    if is_mean:
        frame["value"] = grouped["value"].mean()
    frame["unplaced_from"] = math.nan
    frame.index = frame.index.tz_convert(UTC)
    frame.index.name = "time"
    return frame[list(ROLLUP_COLUMNS)]


def furnish(readings: ReadingStore, records: Records, now: datetime, days: int = 40) -> None:
    """Fill the stores of the town with roll-ups, indicators, a target and accounts."""
    records.portfolio.apply_config(PORTFOLIO)
    today = now.astimezone(PARIS).date()
    first = today - timedelta(days=days)
    whole = Period.of_days(first, today, PARIS)
    for meter, level in zip(METERS, (24.0, 6.0, 40.0, 0.5, 55.0, 11.0, 18.0), strict=True):
        hours = hourly_frame(whole, level, PARIS)
        readings.write_rollup(meter.id, Step.HOUR, whole, hours)
        is_mean = meter.commodity is Commodity.OUTDOOR_TEMPERATURE
        readings.write_rollup(meter.id, Step.DAY, whole, daily_of(hours, PARIS, is_mean=is_mean))
    readings.write(
        [
            Reading(
                meter_id=meter.id,
                register="energy.total",
                taken_at=now - timedelta(minutes=3),
                value=100.0,
            )
            for meter in METERS[:-1]
        ]
    )
    readings.write_indicators(list(_indicators(readings, first, today)))
    _keep_target(records, now, today)
    for user in USERS:
        records.users.add(user, PASSWORD)


def _indicators(readings: ReadingStore, first: date, today: date) -> Iterator[IndicatorValue]:
    for meter in METERS:
        if not meter.is_main or not meter.commodity.is_energy:
            continue
        period = Period.of_days(first, today, PARIS)
        frame = readings.read_rollup(meter.id, Step.DAY, period)
        deviation = DEVIATIONS[meter.building_id]
        for start, energy in zip(frame.index, frame["value"], strict=True):
            day = start.tz_convert(PARIS).date()
            expected = float(energy) / (1 + deviation)
            for name, value, unit in (
                (IndicatorName.ENERGY, float(energy), "kWh"),
                (IndicatorName.EXPECTED_ENERGY, expected, "kWh"),
                (IndicatorName.DEVIATION, deviation, "1"),
                (IndicatorName.BASE_LOAD, 3.4, "kW"),
                (IndicatorName.OUT_OF_HOURS_SHARE, 0.42, "1"),
                (IndicatorName.PEAK, 61.0, "kW"),
                (IndicatorName.CARBON, float(energy) * 0.052, "kg"),
                (IndicatorName.COST, float(energy) * 0.19, "EUR"),
            ):
                yield IndicatorValue(
                    building_id=meter.building_id,
                    name=name,
                    commodity=meter.commodity,
                    grain=Grain.DAY,
                    first_day=day,
                    value=value,
                    unit=unit,
                    coverage=1.0,
                )


def _keep_target(records: Records, now: datetime, today: date) -> None:
    target = Target(
        id="t-school",
        building_id=SCHOOL.id,
        commodity=Commodity.ELECTRICITY,
        reduction=0.05,
        first_day=today - timedelta(days=30),
        last_day=today + timedelta(days=335),
        author="manager",
        changed_at=now,
        note="Éteindre le soir",
    )
    records.targets.add(target)
    records.targets.keep_standing(
        Standing(
            target_id=target.id,
            made_at=now,
            word=StandingWord.KEPT,
            used_kwh=9_370.0,
            allowed_kwh=9_500.0,
            deviation=-0.063,
            dead_band=0.03,
            coverage=0.99,
            elapsed=0.08,
        )
    )


@dataclass(frozen=True, kw_only=True)
class House:
    """A running dashboard and its stores."""

    url: str
    settings: Settings
    readings: ReadingStore
    records: Records

    def visitor(self) -> "Visitor":
        """Return somebody with an empty browser."""
        return Visitor(self.url)

    def signed_in(self, name: str) -> "Visitor":
        """Return somebody who has just signed in."""
        visitor = self.visitor()
        assert visitor.sign_in(name).status_code == 303
        return visitor

    def token(self, name: str) -> str:
        """Return a new API token."""
        return self.records.users.issue_token(name, "tests", None)


class Visitor:
    """A browser without scripts: cookies, and forms with what the page put into them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.session = requests.Session()

    def get(self, path: str, **more: object) -> requests.Response:
        return self.session.get(urljoin(self._url, path), allow_redirects=False, **more)

    def post(
        self, path: str, data: dict[str, object] | None = None, **more: object
    ) -> requests.Response:
        address = urljoin(self._url, path)
        return self.session.post(address, data, allow_redirects=False, **more)

    def csrf_on(self, path: str) -> str:
        """Return the token that a page put into its form."""
        inputs = re.findall(r"<input[^>]*csrf_token[^>]*>", self.get(path).text)
        assert inputs, f"no form on {path}"
        value = re.search(r'value="([^"]*)"', inputs[0])
        assert value is not None
        return value.group(1)

    def sign_in(self, name: str, password: str = PASSWORD, next: str = "") -> requests.Response:
        form = {"name": name, "password": password, "next": next}
        return self.post("/signin", form | {"csrf_token": self.csrf_on("/signin")})


@contextmanager
def serving(server: FastAPI) -> Iterator[str]:
    """Run an ASGI application on a free port of the loopback; yield its address."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        port = listener.getsockname()[1]
        config = uvicorn.Config(server, log_level="error", ws="none")
        program = uvicorn.Server(config)
        thread = threading.Thread(target=program.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = clock.monotonic() + 15
        while not program.started:
            assert clock.monotonic() < deadline, "the server did not start"
            clock.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
        program.should_exit = True
        thread.join(10)


def private_server(settings: Settings, readings: ReadingStore, records: Records) -> FastAPI:
    """Return a server with the private pages and the API, without the public screens."""
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    mistakes.install(server, settings)
    server.mount("/assets", StaticFiles(directory=ASSETS))
    install_api(server, settings=settings, readings=readings, records=records)
    private = install_private(
        server, settings=settings, readings=readings, records=records, secret_key=SECRET
    )
    hashes = [each.strip("'") for each in private.csp_hashes()]
    server.add_middleware(ProtectiveHeaders, script_hashes=hashes)
    return server


@cache
def _furnished() -> Path:
    """Return the stores of a house, furnished once: hashing passwords takes its time."""
    folder = Path(tempfile.mkdtemp(prefix="zaindu-house-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    readings = EmbeddedStore(folder / "readings.sqlite")
    readings.prepare()
    records = open_records(f"sqlite:///{folder / 'records.sqlite'}")
    with closing(readings), closing(records):
        furnish(readings, records, datetime.now(UTC))
    return folder


@contextmanager
def open_house(
    folder: Path, *, ingest: IngestSettings | None = None, **dashboard: object
) -> Iterator[House]:
    """Yield a furnished, running house."""
    shutil.copytree(_furnished(), folder, dirs_exist_ok=True)
    readings = EmbeddedStore(folder / "readings.sqlite")
    readings.prepare()
    records = open_records(f"sqlite:///{folder / 'records.sqlite'}")
    settings = settings_in(folder, **dashboard)
    if ingest is not None:
        settings = settings.model_copy(update={"ingest": ingest})
    server = private_server(settings, readings, records)
    try:
        with serving(server) as url:
            yield House(url=url, settings=settings, readings=readings, records=records)
    finally:
        readings.close()
        records.close()
