"""Ingest as a whole, where no broker is needed to tell."""

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
