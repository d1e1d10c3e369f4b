"""Text that either database takes, whatever was typed, sent or put in an address."""

from sqlalchemy import Text, TypeDecorator
from sqlalchemy.engine import Dialect


def keepable(text: str) -> str:
    """Return `text` without NUL, which PostgreSQL refuses, or half of a character pair."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


class AnyText(TypeDecorator[str]):
    """A column that makes texts keepable, when they are kept and when they are looked for."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Mend a text on its way in."""
        return None if value is None else keepable(value)
