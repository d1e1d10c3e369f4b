"""The command line: the only package that wires rooms together."""
