"""Simulated buildings whose meters speak the dialects of real devices."""
