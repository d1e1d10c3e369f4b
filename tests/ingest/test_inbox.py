import threading
import time

from domain.messages import RawMessage
from ingest.inbox import Delivery, Inbox
from tests.ingest.conftest import NOON


def _delivery(number: int) -> Delivery:
    return Delivery(RawMessage("t", str(number).encode(), NOON), number, 0)


def _mids(deliveries: list[Delivery]) -> list[int]:
    return [delivery.mid for delivery in deliveries]


def test_messages_leave_in_the_order_they_came() -> None:
    inbox = Inbox(10)
    for number in range(5):
        inbox.put([_delivery(number)])
    assert _mids(inbox.take(3, delay_s=0, patience_s=0)) == [0, 1, 2]
    assert _mids(inbox.take(3, delay_s=0, patience_s=0)) == [3, 4]


def _has_room_later(inbox: Inbox) -> tuple[threading.Thread, list[bool]]:
    answers: list[bool] = []
    asking = threading.Thread(target=lambda: answers.append(inbox.has_room(5)))
    asking.start()
    return asking, answers


def test_a_full_inbox_makes_the_broker_wait_instead_of_growing() -> None:
    inbox = Inbox(3)
    for number in range(3):
        assert inbox.has_room()
        inbox.put([_delivery(number)])
    assert not inbox.has_room(0.01)
    asking, answers = _has_room_later(inbox)
    asking.join(0.1)
    assert asking.is_alive()
    assert _mids(inbox.take(1, delay_s=0, patience_s=0)) == [0]
    asking.join(2)
    assert answers == [True]


def test_huge_messages_make_the_broker_wait_before_the_memory_is_full() -> None:
    inbox = Inbox(1000, max_bytes=1_000_000)
    huge = Delivery(RawMessage("t", bytes(400_000), NOON), 1, 0)
    inbox.put([huge, huge])
    assert inbox.has_room(0)
    inbox.put([huge])
    asking, answers = _has_room_later(inbox)
    started = time.monotonic()
    assert len(inbox.take(900, delay_s=30, patience_s=1)) == 3
    assert time.monotonic() - started < 1
    asking.join(2)
    assert answers == [True]


def test_a_message_larger_than_the_inbox_passes_alone() -> None:
    inbox = Inbox(1000, max_bytes=1000)
    for number in range(2):
        assert inbox.has_room(0)
        inbox.put([Delivery(RawMessage("t", bytes(5000), NOON), number, 0)])
        assert not inbox.has_room(0)
        assert len(inbox.take(9, delay_s=0, patience_s=0)) == 1


def test_a_batch_is_bounded_in_bytes_too() -> None:
    inbox = Inbox(1000)
    for number in range(10):
        inbox.put([Delivery(RawMessage("t", bytes(5_000_000), NOON), number, 0)])
    assert len(inbox.take(1000, delay_s=0, patience_s=0)) == 4


def test_a_full_batch_does_not_wait_for_the_delay() -> None:
    inbox = Inbox(100)
    for number in range(50):
        inbox.put([_delivery(number)])
    started = time.monotonic()
    assert len(inbox.take(50, delay_s=5, patience_s=5)) == 50
    assert time.monotonic() - started < 1


def test_a_lone_message_waits_no_longer_than_the_delay() -> None:
    inbox = Inbox(100)
    inbox.put([_delivery(1)])
    started = time.monotonic()
    assert len(inbox.take(50, delay_s=0.05, patience_s=5)) == 1
    assert 0.04 < time.monotonic() - started < 1


def test_nothing_comes_out_of_an_empty_inbox_after_the_patience() -> None:
    assert Inbox(3).take(5, delay_s=5, patience_s=0.01) == []


def test_a_closed_inbox_lets_the_network_thread_go() -> None:
    inbox = Inbox(1)
    inbox.put([_delivery(1)])
    asking, answers = _has_room_later(inbox)
    inbox.close()
    asking.join(2)
    assert answers == [False]


def test_many_messages_through_a_small_inbox_all_arrive_once_and_in_order() -> None:
    inbox = Inbox(7)

    def send() -> None:
        for first in range(0, 2000, 4):
            while not inbox.has_room():
                pass
            inbox.put([_delivery(n) for n in range(first, first + 4)])

    sender = threading.Thread(target=send)
    sender.start()
    arrived: list[int] = []
    while len(arrived) < 2000:
        batch = inbox.take(5, delay_s=0.001, patience_s=2)
        assert batch
        assert len(inbox) < 7 + 4
        arrived += _mids(batch)
    sender.join()
    assert arrived == list(range(2000))
