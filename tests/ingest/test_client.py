"""The connection to the broker, where no broker is needed to tell."""

import socket
import threading

from ingest.client import BrokerClient
from ingest.inbox import Delivery, Inbox
from ingest.worker import worker_of
from settings.model import Settings
from tests.ingest.conftest import tasmota


def test_a_broker_lost_while_it_is_acknowledged_holds_nobody_up(settings: Settings) -> None:
    client = BrokerClient(settings.mqtt, worker_of(settings), Inbox(10))
    broker, ours = socket.socketpair()
    broker.close()
    # paho's own thread has died: whoever acknowledges writes, and meets the loss.
    client._client._sock = ours
    delivery = Delivery(tasmota(1.0), 7, 0)
    acknowledging = threading.Thread(
        target=client.acknowledge, args=([delivery],), daemon=True, name="acknowledging"
    )
    acknowledging.start()
    acknowledging.join(5)
    assert not acknowledging.is_alive()
    assert client._generation == 1
