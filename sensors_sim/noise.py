"""Chance that can be asked about any instant: counter-based, never a running state.

A stream is a 64-bit number drawn from the seed and a few names; the draw number
`k` of a stream is always the same, in whatever order draws are made.
"""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def stream(seed: int, *names: str) -> int:
    """Return the stream of that seed and those names."""
    text = "\x1f".join((str(seed), *names))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def uniform(stream_id: int, k: Integers) -> Floats:
    """Return draws number `k` of a stream, uniform over [0, 1).

    Steele, Lea and Flood's SplitMix64, which is made to be entered anywhere.
    """
    z = k.astype(np.uint64) * _GOLDEN + np.uint64(stream_id)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normal(stream_id: int, k: Integers) -> Floats:
    """Return draws number `k` of a stream, normal with mean 0 and deviation 1."""
    radius = np.sqrt(-2.0 * np.log1p(-uniform(stream_id, 2 * k)))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform(stream_id, 2 * k + 1)))


def smooth(stream_id: int, epoch_s: Integers, period_s: float) -> Floats:
    """Return a wandering curve of mean 0 and deviation 1 that forgets itself in `period_s`.

    Normal draws stand at multiples of the period; between two of them the curve
    passes smoothly, rescaled so that its deviation is 1 everywhere.
    """
    position = epoch_s / period_s
    knot = np.floor(position)
    share = position - knot
    share = share * share * (3.0 - 2.0 * share)
    before, after = _knots(stream_id, knot.astype(np.int64))
    blend = (1.0 - share) * before + share * after
    return np.asarray(blend / np.sqrt((1.0 - share) ** 2 + share**2))


def _knots(stream_id: int, k: Integers) -> tuple[Floats, Floats]:
    """Return draws `k` and `k + 1`; each is made once where many instants share it."""
    if len(k) == 0:
        return np.zeros(0), np.zeros(0)
    first, last = int(k.min()), int(k.max())
    if last - first > len(k):
        return normal(stream_id, k), normal(stream_id, k + 1)
    drawn = normal(stream_id, np.arange(first, last + 2, dtype=np.int64))
    return drawn[k - first], drawn[k - first + 1]


def draw(stream_id: int, k: int) -> float:
    """Return draw number `k` of a stream, uniform over [0, 1)."""
    return float(uniform(stream_id, np.array([k], dtype=np.int64))[0])
