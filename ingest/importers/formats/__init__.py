"""The files of the trade, one module a format: each exports `FORMAT`, a `FileFormat`."""
