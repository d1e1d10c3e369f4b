from ingest.decoders.decoded import Wish
from ingest.wishes import AGAIN_AFTER_S, Wishes


def test_a_node_is_asked_once_a_minute_and_each_node_for_itself() -> None:
    now = [0.0]
    said: list[tuple[str, bytes]] = []
    wishes = Wishes(lambda topic, payload: said.append((topic, payload)), lambda: now[0])
    wishes.publish([Wish("a", b"1"), Wish("a", b"2"), Wish("b", b"3")])
    now[0] = AGAIN_AFTER_S - 1
    wishes.publish([Wish("a", b"4")])
    assert said == [("a", b"1"), ("b", b"3")]
    now[0] = AGAIN_AFTER_S
    wishes.publish([Wish("a", b"5")])
    assert said[2:] == [("a", b"5")]
