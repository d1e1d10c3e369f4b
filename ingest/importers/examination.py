"""A file read whole before anything of it is kept: what it holds, and whom it would feed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import ConfigError, RejectedFile
from domain.imports import Found, ImportWish
from domain.sites import Portfolio
from ingest.importers.feeding import Plan, plan
from ingest.importers.local_times import Stamp
from ingest.importers.series import Choices, Progress
from ingest.importers.sound import Sound
from ingest.importers.tallies import RegisterKey, Tally, key_of
from ingest.importers.whole_file import Heard, How, pieces
from settings.model import IngestSettings
from storage.ports import ReadingStore

_REGISTERS_MAX = 20_000
_AGAIN_SHOWN = 6
_USUAL_ZONE = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Examined:
    """What a first reading gave."""

    found: Found
    plan: Plan
    how: How


@dataclass(frozen=True, slots=True)
class Examiner:
    """Reads files against one portfolio and one store."""

    portfolio: Portfolio
    store: ReadingStore
    ingest: IngestSettings
    folder: Path | None = None
    """Where there is room to unpack."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def examine(self, path: Path, wish: ImportWish, progress: Progress | None = None) -> Examined:
        """Read a file and say what would become of it; nothing is kept.

        Raises:
            ConfigError: What is said of the file makes no sense, or not of that meter.
            RejectedFile: Nothing in it can be read.
            StorageUnavailable: The store of readings does not answer.
        """
        how = self._how(wish)
        heard = Heard()
        tallies: dict[RegisterKey, Tally] = {}
        for piece in pieces(path, how, heard, progress):
            key = key_of(piece.series)
            tally = tallies.get(key)
            if tally is None:
                if len(tallies) >= _REGISTERS_MAX:
                    raise RejectedFile([f"{path.name} has more than {_REGISTERS_MAX} registers"])
                tally = Tally.of(piece.series, piece.member, how.choices.zone)
                tallies[key] = tally
            tally.add(piece.series)
        made = plan(tallies.values(), self.portfolio, wish, self.store)
        return Examined(_found(heard, tallies, made), made, how)

    def _how(self, wish: ImportWish) -> How:
        meter = self.portfolio.meter(wish.meter_id) if wish.meter_id else None
        building = self.portfolio.building(meter.building_id) if meter else None
        zone = wish.zone or (building.time_zone if building else _USUAL_ZONE)
        if wish.stamp not in ("", *Stamp):
            raise ConfigError([f"stamp '{wish.stamp}' is neither start nor end"])
        return How(
            wish=wish,
            choices=Choices(zone=_zone(zone), stamp=wish.stamp),
            sound=Sound.until(
                self.clock(),
                earliest_year=self.ingest.earliest_year,
                max_future_minutes=self.ingest.max_future_minutes,
            ),
            commodity=meter.commodity if meter else None,
            folder=self.folder,
        )


def _found(heard: Heard, tallies: dict[RegisterKey, Tally], made: Plan) -> Found:
    series = tuple(
        tally.found(
            tuple(feed.meter.id for feed in made.feeds.get(key, ())), made.notes.get(key, "")
        )
        for key, tally in tallies.items()
        if tally.values
    )
    return Found(
        format=" ".join(heard.formats),
        label=", ".join(heard.formats.values()),
        series=series,
        rows=heard.report.rows,
        blanks=heard.report.blanks,
        bad_lines=heard.report.bad_lines,
        problems=tuple(heard.report.problems),
        remarks=(*heard.report.remarks, *_on_what_comes_again(tallies), *made.remarks),
        headers=() if heard.formats else heard.headers,
    )


def _on_what_comes_again(tallies: dict[RegisterKey, Tally]) -> Iterator[str]:
    """Say where what is told twice makes the sums larger than what will be kept."""
    again = [key for key, tally in tallies.items() if tally.covered.comes_again]
    if again:
        names = [f"{key.point} {key.register}".strip() for key in again]
        listed = ", ".join(names[:_AGAIN_SHOWN]) + ("…" if len(names) > _AGAIN_SHOWN else "")
        yield (
            f"intervals of {listed} come again: they are kept once, and the sums by month count "
            "them twice"
        )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError([f"zone '{name}' is not a time zone, as Europe/Paris is"]) from None
