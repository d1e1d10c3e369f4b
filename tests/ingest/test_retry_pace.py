import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from ingest.retry_pace import RetryPace

TAKEN_OVER = ReasonCode(PacketTypes.DISCONNECT, "Session taken over")
UNSAID = ReasonCode(PacketTypes.DISCONNECT, "Unspecified error")


class Paced:
    """A pace on a clock of the test's own."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.client = paho.Client(CallbackAPIVersion.VERSION2)
        self.pace = RetryPace(self.client, lambda: self.now)

    def lose(self, reason: ReasonCode, after_s: float) -> bool:
        """Lose a connection that stood for so long; tell whether that is a new quarrel."""
        self.pace.stands()
        self.now += after_s
        return self.pace.lost(reason)

    @property
    def first_wait_s(self) -> float:
        return float(self.client._reconnect_min_delay)


@pytest.fixture
def paced() -> Paced:
    return Paced()


def test_a_lost_connection_is_tried_again_at_once(paced: Paced) -> None:
    assert not paced.lose(UNSAID, 600.0)
    assert paced.first_wait_s < 2
    assert not paced.pace.is_contested


def test_another_client_of_our_id_is_told_of_once_while_the_quarrel_lasts(paced: Paced) -> None:
    assert paced.lose(TAKEN_OVER, 600.0)
    assert paced.first_wait_s > 5
    assert not any(paced.lose(TAKEN_OVER, 20.0) for _ in range(10))
    assert paced.pace.is_contested


def test_without_reasons_a_quarrel_is_seen_by_its_pace_and_told_of_once(paced: Paced) -> None:
    assert [paced.lose(UNSAID, 2.0) for _ in range(5)] == [False, False, False, False, True]
    # Both wait longer now, which is no sign that the other one has gone.
    assert not any(paced.lose(UNSAID, 40.0) for _ in range(10))
    assert paced.first_wait_s > 5


def test_after_a_long_peace_a_quarrel_is_news_again(paced: Paced) -> None:
    assert paced.lose(TAKEN_OVER, 600.0)
    assert not paced.lose(UNSAID, 3600.0)
    assert not paced.pace.is_contested
    assert paced.first_wait_s < 2
    assert paced.lose(TAKEN_OVER, 600.0)
