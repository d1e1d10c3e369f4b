"""What devices announced once reaches those who share the messages, and nothing else does twice."""

import paho.mqtt.client as paho
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.announced_topics import announced_among
from ingest.decoders.homeassistant import RETAINED as CONFIGURATIONS
from ingest.decoders.homie import RETAINED as ATTRIBUTES

_RETAINED = (*ATTRIBUTES, *CONFIGURATIONS)

_LEVELS = st.sampled_from(("homie", "homeassistant", "5", "meter", "$unit", "config", "sensor"))
_FILTER_LEVELS = st.one_of(_LEVELS, st.just("+"))
_FILTERS = st.builds(
    lambda levels, end: "/".join([*levels, *end]),
    st.lists(_FILTER_LEVELS, min_size=1, max_size=5),
    st.sampled_from(([], ["#"])),
)
_TOPICS = st.lists(_LEVELS, min_size=1, max_size=5).map("/".join)


@pytest.mark.parametrize(
    ("configured", "listened_to"),
    [
        ("#", sorted(_RETAINED)),
        ("homeassistant/#", sorted(CONFIGURATIONS)),
        (
            "homeassistant/sensor/#",
            [f"homeassistant/sensor/{end}" for end in ("+/+/config", "+/config")],
        ),
        (
            "homie/heat-meter/+/+/+",
            ["homie/heat-meter/+/+/$datatype", "homie/heat-meter/+/+/$unit"],
        ),
        ("homie/+/$name", ["homie/+/$name"]),
        ("homie/+/+/+", ["homie/5/+/$description"]),
        ("tele/+/SENSOR", []),
    ],
)
def test_only_announcements_that_the_configuration_listens_to_are_asked_for(
    configured: str, listened_to: list[str]
) -> None:
    assert list(announced_among([configured])) == listened_to


@given(st.lists(_FILTERS, max_size=3), _TOPICS)
def test_a_topic_is_asked_for_when_it_is_configured_and_announces(
    configured: list[str], topic: str
) -> None:
    def among(filters: tuple[str, ...] | list[str]) -> bool:
        return any(paho.topic_matches_sub(one, topic) for one in filters)

    asked = list(announced_among(configured))
    assert among(asked) == (among(configured) and among(_RETAINED))
