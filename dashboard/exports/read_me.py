"""What a report's first sheet says: what the figures mean and where they come from."""

from collections.abc import Sequence
from datetime import datetime

from dashboard.queries.steps import ReportStep
from dashboard.text.words import Words
from domain.meters import Meter
from domain.periods import Period
from domain.sites import Building

_EXPLAINED = ("value", "unit", "coverage", "estimated", "unplaced", "time", "meters", "names")


def read_me_lines(
    words: Words,
    *,
    site_name: str,
    buildings: Sequence[Building],
    meters: Sequence[Meter],
    period: Period,
    step: ReportStep,
    made_at: datetime,
) -> list[tuple[str, str]]:
    """Return (subject, text) lines in the reader's language."""
    zone = buildings[0].zone
    say = words.say
    lines = [
        (say("reports.read_me.title"), site_name),
        (say("reports.read_me.buildings"), ", ".join(b.name for b in buildings)),
        (
            say("reports.read_me.period"),
            say(
                "reports.read_me.period.text",
                start=period.start.astimezone(zone).isoformat(),
                end=period.end.astimezone(zone).isoformat(),
            ),
        ),
        (say("reports.read_me.step"), say(f"reports.step.{step}")),
        (say("reports.read_me.made"), made_at.isoformat(timespec="seconds")),
    ]
    lines += [
        (say(f"reports.read_me.{key}"), say(f"reports.read_me.{key}.text")) for key in _EXPLAINED
    ]
    lines.append((say("reports.read_me.sources"), say("reports.read_me.sources.text")))
    lines += [(meter.name, _origin(meter, words)) for meter in meters]
    return lines


def _origin(meter: Meter, words: Words) -> str:
    source = meter.source.family if meter.source else words.say("reports.read_me.from_files")
    return f"{meter.id} · {words.say(f'manage.commodity.{meter.commodity}')} · {source}"
