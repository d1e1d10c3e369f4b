"""`zaindu simulate`."""

from zaindu.commands.options import DEFAULT_CONFIG, Config


def simulate(config: Config = DEFAULT_CONFIG) -> None:
    """Publish what simulated meters say to the broker of the configuration."""
