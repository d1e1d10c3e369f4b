"""How careful people are: it comes and goes over the weeks, and not everywhere at once."""

import numpy as np

from sensors_sim.noise import Floats, Integers, smooth, stream

_WAVE_S = 9 * 7 * 86_400
_WAVE = 0.075
"""Resolutions are taken and forgotten over about nine weeks, by ±7.5 %."""


def carelessness(seed: int, building_id: str, rank: int, epoch_s: Integers) -> Floats:
    """Return by how much habits multiply what people can act upon [ratio, around 1].

    Args:
        seed: Seed of the simulation.
        building_id: Whose habits.
        rank: Place of the building in the portfolio. Neighbours in it are a third
            of a wave apart, so that in any week some do better than others.
        epoch_s: When [s since 1970 UTC].
    """
    wave = _WAVE * np.sin(2.0 * np.pi * (epoch_s / _WAVE_S + rank / 3.0))
    week = 0.018 * smooth(stream(seed, "habit-week", building_id), epoch_s, 5 * 86_400)
    day = 0.012 * smooth(stream(seed, "habit-day", building_id), epoch_s, 86_400)
    return np.asarray(1.0 + wave + week + day)
