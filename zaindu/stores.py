"""Opening the stores that the configuration chooses."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from domain.errors import ConfigError, InvalidRecord, StorageUnavailable
from settings.model import Settings, StorageSettings
from settings.portfolio import portfolio_of
from settings.secrets import Secrets
from storage.ports import ReadingStore, Records
from zaindu.data_folder import make_data_folder

_T = TypeVar("_T")

log = logging.getLogger(__name__)

_FIRST_WAIT_S = 1.0
_LAST_WAIT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Readings and records, ready to be used."""

    readings: ReadingStore
    records: Records


@contextmanager
def open_stores(
    settings: Settings, secrets: Secrets, *, wait: threading.Event | None = None
) -> Iterator[Stores]:
    """Open and prepare the stores, apply the declared portfolio, and close them at the end.

    Args:
        settings: Which stores, and the portfolio.
        secrets: What opens them.
        wait: When given, a store that does not answer is tried again until it
            does or this is set: records before this yields, readings behind it, since
            ingest keeps messages on disk meanwhile. Otherwise that is an error.

    Raises:
        ConfigError: A secret is missing, a declared id changed its meaning, or the data
            folder cannot be written.
        StorageUnavailable: A store does not answer.
        NewerDatabase: A newer Zaindu wrote the records.
    """
    make_data_folder(settings.site.data_dir)
    readings = _readings(settings.storage, secrets)
    try:
        _prepare(readings, wait)
        records = _until_it_answers(
            lambda: _records(settings.storage, secrets), "the database of records", wait
        )
        try:
            _apply(records, settings)
            yield Stores(readings=readings, records=records)
        finally:
            records.close()
    finally:
        readings.close()


@contextmanager
def open_records_alone(settings: Settings, secrets: Secrets) -> Iterator[Records]:
    """Open the records and nothing else, as what only changes accounts needs.

    The portfolio is left as it was last applied.

    Raises:
        ConfigError: The data folder cannot be written.
        StorageUnavailable: The database does not answer.
        NewerDatabase: A newer Zaindu wrote the records.
    """
    make_data_folder(settings.site.data_dir)
    records = _records(settings.storage, secrets)
    try:
        yield records
    finally:
        records.close()


@contextmanager
def open_stores_to_look(settings: Settings, secrets: Secrets) -> Iterator[Stores]:
    """Open the stores as they stand, beside the processes that fill them.

    Raises:
        ConfigError: A secret is missing, or the data folder cannot be written.
        StorageUnavailable: A store does not answer.
        NewerDatabase: A newer Zaindu wrote the records.
    """
    make_data_folder(settings.site.data_dir)
    readings = _readings(settings.storage, secrets)
    try:
        readings.ping()
        with open_records_alone(settings, secrets) as records:
            yield Stores(readings=readings, records=records)
    finally:
        readings.close()


def _prepare(readings: ReadingStore, wait: threading.Event | None) -> None:
    try:
        readings.prepare()
    except StorageUnavailable:
        if wait is None:
            raise
        threading.Thread(
            target=_prepare_later, args=(readings, wait), name="prepare", daemon=True
        ).start()


def _prepare_later(readings: ReadingStore, stop: threading.Event) -> None:
    with suppress(StorageUnavailable):
        _until_it_answers(readings.prepare, "the store of readings", stop)


def _apply(records: Records, settings: Settings) -> None:
    try:
        records.portfolio.apply_config(portfolio_of(settings))
    except InvalidRecord as error:
        raise ConfigError(
            [
                f"{place}: an id that has readings never changes meaning ({key}): "
                "give the new one another id"
                for place, key in error.fields.items()
            ]
        ) from None


def _readings(storage: StorageSettings, secrets: Secrets) -> ReadingStore:
    if storage.readings == "embedded":
        from storage.embedded import EmbeddedStore

        return EmbeddedStore(storage.embedded.file)
    if not secrets.influx_token:
        raise ConfigError(
            ['environment: ZAINDU_INFLUX_TOKEN is missing; storage.readings = "influx" needs it']
        )
    from storage.influx import Buckets, InfluxStore

    influx = storage.influx
    return InfluxStore(
        url=influx.url,
        org=influx.org,
        token=secrets.influx_token,
        buckets=Buckets(
            raw=influx.bucket_raw,
            rollup=influx.bucket_rollup,
            indicators=influx.bucket_indicators,
            raw_retention_days=influx.raw_retention_days,
            rollup_retention_days=influx.rollup_retention_days,
            indicators_retention_days=influx.indicators_retention_days,
        ),
        timeout_s=influx.timeout_s,
    )


def _records(storage: StorageSettings, secrets: Secrets) -> Records:
    from storage.records import open_records

    return open_records(secrets.records_url or f"sqlite:///{storage.records.file}")


def _until_it_answers(open_it: Callable[[], _T], name: str, stop: threading.Event | None) -> _T:
    wait_s = _FIRST_WAIT_S
    while True:
        try:
            return open_it()
        except StorageUnavailable as error:
            if stop is None or stop.is_set():
                raise
            log.warning("%s does not answer (%s); trying again in %.0f s", name, error, wait_s)
            stop.wait(wait_s)
            wait_s = min(2 * wait_s, _LAST_WAIT_S)
