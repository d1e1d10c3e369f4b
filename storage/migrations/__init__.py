"""Alembic's environment: how each version's schema becomes the next one's.

A new revision is written by hand beside the older ones, under the next number,
with `storage.records.tables` changed to match: a test compares the two.
"""
