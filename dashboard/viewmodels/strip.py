"""The strip of all buildings on one axis of deviation."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.text.words import Words
from domain.snapshots import Verdict

REACH = 0.14
"""The axis goes from −14 to +14 %; beyond, a mark stays at the end."""

TICKS = (-0.12, -0.09, -0.06, -0.03, 0.0, 0.03, 0.06, 0.09, 0.12)
NEAR_PERCENT = 3.2
"""Marks closer than this share of the axis are stacked."""

LABEL_BASE, LABEL_LETTER = 5.0, 0.8
"""Room that a mark and each letter of its name need [% of the width]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripBuilding:
    """One building to place."""

    name: str
    href: str
    verdict: Verdict
    word: str
    deviation: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One building placed: `left` and `lane` say where, lane 0 at the bottom."""

    name: str
    href: str
    verdict: Verdict
    title: str
    left: float
    """[% of the width]"""

    lane: int
    labelled: bool
    """False where its neighbours leave no room for the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripView:
    """The whole strip; positions in % of its width."""

    marks: tuple[Mark, ...]
    band_left: float
    band_width: float
    band_caption: str
    less: str
    more: str
    ticks: tuple[tuple[float, str], ...]
    lanes: int
    left_out: str
    """Who is missing and why; empty when nobody is."""


def strip_view(buildings: Sequence[StripBuilding], dead_band: float, words: Words) -> StripView:
    """Place the buildings that have a deviation; the others are counted in words."""
    placed = sorted((b for b in buildings if b.deviation is not None), key=_deviation)
    lefts = [place(_deviation(b)) for b in placed]
    lanes = _lanes(lefts)
    missing = len(buildings) - len(placed)
    return StripView(
        marks=tuple(
            Mark(
                name=building.name,
                href=building.href,
                verdict=building.verdict,
                title=f"{building.name} {words.percent(_deviation(building), 1)}, {building.word}",
                left=left,
                lane=lane,
                labelled=_has_room(at, placed, lefts),
            )
            for at, (building, left, lane) in enumerate(zip(placed, lefts, lanes, strict=True))
        ),
        band_left=place(-dead_band),
        band_width=place(dead_band) - place(-dead_band),
        band_caption=words.say(
            "manage.strip.band", band=words.percent(dead_band, _decimals(dead_band), signed=False)
        ),
        less=words.say("manage.strip.less"),
        more=words.say("manage.strip.more"),
        ticks=tuple((place(tick), words.percent(tick)) for tick in TICKS),
        lanes=max(lanes, default=0) + 1,
        left_out=words.say("manage.strip.left_out", n=missing) if missing else "",
    )


def place(deviation: float) -> float:
    """Return where a deviation [ratio] stands [% of the width]."""
    held = min(REACH, max(-REACH, deviation))
    return round((held + REACH) / (2 * REACH) * 100, 2)


def _deviation(building: StripBuilding) -> float:
    return building.deviation if building.deviation is not None else 0.0


def _lanes(lefts: Sequence[float]) -> list[int]:
    """Stack marks that would cover one another; a far one starts again at the bottom."""
    lanes: list[int] = []
    last_in_lane: dict[int, float] = {}
    for left in lefts:
        lane = 0
        while left - last_in_lane.get(lane, -100.0) < NEAR_PERCENT:
            lane += 1
        last_in_lane[lane] = left
        lanes.append(lane)
    return lanes


def _has_room(at: int, placed: Sequence[StripBuilding], lefts: Sequence[float]) -> bool:
    """Tell whether a name fits to the right of mark `at`."""
    following = lefts[at + 1] if at + 1 < len(lefts) else 102.0
    return following - lefts[at] >= LABEL_BASE + LABEL_LETTER * len(placed[at].name)


def _decimals(dead_band: float) -> int:
    return 0 if abs(dead_band * 100 - round(dead_band * 100)) < 0.05 else 1
