"""Readings, roll-ups and indicators in one SQLite file: nothing to install."""

from storage.embedded.store import EmbeddedStore

__all__ = ["EmbeddedStore"]
