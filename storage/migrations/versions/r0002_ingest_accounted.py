"""What ingest tells of itself: tallies, devices seen, replays, files brought."""

import sqlalchemy as sa
from alembic import op

from storage.records.utc_instant import UtcInstant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:

    op.create_table(
        "announcements",
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("told_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("family", "key", name=op.f("pk_announcements")),
    )
    op.create_index(op.f("ix_announcements_told_at"), "announcements", ["told_at"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False, comment="JSON: what somebody chose of it"),
        sa.Column("found", sa.Text(), nullable=False, comment="JSON: what reading it found"),
        sa.Column("done_bytes", sa.BigInteger(), nullable=False),
        sa.Column("readings", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_made_at"), "imports", ["made_at"], unique=False)
    op.create_index(op.f("ix_imports_state"), "imports", ["state"], unique=False)
    op.create_table(
        "ingest_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "meter_id", sa.Text(), nullable=False, comment="empty: of no known meter; *: all"
        ),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("duplicate", sa.BigInteger(), nullable=False),
        sa.Column("dead_lettered", sa.BigInteger(), nullable=False),
        sa.Column("without_reading", sa.BigInteger(), nullable=False),
        sa.Column("spooled", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.BigInteger(), nullable=False),
        sa.Column("readings", sa.BigInteger(), nullable=False),
        sa.Column("last_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("day", "meter_id", "worker", name=op.f("pk_ingest_days")),
    )
    op.create_table(
        "reconciliations",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("meter_id", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("measured", sa.Integer(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("duplicate", sa.BigInteger(), nullable=False),
        sa.Column("dead_lettered", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.BigInteger(), nullable=False),
        sa.Column("longest_gap_s", sa.Float(), nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("day", "meter_id", name=op.f("pk_reconciliations")),
    )
    op.create_table(
        "seen_devices",
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("first_at", UtcInstant(), nullable=False),
        sa.Column("last_at", UtcInstant(), nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False),
        sa.Column("registers", sa.Text(), nullable=False, comment="JSON array of SeenRegister"),
        sa.Column("ignored_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("family", "device", name=op.f("pk_seen_devices")),
    )
    op.create_index(op.f("ix_seen_devices_last_at"), "seen_devices", ["last_at"], unique=False)
    op.create_table(
        "import_chunks",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["imports.id"],
            name=op.f("fk_import_chunks_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_import_chunks")),
    )
    op.add_column("dead_letters", sa.Column("family", sa.Text(), server_default="", nullable=False))
    op.add_column("dead_letters", sa.Column("device", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "dead_letters",
        sa.Column(
            "flags",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="1 retained, 2 queued",
        ),
    )
    op.add_column(
        "dead_letters",
        sa.Column(
            "digest", sa.Text(), server_default="", nullable=False, comment="of topic and payload"
        ),
    )
    op.add_column(
        "dead_letters", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "dead_letters",
        sa.Column(
            "wanted_at", UtcInstant(), nullable=True, comment="when somebody asked for its replay"
        ),
    )
    op.create_index("ix_dead_letters_digest", "dead_letters", ["digest"], unique=False)
    op.create_index(
        "ix_dead_letters_family_device", "dead_letters", ["family", "device"], unique=False
    )
    op.create_index("ix_dead_letters_wanted_at", "dead_letters", ["wanted_at"], unique=False)
