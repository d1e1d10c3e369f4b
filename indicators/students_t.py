"""Student's t, as far as a dead-band needs it."""

import numpy as np

_INVERSE_DEGREES = (0.0, 1 / 60, 1 / 30, 1 / 20, 1 / 15, 1 / 12, 1 / 10, 1 / 9, 1 / 8)
_QUANTILES = (1.645, 1.671, 1.697, 1.725, 1.753, 1.782, 1.812, 1.833, 1.860)
_FEW = {1: 6.314, 2: 2.920, 3: 2.353, 4: 2.132, 5: 2.015, 6: 1.943, 7: 1.895}


def t_90(degrees: int) -> float:
    """Return the t that 90 % of draws stay within, on both sides together.

    Args:
        degrees: Degrees of freedom, at least 1.

    >>> t_90(4), t_90(10), round(t_90(1000), 2)
    (2.132, 1.812, 1.65)
    """
    if degrees in _FEW:
        return _FEW[degrees]
    return float(np.interp(1 / degrees, _INVERSE_DEGREES, _QUANTILES))
