from hypothesis import given
from hypothesis import strategies as st

from domain.meters import Commodity, EndUse, Meter
from sensors_sim.submetering import shares_of


def meter(name: str, parent: str | None, use: EndUse, zone: str | None = None) -> Meter:
    return Meter(
        id=name,
        building_id="b",
        name=name,
        commodity=Commodity.ELECTRICITY,
        parent_id=parent,
        end_use=use,
        zone_id=zone,
    )


@st.composite
def trees(draw: st.DrawFn) -> list[Meter]:
    meters: list[Meter] = []
    for number in range(draw(st.integers(1, 12))):
        parent = draw(st.sampled_from([None, *(m.id for m in meters)]))
        use = draw(st.sampled_from(EndUse)) if parent else EndUse.ALL
        zone = draw(st.sampled_from([None, "upstairs", "downstairs"]))
        meters.append(meter(f"m{number}", parent, use, zone))
    return meters


@given(trees())
def test_sub_meters_together_never_see_more_than_their_parent(meters: list[Meter]) -> None:
    shares = shares_of(meters, {"upstairs": 40, "downstairs": None})
    assert set(shares) == {m.id for m in meters}
    for parent in meters:
        below = [m.id for m in meters if m.parent_id == parent.id]
        for use in EndUse:
            seen = sum(shares[name].get(use, 0.0) for name in below)
            assert seen <= shares[parent.id].get(use, 0.0) + 1e-12


@given(trees())
def test_the_mains_together_see_everything_once(meters: list[Meter]) -> None:
    shares = shares_of(meters, {})
    for use in (EndUse.LIGHTING, EndUse.OTHER):
        seen = sum(shares[m.id][use] for m in meters if m.parent_id is None)
        assert abs(seen - 1.0) < 1e-9


def test_a_floor_with_more_people_has_the_larger_share() -> None:
    floors = [
        meter("main", None, EndUse.ALL),
        meter("up", "main", EndUse.SOCKETS, "up"),
        meter("down", "main", EndUse.SOCKETS, "down"),
    ]
    shares = shares_of(floors, {"up": 30, "down": 10})
    assert shares["up"][EndUse.SOCKETS] == 3 * shares["down"][EndUse.SOCKETS]
