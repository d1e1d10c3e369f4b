"""Files brought through a page: examined, and imported once somebody confirmed.

The page and this errand meet only in the records. What is done half-way when the
process dies is done again from the file's beginning: importing twice is harmless.
"""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import ConfigError, RejectedFile, StorageUnavailable
from domain.imports import FileImport, Found, ImportState, TableWish
from domain.sites import Portfolio
from ingest.import_room import room_in
from ingest.import_tries import ImportTries
from ingest.importers.bringing import Brought, bring, check_fit
from ingest.importers.examination import Examiner
from ingest.importers.keeping import Keeper
from ingest.importers.left_out import told_left_out, with_left_out
from ingest.importers.series import Progress
from settings.model import Settings
from storage.ports import ReadingStore, Records

log = logging.getLogger(__name__)

_TELL_EVERY_S = 1.0
_BREATH_S = 0.02
"""After each batch, so that live readings get their turn at the store."""

_NOT_PLAIN = re.compile(r"[^\w.\- ]")
_NAME_LETTERS = 60
"""At most 240 bytes, whatever the letters; file systems take 255."""

_OUR_FAULT = "Zaindu has a fault that this file brings out: its log tells which"
_ENDED_US = "reading it ended Zaindu again and again: send smaller pieces of it"

_SERIES_SHOWN = 500
"""More registers than anybody reads on a page, and than a record should hold."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ImportEnd:
    """How an import ended."""

    state: ImportState
    failure: str = ""


class ImportErrand:
    """Does what is asked of files, one at a time."""

    def __init__(
        self,
        records: Records,
        readings: ReadingStore,
        settings: Settings,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Work between the records and the store of readings.

        Args:
            records: Where files and their states are.
            readings: Where readings go.
            settings: Bounds on readings; files are unpacked in `site.data_dir`.
            clock: Tells the time.
        """
        self._records = records
        self._tries = ImportTries(records.jobs)
        self._readings = readings
        self._settings = settings
        self._clock = clock

    def do_one(self) -> bool:
        """Do the next thing asked of a file; return whether there was one.

        Raises:
            StorageUnavailable: A store does not answer; the next call takes it up again.
        """
        file = self._records.imports.next_due()
        if file is None:
            return False
        if self._tries.are_spent(file.id):
            self._give_up(file, _ENDED_US)
            return True
        with self._tries.of(file.id), room_in(self._settings.site.data_dir) as room:
            try:
                self._do(file, room)
            except StorageUnavailable:
                raise
            except Exception:
                # A fault of ours: said once, with its trace, rather than every second for ever.
                self._give_up(file, _OUR_FAULT)
                raise
        return True

    def _do(self, file: FileImport, room: Path) -> None:
        path = self._put_together(file, room)
        if file.state is ImportState.UPLOADED:
            self._examine(file, path)
        else:
            self._import(file, path)

    def _give_up(self, file: FileImport, failure: str) -> None:
        present = self._records.imports.get(file.id)
        if not present.state.is_over:
            found = replace(present.found or Found(), failure=failure)
            self._advance(present, state=ImportState.FAILED, found=found)

    def _put_together(self, file: FileImport, room: Path) -> Path:
        """Write the pieces of a file into one, named so that what is said of it is understood."""
        path = room / _plain(file.file_name)
        with path.open("wb") as whole:
            for piece in self._records.imports.chunks(file.id):
                whole.write(piece)
        return path

    def _examiner(self, file: FileImport, room: Path) -> Examiner:
        return Examiner(
            self._within_reach(file),
            self._readings,
            self._settings.ingest,
            folder=room,
            clock=self._clock,
        )

    def _within_reach(self, file: FileImport) -> Portfolio:
        """Return the portfolio without the meters of buildings that the sender may not see.

        Whatever points the file names, it feeds no meter of anybody else.
        """
        portfolio = self._records.portfolio.portfolio()
        sender = self._records.users.get(file.author)
        if sender is None:
            return portfolio
        meters = tuple(m for m in portfolio.meters if sender.may_see(m.building_id))
        return replace(portfolio, meters=meters)

    def _examine(self, file: FileImport, path: Path) -> None:
        try:
            _check_whole(file, path)
            examined = self._examiner(file, path.parent).examine(path, file.wish)
            found = with_left_out(path, examined)
        except (ConfigError, RejectedFile) as refusal:
            found = Found(problems=_reasons(refusal), headers=self._columns(file, path))
        found = _bounded(found)
        log.info("file %s examined: %s, %d values", file.id, found.format or "?", found.values)
        self._advance(file, state=ImportState.EXAMINED, found=found)

    def _columns(self, file: FileImport, path: Path) -> tuple[str, ...]:
        """Return the columns of a table whose choices came to nothing: others can be made."""
        if not file.wish.table.is_given:
            return ()
        unasked = replace(file.wish, meter_id="", table=TableWish())
        try:
            return self._examiner(file, path.parent).examine(path, unasked).found.headers
        except (ConfigError, RejectedFile):
            return ()

    def _import(self, file: FileImport, path: Path) -> None:
        if file.state is ImportState.CONFIRMED:
            begun = self._advance(file, state=ImportState.IMPORTING, done_bytes=0, readings=0)
            if begun is None:
                return
            file = begun
        keeper = Keeper(self._readings, self._records.dirty)
        told = _Telling(self, file)
        try:
            examined = self._examiner(file, path.parent).examine(path, file.wish)
            check_fit(examined.found, file.file_name, keep_good=file.wish.keep_good)
            brought = bring(path, examined, keeper, told.progress, told.go_on)
            file = replace(file, found=_bounded(_as_brought(examined.found, brought)))
            end = ImportEnd(ImportState.DONE, _refused(keeper))
        except (ConfigError, RejectedFile) as refusal:
            end = ImportEnd(ImportState.FAILED, "\n".join(_reasons(refusal)))
        else:
            if not brought.is_whole:
                log.info("file %s was withdrawn half-way: %d readings kept", file.id, keeper.kept)
                return
        log.info("file %s: %s, %d readings kept", file.id, end.state, keeper.kept)
        done = file.size if end.state is ImportState.DONE else told.done_bytes
        self._advance(
            file,
            state=end.state,
            found=replace(file.found or Found(), failure=end.failure),
            done_bytes=done,
            readings=keeper.kept,
        )

    def _advance(
        self,
        file: FileImport,
        *,
        state: ImportState,
        found: Found | None = None,
        done_bytes: int | None = None,
        readings: int | None = None,
    ) -> FileImport | None:
        """Keep what became of a file; None when somebody moved it meanwhile."""
        moved = replace(
            file,
            state=state,
            found=file.found if found is None else found,
            done_bytes=file.done_bytes if done_bytes is None else done_bytes,
            readings=file.readings if readings is None else readings,
            changed_at=self._clock(),
        )
        return moved if self._records.imports.advance(moved, file.state) else None

    def tell(self, file: FileImport, done_bytes: int, readings: int) -> bool:
        """Write how far an import is; return whether it is still wanted."""
        moved = self._advance(
            file, state=ImportState.IMPORTING, done_bytes=done_bytes, readings=readings
        )
        return moved is not None


class _Telling:
    """How far one import is, written now and then."""

    def __init__(self, errand: ImportErrand, file: FileImport) -> None:
        self._errand = errand
        self._file = file
        self._told_at = time.monotonic()
        self.done_bytes = 0

    @property
    def progress(self) -> Progress:
        """Takes how many bytes are read."""
        return self._read

    def _read(self, done: int, total: int) -> None:
        del total
        self.done_bytes = min(done, self._file.size)

    def go_on(self, readings: int) -> bool:
        """Take how many readings are kept; tell whether the import is still wanted."""
        time.sleep(_BREATH_S)
        if time.monotonic() - self._told_at < _TELL_EVERY_S:
            return True
        self._told_at = time.monotonic()
        return self._errand.tell(self._file, self.done_bytes, readings)


def _plain(name: str) -> str:
    """Return a name that any file may bear, whatever somebody's browser sent.

    >>> _plain("../../été 2026?.csv"), _plain("..")
    ('été 2026_.csv', 'file')
    """
    kept = _NOT_PLAIN.sub("_", name.replace("\\", "/").rpartition("/")[2])
    return kept[-_NAME_LETTERS:].lstrip(".") or "file"


def _check_whole(file: FileImport, path: Path) -> None:
    size = path.stat().st_size
    if size != file.size:
        raise RejectedFile([f"{size} of {file.size} bytes arrived: send the file again"])


def _reasons(refusal: ConfigError | RejectedFile) -> tuple[str, ...]:
    return refusal.findings if isinstance(refusal, ConfigError) else refusal.problems


def _as_brought(found: Found, brought: Brought) -> Found:
    return told_left_out(found, brought.left_out_by, brought.left_out)


def _bounded(found: Found) -> Found:
    """Keep of very many registers those that feed a meter first, and say how many there are."""
    if len(found.series) <= _SERIES_SHOWN:
        return found
    first = sorted(found.series, key=lambda one: not one.meter_ids)[:_SERIES_SHOWN]
    remark = f"it holds {len(found.series)} registers: {_SERIES_SHOWN} of them are shown"
    return replace(found, series=tuple(first), remarks=(remark, *found.remarks))


def _refused(keeper: Keeper) -> str:
    return f"{keeper.refused} readings are not kept: {keeper.refusal}" if keeper.refusal else ""
