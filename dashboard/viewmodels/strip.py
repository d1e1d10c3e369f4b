"""The strip of all buildings on one axis of deviation, each before its own linen."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.text.words import Words
from domain.snapshots import Verdict

REACHES = ((0.14, 0.03), (0.22, 0.05), (0.45, 0.1))
"""How far the axis goes to either side, and the step of its ticks [ratio]; the
first that holds everything is taken, and beyond the last a mark stays at the end."""

OWN_LANES = 8
"""Up to so many buildings, each has a lane and its own dead-band."""

NEAR_PERCENT = 3.2
"""Marks closer than this share of the axis are stacked."""

LABEL_BASE, LABEL_LETTER = 5.0, 0.8
"""Room that a mark and each letter of its name need [% of the width]."""

RIGHT_HALF = 50.0
"""Past this the name stands left of its mark [% of the width]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripBuilding:
    """One building to place."""

    name: str
    href: str
    verdict: Verdict
    word: str
    deviation: float | None
    dead_band: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Linen:
    """What was expected, from `left`, so `wide` [% of the width]; None: in every lane."""

    left: float
    wide: float
    lane: int | None


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

    name_left: bool = False
    """The name stands on the left of the mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripView:
    """The whole strip; positions in % of its width."""

    marks: tuple[Mark, ...]
    linens: tuple[Linen, ...]
    band_caption: str
    less: str
    more: str
    ticks: tuple[tuple[float, str], ...]
    lanes: int
    own_lanes: bool
    """Each building has its own lane, with room for its name on any screen."""

    left_out: str
    """Who is missing and why; empty when nobody is."""


def strip_view(buildings: Sequence[StripBuilding], words: Words) -> StripView:
    """Place the buildings that have a deviation; the others are counted in words."""
    placed = sorted((b for b in buildings if b.deviation is not None), key=_deviation)
    reach, step = _reach(placed)
    lefts = [place(_deviation(b), reach) for b in placed]
    few = len(placed) <= OWN_LANES
    lanes = list(range(len(placed))) if few else _lanes(lefts)
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
                labelled=few or _has_room(at, placed, lefts),
                name_left=few and left > RIGHT_HALF,
            )
            for at, (building, left, lane) in enumerate(zip(placed, lefts, lanes, strict=True))
        ),
        linens=_linens(placed, lanes, reach) if few else _common_linen(placed, reach),
        band_caption=_caption(placed, few, words),
        less=words.say("manage.strip.less"),
        more=words.say("manage.strip.more"),
        ticks=tuple((place(tick, reach), words.percent(tick)) for tick in _ticks(reach, step)),
        lanes=max(lanes, default=0) + 1,
        own_lanes=few,
        left_out=words.say("manage.strip.left_out", n=missing) if missing else "",
    )


def place(deviation: float, reach: float) -> float:
    """Return where a deviation [ratio] stands [% of the width]."""
    held = min(reach, max(-reach, deviation))
    return round((held + reach) / (2 * reach) * 100, 2)


def _linens(
    placed: Sequence[StripBuilding], lanes: Sequence[int], reach: float
) -> tuple[Linen, ...]:
    return tuple(
        _linen(building.dead_band or 0.0, reach, lane)
        for building, lane in zip(placed, lanes, strict=True)
    )


def _common_linen(placed: Sequence[StripBuilding], reach: float) -> tuple[Linen, ...]:
    """Return what was expected of every one of many buildings: the narrowest linen."""
    return (_linen(min(b.dead_band or 0.0 for b in placed), reach, None),)


def _linen(dead_band: float, reach: float, lane: int | None) -> Linen:
    left = place(-dead_band, reach)
    return Linen(left=left, wide=round(100 - 2 * left, 2), lane=lane)


def _caption(placed: Sequence[StripBuilding], few: bool, words: Words) -> str:
    bands = sorted({round(b.dead_band or 0.0, 3) for b in placed})
    if not bands:
        return words.say("manage.strip.expected")
    least = words.percent(bands[0], _decimals(bands[0]), signed=False)
    if len(bands) == 1:
        return words.say("manage.strip.band", band=least)
    return words.say("manage.strip.bands" if few else "manage.strip.band_at_least", band=least)


def _reach(placed: Sequence[StripBuilding]) -> tuple[float, float]:
    furthest = max((max(abs(_deviation(b)), b.dead_band or 0.0) for b in placed), default=0.0)
    return next((r for r in REACHES if furthest <= r[0] * 0.97), REACHES[-1])


def _ticks(reach: float, step: float) -> list[float]:
    count = int(reach / step)
    return [round(n * step, 4) for n in range(-count, count + 1)]


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
