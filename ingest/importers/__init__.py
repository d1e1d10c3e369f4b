"""Importers: from the files of the trade to readings, one file a format.

Each reads its file twice and streams both times: once to say everything that
is wrong with it, once to yield readings in batches.
"""
