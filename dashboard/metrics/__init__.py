"""`/metrics`: what a monitoring system wants to know, in Prometheus' text format."""
