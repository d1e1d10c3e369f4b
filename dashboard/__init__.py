"""Dash on FastAPI: the wall, the manage and report pages, the API."""
