"""`config.toml` → frozen `Settings`, checked whole before anything starts."""

from settings.model import Settings

__all__ = ["Settings"]
