"""Measurements, each printed with the reference it is compared with in the same run."""
