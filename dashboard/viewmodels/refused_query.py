"""Which refused messages a page is asked for, and the addresses that ask for others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlencode

from domain.dead_letters import LetterFilter

PATH = "/manage/data/refused"
DAYS = ("", "1", "7", "30")
_LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedQuery:
    """What the address says; empty: everything."""

    code: str = ""
    family: str = ""
    device: str = ""
    topic: str = ""
    text: str = ""
    days: str = ""
    before: str = ""

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> Self:
        """Read an address or a form; what makes no sense asks for nothing."""
        words = {name: typed.get(name, "").strip()[:_LONGEST] for name in _FILTERS}
        before = typed.get("before", "")
        return cls(
            **words,
            days=typed.get("days", "") if typed.get("days") in DAYS else "",
            before=before if before.isascii() and before.isdigit() and len(before) < 19 else "",
        )

    @property
    def is_open(self) -> bool:
        """Tell whether it asks for everything."""
        return replace(self, before="") == RefusedQuery()

    def filter(self, now: datetime) -> LetterFilter:
        """Return the letters it means."""
        since = now - timedelta(days=int(self.days)) if self.days else None
        return LetterFilter(
            code=self.code,
            family=self.family,
            device=self.device,
            topic=self.topic,
            text=self.text,
            received_from=since,
        )

    def pairs(self, *, without: Iterable[str] = ("before",)) -> list[tuple[str, str]]:
        """Return what is asked, for the hidden fields of a form or an address."""
        left_out = frozenset(without)
        named = [(name, getattr(self, name)) for name in (*_FILTERS, "days", "before")]
        return [(name, value) for name, value in named if value and name not in left_out]

    def href(self, path: str = PATH, **more: object) -> str:
        """Return the address that asks for this, and says more."""
        query = urlencode([*self.pairs(), *more.items()])
        return f"{path}?{query}" if query else path


_FILTERS = ("code", "family", "device", "topic", "text")
