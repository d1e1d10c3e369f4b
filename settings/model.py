"""The shape of `config.toml`: one frozen class a table, every key typed and bounded.

Cross-checks between tables (duplicate ids, a parent that does not exist…) are
in `settings.checks`; reading the file and wording its faults in `settings.loading`.
"""

from datetime import date, time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.meters import Commodity, EndUse
from domain.registers import Accumulation, Quantity
from domain.sites import BuildingUse

Language = Literal["fr", "en", "eu"]


class Table(BaseModel):
    """A table of the file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class SiteSettings(Table):
    """Whose portfolio this is."""

    name: str
    languages: tuple[Language, ...] = ("fr", "en", "eu")
    default_language: Language = "fr"
    data_dir: Path = Path("data")


class TlsSettings(Table):
    """Encryption towards the broker."""

    enabled: bool = False
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None


class MqttSettings(Table):
    """The broker. User and password: ZAINDU_MQTT_USERNAME, ZAINDU_MQTT_PASSWORD."""

    host: str = "127.0.0.1"
    port: int = Field(1883, ge=1, le=65535)
    protocol: Literal["5", "3.1.1"] = "5"
    client_id: str = "zaindu-ingest"
    topics: tuple[str, ...] = ("#",)
    share: str = Field("", pattern=r"^[^/+#\s]*$")
    keepalive_s: int = Field(60, ge=5, le=3600)
    session_expiry_h: int = Field(168, ge=1, le=8760)
    receive_maximum: int = Field(10000, ge=1, le=65535)
    tls: TlsSettings = TlsSettings()


class IngestSettings(Table):
    """How messages become stored readings."""

    batch_messages: int = Field(5000, ge=1, le=50000)
    batch_delay_ms: int = Field(100, ge=1, le=10000)
    queue_messages: int = Field(20000, ge=10, le=1_000_000)
    spool_max_mb: int = Field(512, ge=1)
    spool_max_h: int = Field(168, ge=1, le=8760)
    drain_per_s: int = Field(10000, ge=10, le=1_000_000)
    max_payload_kb: int = Field(256, ge=1)
    earliest_year: int = Field(2000, ge=1970)
    max_future_minutes: int = Field(10, ge=0)
    dead_letter_max_mb: int = Field(100, ge=1)
    dead_letter_max_days: int = Field(90, ge=1)
    upload_max_mb: int = Field(64, ge=1, le=2000)
    naive_time_zone: str = "Europe/Paris"


class MappingField(Table):
    """One number of a generic JSON message."""

    path: str
    register_name: str = Field("value", alias="register")
    quantity: Quantity
    unit: str
    accumulation: Accumulation
    scale: float = 1.0


class MappingSettings(Table):
    """A JSON message no built-in decoder knows: where its numbers stand."""

    name: str
    topic: str
    device: str = ""
    device_path: str = ""
    time_path: str = ""
    time_unit: Literal["iso", "s", "ms"] = "iso"
    time_zone: str = "UTC"
    fields: tuple[MappingField, ...]


class EmbeddedSettings(Table):
    """The store with nothing to install: one SQLite file."""

    file: Path = Path("readings.sqlite")


class InfluxSettings(Table):
    """InfluxDB 2. The token: ZAINDU_INFLUX_TOKEN."""

    url: str = "http://127.0.0.1:8086"
    org: str = "zaindu"
    bucket_raw: str = "zaindu_raw"
    bucket_rollup: str = "zaindu_rollup"
    bucket_indicators: str = "zaindu_indicators"
    raw_retention_days: int = Field(1096, ge=0)
    rollup_retention_days: int = Field(3653, ge=0)
    indicators_retention_days: int = Field(0, ge=0)
    timeout_s: float = Field(10.0, gt=0)


class RecordsSettings(Table):
    """Targets, accounts, dead letters… PostgreSQL by ZAINDU_RECORDS_URL."""

    file: Path = Path("records.sqlite")


class StorageSettings(Table):
    """Which database keeps what."""

    readings: Literal["embedded", "influx"] = "embedded"
    embedded: EmbeddedSettings = EmbeddedSettings()
    influx: InfluxSettings = InfluxSettings()
    records: RecordsSettings = RecordsSettings()


class ScheduleSettings(Table):
    """When things are computed."""

    rollup_s: int = Field(30, ge=1, le=3600)
    snapshot_s: int = Field(60, ge=5, le=3600)
    indicators_min: int = Field(15, ge=1, le=1440)
    housekeeping_h: int = Field(6, ge=1, le=168)


class DatedFactor(Table):
    """A factor or price with the day it holds from and where it was read."""

    commodity: Commodity
    from_day: date
    value: float = Field(ge=0)
    source: str


class IndicatorSettings(Table):
    """What is needed before a figure is shown, and dated factors."""

    min_day_coverage: float = Field(0.5, ge=0, le=1)
    min_month_coverage: float = Field(0.9, ge=0, le=1)
    dead_band_floor: float = Field(0.03, ge=0, le=0.5)
    min_group: int = Field(10, ge=1)
    carbon_kg_per_kwh: tuple[DatedFactor, ...] = ()
    price_eur_per_unit: tuple[DatedFactor, ...] = ()


class ScreenSettings(Table):
    """The panel walls are drawn for, unless a screen's URL says otherwise."""

    distance_m: float = Field(5.0, gt=0, le=50)
    diagonal_in: float = Field(55.0, gt=5, le=200)
    scene_s: int = Field(15, ge=5, le=120)
    night_from: time = time(19, 0)
    night_until: time = time(7, 0)


class DashboardSettings(Table):
    """The web server. Session secret: ZAINDU_SECRET_KEY."""

    host: str = "127.0.0.1"
    port: int = Field(8050, ge=1, le=65535)
    public_url: str = ""
    session_hours: int = Field(12, ge=1, le=720)
    trusted_proxy: str = ""
    metrics_open: bool = False
    screen: ScreenSettings = ScreenSettings()


class SimulatorSettings(Table):
    """The simulated buildings of the demo."""

    seed: int = 20261
    history_months: int = Field(13, ge=0, le=60)
    speed: float = Field(1.0, gt=0, le=100_000)


class OpeningSettings(Table):
    """When a building is open; `hours` is `08:00-18:00`, spans comma-separated."""

    monday: str = ""
    tuesday: str = ""
    wednesday: str = ""
    thursday: str = ""
    friday: str = ""
    saturday: str = ""
    sunday: str = ""
    closed_on_public_holidays: bool = True
    school_zone: Literal["A", "B", "C", ""] = ""
    closures: tuple[str, ...] = ()


class SourceSettings(Table):
    """The device behind a meter."""

    family: str
    device: str
    registers: tuple[str, ...] = ()
    scale: float = 1.0


class MeterSettings(Table):
    """One meter of a building."""

    id: str
    name: str
    commodity: Commodity
    zone: str = ""
    parent: str = ""
    end_use: EndUse = EndUse.ALL
    cadence_s: int = Field(600, ge=1, le=31 * 86400)
    rollover_at: float | None = Field(None, gt=0)
    max_rate: float | None = Field(None, gt=0)
    kwh_pcs_per_m3: float | None = Field(None, gt=0)
    retired: bool = False
    source: SourceSettings | None = None


class ZoneSettings(Table):
    """A part of a building."""

    id: str
    name: str
    people: int | None = Field(None, ge=0)


class BuildingSettings(Table):
    """One building with its zones and meters."""

    id: str
    name: str
    short_name: str = ""
    use: BuildingUse
    floor_area_m2: float = Field(gt=0)
    time_zone: str = "Europe/Paris"
    city: str = ""
    people: int | None = Field(None, ge=0)
    opening: OpeningSettings = OpeningSettings()
    zones: tuple[ZoneSettings, ...] = ()
    meters: tuple[MeterSettings, ...] = ()


class Settings(Table):
    """The whole file."""

    site: SiteSettings
    mqtt: MqttSettings = MqttSettings()
    ingest: IngestSettings = IngestSettings()
    mappings: tuple[MappingSettings, ...] = ()
    storage: StorageSettings = StorageSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    indicators: IndicatorSettings = IndicatorSettings()
    dashboard: DashboardSettings = DashboardSettings()
    simulator: SimulatorSettings = SimulatorSettings()
    buildings: tuple[BuildingSettings, ...] = ()
