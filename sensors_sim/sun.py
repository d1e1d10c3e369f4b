"""Where the sun stands and what reaches the ground and the roof."""

import numpy as np

from sensors_sim.noise import Floats, Integers

LATITUDE_DEG = 43.49
LONGITUDE_DEG = -1.48
"""Bayonne; the simulated portfolio does not leave it."""

_J2000_S = 946_728_000


def sun_position(epoch_s: Integers) -> tuple[Floats, Floats]:
    """Return the sine of the sun's elevation, and its azimuth from south [rad, west positive].

    Low-precision formulas of the Astronomical Almanac, good to a few hundredths
    of a degree around the year 2000.
    """
    days = (epoch_s - _J2000_S) / 86_400.0
    mean_anomaly = np.radians(357.528 + 0.9856003 * days)
    ecliptic_longitude = np.radians(
        280.460
        + 0.9856474 * days
        + 1.915 * np.sin(mean_anomaly)
        + 0.020 * np.sin(2.0 * mean_anomaly)
    )
    obliquity = np.radians(23.439 - 4e-7 * days)
    declination = np.arcsin(np.sin(obliquity) * np.sin(ecliptic_longitude))
    right_ascension = np.arctan2(
        np.cos(obliquity) * np.sin(ecliptic_longitude), np.cos(ecliptic_longitude)
    )
    sidereal_h = 18.697374558 + 24.06570982441908 * days
    hour_angle = np.radians(sidereal_h * 15.0 + LONGITUDE_DEG) - right_ascension
    latitude = np.radians(LATITUDE_DEG)
    sin_elevation = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(
        declination
    ) * np.cos(hour_angle)
    azimuth = np.arctan2(
        np.sin(hour_angle),
        np.cos(hour_angle) * np.sin(latitude) - np.tan(declination) * np.cos(latitude),
    )
    return np.asarray(sin_elevation), np.asarray(azimuth)


def horizontal_irradiance_w_m2(sin_elevation: Floats, cloudiness: Floats) -> Floats:
    """Return the global irradiance on the ground [W/m²].

    Clear sky after Haurwitz (1945), dimmed by clouds after Kasten and Czeplak (1980).
    """
    up = np.maximum(sin_elevation, 1e-6)
    clear = np.where(sin_elevation > 0.0, 1098.0 * up * np.exp(-0.057 / up), 0.0)
    return np.asarray(clear * (1.0 - 0.75 * cloudiness**3.4))


def roof_irradiance_w_m2(
    epoch_s: Integers, cloudiness: Floats, *, tilt_deg: float = 20.0
) -> Floats:
    """Return the irradiance on a south-facing roof [W/m²].

    The beam is what clouds leave of 80 % of the clear sky, seen at the roof's angle;
    the rest is diffuse and comes from the visible part of the sky.
    """
    sin_elevation, azimuth = sun_position(epoch_s)
    ground = horizontal_irradiance_w_m2(sin_elevation, cloudiness)
    beam = 0.8 * (1.0 - cloudiness) * ground
    tilt = np.radians(tilt_deg)
    cos_elevation = np.sqrt(np.maximum(0.0, 1.0 - sin_elevation**2))
    facing = sin_elevation * np.cos(tilt) + cos_elevation * np.sin(tilt) * np.cos(azimuth)
    gain = np.clip(facing, 0.0, None) / np.maximum(sin_elevation, 0.05)
    return np.asarray(beam * np.minimum(gain, 3.0) + (ground - beam) * (1.0 + np.cos(tilt)) / 2.0)
