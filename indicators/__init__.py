"""Pure computing on pandas and NumPy: series in, series or noun out."""
