"""One InfluxDB: lines in, tables out, and what its refusals mean.

The token is in no message: errors are made from the server's answer alone.
"""

# The client says that it is typed, and half of it is not.
# mypy: allow-untyped-calls

import gzip
import io
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd
from influxdb_client.client.exceptions import InfluxDBError
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.domain.bucket_retention_rules import BucketRetentionRules
from influxdb_client.domain.dialect import Dialect
from influxdb_client.rest import ApiException
from influxdb_client.service.write_service import WriteService
from urllib3.exceptions import HTTPError

from domain.errors import StorageUnavailable, ZainduError

log = logging.getLogger(__name__)

_CSV = Dialect(
    header=True,
    delimiter=",",
    annotations=["datatype"],
    comment_prefix="#",
    date_time_format="RFC3339",
)
_DTYPES = {"double": "float64", "long": "int64", "unsignedLong": "uint64"}
"""How pandas calls InfluxDB's numbers; all else stays text."""
_TOO_LARGE = 413
"""Also a proxy's word: half of the lines may pass."""
_POISON = (400, _TOO_LARGE, 422)
_SOMETHING_ELSE = "what answers there is not InfluxDB; see url under [storage.influx]"
_WRITTEN = 204
_DAY_S = 86_400
_LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckets:
    """Names and retentions [days, 0: for ever]."""

    raw: str
    rollup: str
    indicators: str
    raw_retention_days: int
    rollup_retention_days: int
    indicators_retention_days: int


class PoisonLines(ZainduError):
    """The server will never take these lines; its reason is the message."""


class InfluxServer:
    """A connection pool to one organisation of one InfluxDB 2.

    Args:
        url: Where it listens.
        org: The organisation's name.
        token: A token that may read, write and create buckets.
        timeout_s: How long one answer may take [s].
    """

    def __init__(self, *, url: str, org: str, token: str, timeout_s: float) -> None:
        self._url = url
        self._org = org
        self._client = InfluxDBClient(url=url, token=token, org=org, timeout=int(timeout_s * 1000))
        self._write = WriteService(self._client.api_client)
        self._query = self._client.query_api()

    def close(self) -> None:
        """Release the connections."""
        self._client.close()

    def has_bucket(self, name: str) -> bool:
        """Tell whether a bucket exists; needs the token to be right."""
        with self._telling_apart():
            # Asked for by name, it answers 404 for a missing bucket and organisation alike.
            found = self._client.buckets_api().find_buckets_iter(org=self._org)
            return any(bucket.name == name for bucket in found)

    def create_bucket(self, name: str, retention_days: int, shard_days: int) -> None:
        """Create a bucket unless somebody else does so first.

        Args:
            name: Its name.
            retention_days: How long it keeps rows [days]; 0: for ever.
            shard_days: How much one of its files covers [days]: long ones suit
                sparse rows that are read over years.
        """
        if retention_days:
            shard_days = min(shard_days, retention_days)
        rules = BucketRetentionRules(
            type="expire",
            every_seconds=retention_days * _DAY_S,
            shard_group_duration_seconds=shard_days * _DAY_S,
        )
        try:
            with self._telling_apart():
                self._client.buckets_api().create_bucket(
                    bucket_name=name, retention_rules=rules, org=self._org
                )
            kept = f"for {retention_days} days" if retention_days else "for ever"
            log.info("InfluxDB: bucket %s created, kept %s", name, kept)
        except PoisonLines as error:
            if not self.has_bucket(name):
                raise StorageUnavailable(f"{self._url}: bucket {name!r}: {error}") from error

    def write(self, bucket: str, lines: Sequence[str]) -> None:
        """Write lines in one request, times in microseconds; durable on return.

        Raises:
            PoisonLines: The server refuses at least one of them.
            StorageUnavailable: Try again later.
        """
        if not lines:
            return
        # Level 1: three times faster than the default for a tenth more bytes.
        body = gzip.compress("\n".join(lines).encode(), compresslevel=1)
        with self._telling_apart():
            _, status, _ = self._write.post_write_with_http_info(
                org=self._org, bucket=bucket, body=body, content_encoding="gzip", precision="us"
            )
        if status != _WRITTEN:
            # A proxy's page or a sign-in portal says 200: nothing was kept.
            raise StorageUnavailable(
                f"{self._url} answered {status} to a write, where InfluxDB answers {_WRITTEN}: "
                "something else answers there, see url under [storage.influx]"
            )

    def query(self, flux: str) -> list[pd.DataFrame]:
        """Return the tables of an answer, those of the same columns together.

        Every text in them was `encoded`, so no cell spans lines.
        """
        with self._telling_apart():
            answer: bytes = self._query.query_raw(flux, dialect=_CSV).data
            blocks = answer.decode().replace("\r\n", "\n").split("\n\n")
            frames = [_frame(block.lstrip("\n")) for block in blocks if block.strip()]
        for frame in frames:
            if "error" in frame.columns:
                raise StorageUnavailable(f"{self._url}: {frame['error'].iloc[0]}")
        return frames

    @contextmanager
    def _telling_apart(self) -> Iterator[None]:
        try:
            yield
        except ApiException as error:
            # The client's own text repeats headers: only the body is passed on.
            raise self._meaning(
                error.status,
                _reason(error),
                retry_after_s=_retry_after_s(error),
                is_its_own=_is_its_own(error),
            ) from None
        except InfluxDBError as error:
            # Raised by the client itself, when the organisation has no such name.
            raise self._meaning(404, error.message) from error
        except (HTTPError, OSError) as error:
            raise StorageUnavailable(f"InfluxDB at {self._url} does not answer: {error}") from error
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # What the client trips over when a sign-in portal or a proxy's page answers 200.
            raise StorageUnavailable(f"{self._url}: {_SOMETHING_ELSE}") from error

    def _meaning(
        self, status: int, reason: str, *, retry_after_s: float = 0.0, is_its_own: bool = True
    ) -> ZainduError:
        where = f"InfluxDB at {self._url}"
        if status in _POISON and not is_its_own and status != _TOO_LARGE:
            # Taken at its word, a proxy set up wrongly would have every reading refused for ever.
            return StorageUnavailable(f"{self._url}: {_SOMETHING_ELSE}: {status} {reason}")
        if status in (401, 403):
            return StorageUnavailable(
                f"{where} does not accept the token for organisation {self._org!r}: "
                "see ZAINDU_INFLUX_TOKEN"
            )
        if status == 404:
            return StorageUnavailable(
                f"{where}: {reason}; see org and bucket_… under [storage.influx]"
            )
        if status in _POISON and "field type conflict" in reason:
            return StorageUnavailable(
                f"{where}: the bucket holds something else under our names, choose another: "
                f"{reason}"
            )
        if status in _POISON:
            return PoisonLines(reason)
        return StorageUnavailable(
            f"{where} answered {status}: {reason}", retry_after_s=retry_after_s
        )


def _frame(block: str) -> pd.DataFrame:
    """Read one block of CSV, whose first line names the type of each column."""
    types, names = (line.split(",") for line in block.split("\n", 2)[:2])
    dtypes = {name: _DTYPES.get(kind, str) for name, kind in zip(names[1:], types[1:], strict=True)}
    return pd.read_csv(
        io.StringIO(block),
        skiprows=1,
        usecols=names[1:],
        dtype=dtypes,
        keep_default_na=False,
    )


def _reason(error: ApiException) -> str:
    text = _text(error)
    message = _message(text)
    return (text if message is None else message)[:_LONGEST_REASON]


def _is_its_own(error: ApiException) -> bool:
    """Tell whether InfluxDB said it, rather than a proxy in front of it."""
    return _message(_text(error)) is not None


def _text(error: ApiException) -> str:
    body = error.body
    return body.decode(errors="replace") if isinstance(body, bytes) else str(body or error.reason)


def _message(text: str) -> str | None:
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return None


def _retry_after_s(error: ApiException) -> float:
    """Return for how long the server asked us to wait [s]; a date is taken for none."""
    headers: Mapping[str, str] = error.headers or {}
    asked = headers.get("Retry-After", "")
    return float(asked) if asked.isdecimal() else 0.0
