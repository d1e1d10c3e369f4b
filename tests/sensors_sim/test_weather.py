import numpy as np
import pytest

from sensors_sim.sun import horizontal_irradiance_w_m2, roof_irradiance_w_m2, sun_position
from sensors_sim.weather import Weather

BAYONNE = Weather(20261, "Bayonne")
YEAR_2025 = np.arange(1_735_689_600, 1_767_225_600, 600, dtype=np.int64)


@pytest.mark.parametrize("seed", [1, 2, 20261])
def test_a_year_in_bayonne_is_as_mild_as_in_the_records(seed: int) -> None:
    by_day = Weather(seed, "Bayonne").temperature_degc(YEAR_2025).reshape(-1, 144)
    degree_days = float(np.maximum(0.0, 17.0 - (by_day.min(1) + by_day.max(1)) / 2.0).sum())
    assert 1000 < degree_days < 1650  # the department: 1098 in 2025, 1475 over twenty years
    assert 13.5 < float(by_day.mean()) < 15.7
    assert float(by_day.min()) > -7.0
    assert float(by_day.max()) < 40.0


def test_a_front_lasts_for_days() -> None:
    daily = BAYONNE.temperature_degc(YEAR_2025).reshape(-1, 144).mean(axis=1)
    season = np.convolve(daily, np.ones(61) / 61, mode="same")
    unusual = (daily - season)[40:-40]
    assert np.corrcoef(unusual[:-1], unusual[1:])[0, 1] > 0.6
    assert abs(np.corrcoef(unusual[:-15], unusual[15:])[0, 1]) < 0.4


def test_clear_days_swing_more_than_overcast_ones() -> None:
    clouds = BAYONNE.cloudiness(YEAR_2025).reshape(-1, 144).mean(axis=1)
    temperature = BAYONNE.temperature_degc(YEAR_2025).reshape(-1, 144)
    swing = temperature.max(axis=1) - temperature.min(axis=1)
    assert swing[clouds < 0.3].mean() > swing[clouds > 0.8].mean() + 2.0


def test_two_cities_have_weathers_of_their_own() -> None:
    elsewhere = Weather(20261, "Pau").temperature_degc(YEAR_2025)
    assert not np.allclose(elsewhere, BAYONNE.temperature_degc(YEAR_2025))


def test_walls_feel_the_last_day_and_a_half() -> None:
    felt = BAYONNE.felt_by_walls_degc(YEAR_2025)
    air = BAYONNE.temperature_degc(YEAR_2025)
    assert np.abs(np.diff(felt)).max() < np.abs(np.diff(air)).max()
    assert float(felt.mean()) == pytest.approx(float(air.mean()), abs=0.1)


def test_the_sun_of_the_summer_solstice_culminates_at_seventy_degrees() -> None:
    day = np.arange(1_782_000_000, 1_782_000_000 + 86_400, 60, dtype=np.int64)  # 21 June 2026
    sin_elevation, azimuth = sun_position(day)
    highest = int(np.argmax(sin_elevation))
    assert np.degrees(np.arcsin(sin_elevation[highest])) == pytest.approx(69.95, abs=0.1)
    assert np.degrees(azimuth[highest]) == pytest.approx(0.0, abs=1.0)


def test_no_light_reaches_a_roof_at_night_and_clouds_dim_it_by_day() -> None:
    sin_elevation, _ = sun_position(YEAR_2025)
    clear, dull = (roof_irradiance_w_m2(YEAR_2025, np.full(len(YEAR_2025), c)) for c in (0.0, 1.0))
    assert np.all(clear[sin_elevation < 0.0] == 0.0)
    assert np.all(dull[sin_elevation > 0.4] < clear[sin_elevation > 0.4])
    assert float(clear.max()) < 1250.0
    ground = horizontal_irradiance_w_m2(sin_elevation, BAYONNE.cloudiness(YEAR_2025))
    assert 1150 < float(ground.sum()) / 6000.0 < 1550  # kWh/m² a year; Bayonne: about 1350
