"""Ingest as a whole, where no broker is needed to tell."""

import logging
import threading
from pathlib import Path

import pytest

from domain.errors import ConfigError, StorageUnavailable
from domain.ingest_counters import NOTES, read_counters
from ingest import service as ingest_service
from ingest.service import IngestService
from settings.model import MqttSettings, Settings, TlsSettings
from storage.ports import ReadingStore, Records
from tests.services.servers import free_port


def test_a_certificate_that_cannot_be_read_for_a_while_keeps_ingest_away_no_longer(
    settings: Settings, readings: ReadingStore, records: Records, tmp_path: Path
) -> None:
    missing = tmp_path / "ca.pem"
    tls = TlsSettings(enabled=True, ca_file=missing)
    encrypted = settings.model_copy(update={"mqtt": MqttSettings(tls=tls)})
    with pytest.raises(ConfigError, match=r"mqtt\.tls"):
        IngestService(encrypted, readings=readings, records=records)
    plain = settings.model_copy(update={"mqtt": MqttSettings(port=free_port())})
    service = IngestService(plain, readings=readings, records=records)
    stop = threading.Event()
    stop.set()
    service.run(stop)


def test_ingest_ends_with_what_became_of_its_messages_said_for_a_person(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    caplog: pytest.LogCaptureFixture,
) -> None:
    away = settings.model_copy(update={"mqtt": MqttSettings(port=free_port())})
    stop = threading.Event()
    stop.set()
    with caplog.at_level(logging.INFO):
        IngestService(away, readings=readings, records=records).run(stop)
    assert caplog.messages[-1] == (
        "ingest stopped: 0 messages received, 0 found on disk: 0 stored, 0 duplicate, "
        "0 dead lettered, 0 without reading, 0 spooled, 0 in hand"
    )


def test_a_worker_that_ends_for_good_says_so_once_the_records_are_back(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ingest_service, "_PATIENCE_S", 0.0)
    service = IngestService(settings, readings=readings, records=records)
    monkeypatch.setattr(service, "run", lambda _stop: None)
    monkeypatch.setattr(service, "_end_session", lambda: True)
    keep, attempts = records.jobs.set_note, []

    def set_note(key: str, text: str) -> None:
        attempts.append(key)
        if len(attempts) < 3:
            raise StorageUnavailable("away")
        keep(key, text)

    monkeypatch.setattr(records.jobs, "set_note", set_note)
    assert service.retire(threading.Event())
    (counters,) = read_counters(records.jobs.notes(NOTES))
    assert counters.retired
    service._spool.close()
