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
    Table,
)

from storage.records.texts import AnyText
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
    Column("id", AnyText, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", AnyText, nullable=False),
    Column("short_name", AnyText, nullable=False),
    Column("use", AnyText, nullable=False),
    Column("floor_area_m2", Float, nullable=False),
    Column("time_zone", AnyText, nullable=False),
    Column("city", AnyText, nullable=False),
    Column("people", Integer),
    Column("opening", AnyText, nullable=False, comment="JSON of an OpeningCalendar"),
    Column("origin", AnyText, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("author", AnyText, nullable=False),
)

zones = Table(
    "zones",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("building_id", ForeignKey("buildings.id"), nullable=False),
    Column("name", AnyText, nullable=False),
    Column("people", Integer),
    Column("origin", AnyText, nullable=False),
)

meters = Table(
    "meters",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("building_id", ForeignKey("buildings.id"), nullable=False),
    Column("zone_id", AnyText),
    Column("parent_id", AnyText),
    Column("name", AnyText, nullable=False),
    Column("commodity", AnyText, nullable=False),
    Column("end_use", AnyText, nullable=False),
    Column("source", AnyText, comment="JSON of a Source"),
    Column("cadence_us", BigInteger, nullable=False),
    Column("rollover_at", Float),
    Column("max_rate", Float),
    Column("kwh_pcs_per_m3", Float),
    Column("origin", AnyText, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("author", AnyText, nullable=False),
)

targets = Table(
    "targets",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("building_id", AnyText, nullable=False, index=True),
    Column("commodity", AnyText, nullable=False),
    Column("reduction", Float, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("note", AnyText, nullable=False),
    Column("ended_at", UtcInstant),
    Column("author", AnyText, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
)

standings = Table(
    "standings",
    metadata,
    Column("target_id", AnyText, primary_key=True),
    Column("made_at", UtcInstant, nullable=False),
    Column("word", AnyText, nullable=False),
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
    Column("name", AnyText, primary_key=True),
    Column("password_hash", AnyText, nullable=False),
    Column("role", AnyText, nullable=False),
    Column("building_ids", AnyText, nullable=False, comment="JSON array"),
    Column("language", AnyText, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("session_epoch", Integer, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("sha256", AnyText, nullable=False),
    Column("label", AnyText, nullable=False),
    Column("user_name", ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant),
    Column("last_used_at", UtcInstant),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", _IDENTITY, primary_key=True, autoincrement=True),
    Column("topic", AnyText, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kept_bytes", Integer, nullable=False),
    Column("received_at", UtcInstant, nullable=False, index=True),
    Column("code", AnyText, nullable=False),
    Column("reason", AnyText, nullable=False),
    Column("family", AnyText, nullable=False, server_default=""),
    Column("device", AnyText, nullable=False, server_default=""),
    Column("flags", Integer, nullable=False, server_default="0", comment="1 retained, 2 queued"),
    Column("digest", AnyText, nullable=False, server_default="", comment="of topic and payload"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("wanted_at", UtcInstant, comment="when somebody asked for its replay"),
    Index("ix_dead_letters_code_id", "code", "id"),
    Index("ix_dead_letters_family_device", "family", "device"),
    Index("ix_dead_letters_digest", "digest"),
    Index("ix_dead_letters_wanted_at", "wanted_at"),
    sqlite_autoincrement=True,
)

dirty_hours = Table(
    "dirty_hours",
    metadata,
    Column("meter_id", AnyText, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False, index=True),
    Column("version", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("building_id", AnyText, primary_key=True),
    Column("made_at", UtcInstant, nullable=False),
    Column("body", AnyText, nullable=False, comment="JSON of a WallSnapshot"),
)

nudges = Table(
    "nudges",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("building_id", AnyText, nullable=False),
    Column("act", AnyText, nullable=False),
    Column("moment", AnyText, nullable=False),
    Column("end_use", AnyText, nullable=False),
    Column("made_at", UtcInstant, nullable=False),
    Column("until", UtcInstant, nullable=False),
    Column("saving_kwh", Float),
    Column("reason", AnyText, nullable=False),
    Index("ix_nudges_building_id_made_at", "building_id", "made_at"),
)

exposures = Table(
    "exposures",
    metadata,
    Column("id", _IDENTITY, primary_key=True, autoincrement=True),
    Column("nudge_id", AnyText, nullable=False, index=True),
    Column("screen", AnyText, nullable=False),
    Column("shown_at", UtcInstant, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("id", _IDENTITY, primary_key=True, autoincrement=True),
    Column("nudge_id", AnyText, nullable=False, index=True),
    Column("answer", AnyText, nullable=False),
    Column("reason", AnyText, nullable=False),
    Column("answered_at", UtcInstant, nullable=False),
    sqlite_autoincrement=True,
)

events = Table(
    "events",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("building_id", AnyText, nullable=False),
    Column("meter_id", AnyText),
    Column("kind", AnyText, nullable=False),
    Column("start", UtcInstant, nullable=False),
    Column("end", UtcInstant, nullable=False),
    Column("text", AnyText, nullable=False),
    Column("author", AnyText, nullable=False),
    Column("withdrawn_by", AnyText),
    Column("withdrawn_at", UtcInstant),
    Index("ix_events_building_id_start", "building_id", "start"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("job", AnyText, primary_key=True),
    Column("key", AnyText, primary_key=True),
    Column("done_until", UtcInstant, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("key", AnyText, primary_key=True),
    Column("text", AnyText, nullable=False),
)

ingest_days = Table(
    "ingest_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("meter_id", AnyText, primary_key=True, comment="empty: of no known meter; *: all"),
    Column("worker", AnyText, primary_key=True),
    Column("received", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("dead_lettered", BigInteger, nullable=False),
    Column("without_reading", BigInteger, nullable=False),
    Column("spooled", BigInteger, nullable=False),
    Column("late", BigInteger, nullable=False),
    Column("readings", BigInteger, nullable=False),
    Column("last_at", UtcInstant),
)

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("day", Date, primary_key=True),
    Column("meter_id", AnyText, primary_key=True),
    Column("word", AnyText, nullable=False),
    Column("expected", Integer, nullable=False),
    Column("measured", Integer, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("dead_lettered", BigInteger, nullable=False),
    Column("late", BigInteger, nullable=False),
    Column("longest_gap_s", Float),
    Column("made_at", UtcInstant, nullable=False),
)

seen_devices = Table(
    "seen_devices",
    metadata,
    Column("family", AnyText, primary_key=True),
    Column("device", AnyText, primary_key=True),
    Column("topic", AnyText, nullable=False),
    Column("first_at", UtcInstant, nullable=False),
    Column("last_at", UtcInstant, nullable=False, index=True),
    Column("messages", BigInteger, nullable=False),
    Column("registers", AnyText, nullable=False, comment="JSON array of SeenRegister"),
    Column("ignored_by", AnyText, nullable=False, server_default=""),
)

announcements = Table(
    "announcements",
    metadata,
    Column("family", AnyText, primary_key=True),
    Column("key", AnyText, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("told_at", UtcInstant, nullable=False, index=True),
)

imports = Table(
    "imports",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("file_name", AnyText, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("author", AnyText, nullable=False),
    Column("made_at", UtcInstant, nullable=False, index=True),
    Column("state", AnyText, nullable=False, index=True),
    Column("wish", AnyText, nullable=False, comment="JSON: what somebody chose of it"),
    Column("found", AnyText, nullable=False, comment="JSON: what reading it found"),
    Column("done_bytes", BigInteger, nullable=False),
    Column("readings", BigInteger, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
)

import_chunks = Table(
    "import_chunks",
    metadata,
    Column("import_id", ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
