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
        inbox.put(_delivery(number))
    assert _mids(inbox.take(3, delay_s=0, patience_s=0)) == [0, 1, 2]
    assert _mids(inbox.take(3, delay_s=0, patience_s=0)) == [3, 4]


def test_a_full_inbox_makes_the_broker_wait_instead_of_growing() -> None:
    inbox = Inbox(3)
    for number in range(3):
        inbox.put(_delivery(number))
    late = threading.Thread(target=inbox.put, args=(_delivery(3),))
    late.start()
    late.join(0.1)
    assert late.is_alive()
    assert len(inbox) == 3
    assert _mids(inbox.take(1, delay_s=0, patience_s=0)) == [0]
    late.join(2)
    assert not late.is_alive()
    assert _mids(inbox.take(9, delay_s=0, patience_s=0)) == [1, 2, 3]


def test_huge_messages_make_the_broker_wait_before_the_memory_is_full() -> None:
    inbox = Inbox(1000, max_bytes=1_000_000)
    huge = Delivery(RawMessage("t", bytes(400_000), NOON), 1, 0)
    assert inbox.put(huge)
    assert inbox.put(huge)
    late = threading.Thread(target=inbox.put, args=(huge,))
    late.start()
    late.join(0.1)
    assert late.is_alive()
    started = time.monotonic()
    assert len(inbox.take(900, delay_s=30, patience_s=1)) == 2
    assert time.monotonic() - started < 1
    late.join(2)
    assert len(inbox) == 1


def test_a_message_larger_than_the_inbox_passes_alone() -> None:
    inbox = Inbox(1000, max_bytes=1000)
    assert inbox.put(Delivery(RawMessage("t", bytes(5000), NOON), 1, 0))
    assert len(inbox.take(9, delay_s=0, patience_s=0)) == 1
    assert inbox.put(Delivery(RawMessage("t", bytes(5000), NOON), 2, 0))


def test_a_batch_is_bounded_in_bytes_too() -> None:
    inbox = Inbox(1000)
    for number in range(10):
        inbox.put(Delivery(RawMessage("t", bytes(5_000_000), NOON), number, 0))
    assert len(inbox.take(1000, delay_s=0, patience_s=0)) == 4


def test_a_full_batch_does_not_wait_for_the_delay() -> None:
    inbox = Inbox(100)
    for number in range(50):
        inbox.put(_delivery(number))
    started = time.monotonic()
    assert len(inbox.take(50, delay_s=5, patience_s=5)) == 50
    assert time.monotonic() - started < 1


def test_a_lone_message_waits_no_longer_than_the_delay() -> None:
    inbox = Inbox(100)
    inbox.put(_delivery(1))
    started = time.monotonic()
    assert len(inbox.take(50, delay_s=0.05, patience_s=5)) == 1
    assert 0.04 < time.monotonic() - started < 1


def test_nothing_comes_out_of_an_empty_inbox_after_the_patience() -> None:
    assert Inbox(3).take(5, delay_s=5, patience_s=0.01) == []


def test_a_closed_inbox_lets_the_network_thread_go() -> None:
    inbox = Inbox(1)
    inbox.put(_delivery(1))
    answers: list[bool] = []
    blocked = threading.Thread(target=lambda: answers.append(inbox.put(_delivery(2))))
    blocked.start()
    inbox.close()
    blocked.join(2)
    assert answers == [False]


def test_many_messages_through_a_small_inbox_all_arrive_once_and_in_order() -> None:
    inbox = Inbox(7)
    sender = threading.Thread(target=lambda: [inbox.put(_delivery(n)) for n in range(2000)])
    sender.start()
    arrived: list[int] = []
    while len(arrived) < 2000:
        batch = inbox.take(5, delay_s=0.001, patience_s=2)
        assert batch
        arrived += _mids(batch)
    sender.join()
    assert arrived == list(range(2000))
