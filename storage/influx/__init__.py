"""Readings, roll-ups and indicators in InfluxDB 2, one bucket each.

In InfluxDB a row is measurement + tags + time. Meter and register are tags;
quality, source and reception time are fields, so that a corrected reading
replaces the row instead of becoming a second one. Each reading writes every
field, because a field left out would keep its old value.
"""

from storage.influx.server import Buckets
from storage.influx.store import InfluxStore

__all__ = ["Buckets", "InfluxStore"]
