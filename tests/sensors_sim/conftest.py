"""The demonstration of `config.toml`, simulated."""

from pathlib import Path

import pytest

from domain.sites import Portfolio
from sensors_sim.simulation import Simulation
from settings.loading import load_settings
from settings.model import Settings
from settings.portfolio import portfolio_of

SEED = 20261


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings(Path(__file__).parents[2] / "config.toml")


@pytest.fixture(scope="session")
def portfolio(settings: Settings) -> Portfolio:
    return portfolio_of(settings)


@pytest.fixture(scope="session")
def simulation(portfolio: Portfolio, settings: Settings) -> Simulation:
    return Simulation(portfolio, SEED, mappings=settings.mappings)
