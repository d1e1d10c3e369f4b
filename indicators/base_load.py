"""The power that never stops."""

import numpy as np

from indicators.day_profiles import DayProfiles, Table

LOWEST_HOURS = 4
"""Of hourly means: as long as the eight lowest half-hours of Energy Sparks'
statistical base load, which half-hourly data would allow."""

LEAST_HOURS = 20
"""A day with fewer measured hours has no base load: its lowest may be missing."""


def base_load(profiles: DayProfiles) -> Table:
    """Return each day's base load [kW]: the mean of its four lowest hours.

    NaN where fewer than twenty hours were measured.
    """
    known = (~np.isnan(profiles.rate)).sum(axis=1)
    lowest = np.sort(np.where(np.isnan(profiles.rate), np.inf, profiles.rate), axis=1)
    load: Table = lowest[:, :LOWEST_HOURS].mean(axis=1)
    load[known < LEAST_HOURS] = np.nan
    return load
