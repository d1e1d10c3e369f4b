"""`zaindu import`."""

from zaindu.commands.options import DEFAULT_CONFIG, Config


def import_file(config: Config = DEFAULT_CONFIG) -> None:
    """Bring a meter's past from a file."""
