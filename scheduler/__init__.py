"""When things are computed, not what."""
