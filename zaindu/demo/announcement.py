"""What the demo says on the terminal: addresses, accounts, and how far the history has come."""

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from domain.sites import Portfolio
from settings.loading import DATA_DIR_VARIABLE
from zaindu.demo.accounts import DemoAccount
from zaindu.demo.history import Progress as HistoryProgress

_TOLD_EVERY = 0.1
"""Without a terminal, a line of text each time that share more is filled."""


class Announcement:
    """Writes to the terminal, or plain lines where there is none."""

    def __init__(self, console: Console) -> None:
        """Take the console; nothing is written yet."""
        self._console = console
        self._told = 0.0

    def say(self, line: str = "") -> None:
        """Write one line as it is, whatever the terminal's width."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
        self._console.file.flush()

    def addresses(
        self,
        url: str,
        portfolio: Portfolio,
        accounts: Sequence[DemoAccount],
        folder: str,
        *,
        broker_port: int | None,
    ) -> None:
        """Write where to look, who to sign in as, and how to join in.

        Args:
            url: Where the pages are.
            portfolio: Whose walls there are.
            accounts: Who may sign in.
            folder: Where everything is kept, as somebody would type it.
            broker_port: Where the meters publish; None: they do not.
        """
        buildings = [building for building in portfolio.buildings if not building.retired]
        rows = [(f"{url}/wall/{building.id}", building.name) for building in buildings]
        rows += [
            (f"{url}/manage", "the facility manager's pages"),
            (f"{url}/reports", "reports and downloads"),
            (f"{url}/api/v1/docs", "the API"),
        ]
        if broker_port is not None:
            broker = f"mqtt://127.0.0.1:{broker_port}"
            rows.append((broker, "the broker: publish what a device of yours says"))
        width = max(len(address) for address, _ in rows)
        self.say()
        self.say("Zaindu is up:")
        for address, what in rows:
            self.say(f"  {address:<{width}}  {what}")
        self.say()
        self.say("Accounts of this demo:")
        for account in accounts:
            self.say(f"  {account.name:<8}  {account.password or '(its password was changed)'}")
        self.say()
        self.say("Commands look into it from another terminal:")
        self.say(f"  {DATA_DIR_VARIABLE}={shlex.quote(folder)} {_program()} health")
        self.say("  and likewise letters list, meters discovered, import FILE --dry-run")
        self.say()
        self.say(
            f"Ctrl-C stops it. Everything is kept in {folder}; start again to go on from there."
        )
        self.say()

    @contextmanager
    def history(self) -> Iterator["HistoryBar"]:
        """Show how far the history has come, while it is filled."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        with bar:
            yield HistoryBar(self, bar)


def _program() -> str:
    """Return how this command was most likely typed."""
    return "zaindu" if Path(sys.argv[0]).name == "zaindu" else ".venv/bin/python -m zaindu"


class HistoryBar:
    """A progress bar on a terminal, a line now and then elsewhere."""

    def __init__(self, announcement: Announcement, bar: Progress) -> None:
        """Start at nothing."""
        self._announcement = announcement
        self._bar = bar
        self._task = bar.add_task("Filling in the history", total=1.0)
        self._told = 0.0

    def show(self, progress: HistoryProgress) -> None:
        """Show how far it has come."""
        since = f"{progress.until:%d %B %Y}"
        self._bar.update(
            self._task,
            completed=progress.done,
            description=f"Filling in the history, back to {since}",
        )
        if self._bar.disable and progress.done >= self._told + _TOLD_EVERY:
            self._told = progress.done
            self._announcement.say(f"history: {progress.done:.0%}, back to {since}")
