"""The tables of the embedded store, one script from each version to the next.

Meters and registers are interned to small integers: a row is then some
35 bytes, and thirteen months of twelve meters fit in a few hundred megabytes.
"""

from storage.ports import Step

MIGRATIONS = (
    """
    CREATE TABLE series (
        id INTEGER PRIMARY KEY, meter TEXT NOT NULL, register TEXT NOT NULL,
        UNIQUE (meter, register)
    );
    CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE meter (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE reading (
        series INTEGER NOT NULL, time INTEGER NOT NULL, value REAL NOT NULL,
        duration_s REAL NOT NULL, quality INTEGER NOT NULL, source INTEGER NOT NULL,
        received INTEGER NOT NULL,
        PRIMARY KEY (series, time)
    ) WITHOUT ROWID;
    CREATE TABLE rollup (
        meter INTEGER NOT NULL, step INTEGER NOT NULL, time INTEGER NOT NULL,
        value REAL, coverage REAL, peak REAL, estimated REAL, unplaced REAL, unplaced_from REAL,
        PRIMARY KEY (meter, step, time)
    ) WITHOUT ROWID;
    CREATE TABLE indicator (
        building TEXT NOT NULL, grain TEXT NOT NULL, first_day TEXT NOT NULL,
        name TEXT NOT NULL, commodity TEXT NOT NULL, value REAL, unit TEXT NOT NULL,
        coverage REAL NOT NULL, estimated_share REAL NOT NULL,
        PRIMARY KEY (building, grain, first_day, name, commodity)
    ) WITHOUT ROWID
    """,
)
"""Times are microseconds since 1970 UTC; `commodity` is empty for all energies."""

STEP_NUMBERS = {Step.HOUR: 0, Step.DAY: 1}
"""How a step is kept; numbers already used never change."""
