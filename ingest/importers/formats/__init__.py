"""The trade's files, one module a format; each exports its `FORMAT`."""
