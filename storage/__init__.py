"""The only package that knows a database; `storage.ports` is what others may ask."""
