"""How careful people are: usually as ever, and now and then not, each building in its turn."""

import numpy as np

from sensors_sim.noise import Floats, Integers, smooth, stream

_DAY_S = 86_400
_CYCLE_S = 12 * 7 * _DAY_S
_SPELL_S = 11 * _DAY_S
_EDGE_S = 2 * _DAY_S
_SPELL = 0.15
"""In a spell people use 15 % less, or more, of what they can act upon. Spells are rare,
for what happens often is what everybody expects."""


def carelessness(seed: int, building_id: str, rank: int, epoch_s: Integers) -> Floats:
    """Return by how much habits multiply what people can act upon [ratio, around 1].

    Every twelve weeks a building has a spell of effort, and six weeks later one
    of neglect.

    Args:
        seed: Seed of the simulation.
        building_id: Whose habits.
        rank: Place of the building in the portfolio. Neighbours in it are a third
            of a cycle apart, so that of three there is nearly always one to praise
            or one to help.
        epoch_s: When [s since 1970 UTC].
    """
    position = (epoch_s + rank * _CYCLE_S // 3) % _CYCLE_S
    spell = _spell(position - _CYCLE_S // 2) - _spell(position)
    week = 0.008 * smooth(stream(seed, "habit-week", building_id), epoch_s, 5 * _DAY_S)
    return np.asarray(1.0 + _SPELL * spell + week)


def _spell(since_s: Integers) -> Floats:
    """Return how far a spell that begins at 0 is under way [0..1]."""
    knots = [0, _EDGE_S, _SPELL_S - _EDGE_S, _SPELL_S]
    return np.asarray(np.interp(since_s, knots, [0.0, 1.0, 1.0, 0.0]))
