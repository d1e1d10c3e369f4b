"""Alembic's environment: how each version's schema becomes the next one's."""
