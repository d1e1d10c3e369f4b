"""Every table of the records, as the newest migration leaves them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from storage.records.utc_instant import UtcInstant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

_IDENTITY = BigInteger().with_variant(Integer, "sqlite")

buildings = Table(
    "buildings",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("short_name", String, nullable=False),
    Column("use", String, nullable=False),
    Column("floor_area_m2", Float, nullable=False),
    Column("time_zone", String, nullable=False),
    Column("city", String, nullable=False),
    Column("people", Integer),
    Column("opening", Text, nullable=False, comment="JSON of an OpeningCalendar"),
    Column("origin", String, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("author", String, nullable=False),
)

zones = Table(
    "zones",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("building_id", ForeignKey("buildings.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("people", Integer),
    Column("origin", String, nullable=False),
)

meters = Table(
    "meters",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("building_id", ForeignKey("buildings.id"), nullable=False),
    Column("zone_id", String),
    Column("parent_id", String),
    Column("name", String, nullable=False),
    Column("commodity", String, nullable=False),
    Column("end_use", String, nullable=False),
    Column("source", Text, comment="JSON of a Source"),
    Column("cadence_us", BigInteger, nullable=False),
    Column("rollover_at", Float),
    Column("max_rate", Float),
    Column("kwh_pcs_per_m3", Float),
    Column("origin", String, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("author", String, nullable=False),
)

targets = Table(
    "targets",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("building_id", String, nullable=False, index=True),
    Column("commodity", String, nullable=False),
    Column("reduction", Float, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("note", Text, nullable=False),
    Column("ended_at", UtcInstant),
    Column("author", String, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
)

standings = Table(
    "standings",
    metadata,
    Column("target_id", String, primary_key=True),
    Column("made_at", UtcInstant, nullable=False),
    Column("word", String, nullable=False),
    Column("used_kwh", Float),
    Column("allowed_kwh", Float),
    Column("deviation", Float),
    Column("dead_band", Float),
    Column("coverage", Float, nullable=False),
    Column("elapsed", Float, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("name", String, primary_key=True),
    Column("password_hash", String, nullable=False),
    Column("role", String, nullable=False),
    Column("building_ids", Text, nullable=False, comment="JSON array"),
    Column("language", String, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("session_epoch", Integer, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", String, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("label", String, nullable=False),
    Column("user_name", ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant),
    Column("last_used_at", UtcInstant),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", _IDENTITY, primary_key=True, autoincrement=True),
    Column("topic", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kept_bytes", Integer, nullable=False),
    Column("received_at", UtcInstant, nullable=False, index=True),
    Column("code", String, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_dead_letters_code_id", "code", "id"),
    sqlite_autoincrement=True,
)

dirty_hours = Table(
    "dirty_hours",
    metadata,
    Column("meter_id", String, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False, index=True),
    Column("version", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("building_id", String, primary_key=True),
    Column("made_at", UtcInstant, nullable=False),
    Column("body", Text, nullable=False, comment="JSON of a WallSnapshot"),
)

nudges = Table(
    "nudges",
    metadata,
    Column("id", String, primary_key=True),
    Column("building_id", String, nullable=False),
    Column("act", String, nullable=False),
    Column("moment", String, nullable=False),
    Column("end_use", String, nullable=False),
    Column("made_at", UtcInstant, nullable=False),
    Column("until", UtcInstant, nullable=False),
    Column("saving_kwh", Float),
    Column("reason", Text, nullable=False),
    Index("ix_nudges_building_id_made_at", "building_id", "made_at"),
)

exposures = Table(
    "exposures",
    metadata,
    Column("id", _IDENTITY, primary_key=True, autoincrement=True),
    Column("nudge_id", String, nullable=False, index=True),
    Column("screen", String, nullable=False),
    Column("shown_at", UtcInstant, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("id", _IDENTITY, primary_key=True, autoincrement=True),
    Column("nudge_id", String, nullable=False, index=True),
    Column("answer", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("answered_at", UtcInstant, nullable=False),
    sqlite_autoincrement=True,
)

events = Table(
    "events",
    metadata,
    Column("id", String, primary_key=True),
    Column("building_id", String, nullable=False),
    Column("meter_id", String),
    Column("kind", String, nullable=False),
    Column("start", UtcInstant, nullable=False),
    Column("end", UtcInstant, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", String, nullable=False),
    Column("withdrawn_by", String),
    Column("withdrawn_at", UtcInstant),
    Index("ix_events_building_id_start", "building_id", "start"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("job", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("done_until", UtcInstant, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("key", String, primary_key=True),
    Column("text", Text, nullable=False),
)
