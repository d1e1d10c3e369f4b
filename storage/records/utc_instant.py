"""How an instant is kept in either database."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from storage.instants import instant_of, microseconds


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant: `timestamptz` in PostgreSQL, microseconds in SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | datetime | None:
        """Refuse naive instants on their way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone cannot be kept")
        return microseconds(value) if dialect.name == "sqlite" else value

    def process_result_value(
        self, value: int | datetime | None, _dialect: Dialect
    ) -> datetime | None:
        """Give UTC back."""
        if value is None:
            return None
        return instant_of(value if isinstance(value, int) else microseconds(value))
