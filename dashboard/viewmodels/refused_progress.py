"""How far a replay of refused messages is, and what became of the newest one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.queries.refused import RefusedFound
from dashboard.text.words import Words
from dashboard.viewmodels.sizes import counted
from domain.replays import ReplayRun

_PATIENCE = timedelta(minutes=1)
_TOLD_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a replay is."""

    text: str
    done: int = 0
    of: int = 0
    """0: it does not move, and no bar is drawn."""

    look_again_s: int = 0
    """When the page will say something else, perhaps [s]; 0: not before somebody asks."""


def progress_of(found: RefusedFound, now: datetime, words: Words) -> Progress | None:
    """Return what is to be said of replays now; None: nothing."""
    run, waiting = found.run, found.kept.wanted
    since = found.kept.wanted_since
    if since is not None:
        is_moving = run is not None and run.changed_at > now - _PATIENCE
        if now - since > _PATIENCE and not is_moving:
            ago = words.ago((now - since).total_seconds())
            text = words.say("refused.waiting.long", n=words.number(waiting), since=ago)
            return Progress(text=text, look_again_s=15)
        done = run.replayed.number if run is not None and run.changed_at >= since else 0
        text = words.say("refused.waiting", done=words.number(done), n=words.number(waiting))
        return Progress(text=text, done=done, of=done + waiting, look_again_s=2)
    if run is None or now - run.changed_at > _TOLD_FOR:
        return None
    return Progress(text=_told(run, now, words))


def _told(run: ReplayRun, now: datetime, words: Words) -> str:
    ends = ("stored", "without_reading", "refused", "cut")
    parts = [
        counted(f"refused.run.{end}", number, words)
        for end in ends
        if (number := getattr(run.replayed, end))
    ]
    ago = words.ago((now - run.changed_at).total_seconds())
    return words.say("refused.run", ago=ago, what=", ".join(parts) or "0")
