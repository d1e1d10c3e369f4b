"""Drawn parts: pure functions from numbers to SVG."""
