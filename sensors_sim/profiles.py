"""What a square metre of each kind of building draws when in use.

Chosen so that a year adds up to what such buildings use in south-west France;
a test holds the totals.
"""

from dataclasses import dataclass

from domain.sites import BuildingUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Power and flow densities of one use of buildings."""

    base_w_m2: float
    """Never sleeps: network, safety, refrigerators."""

    lighting_w_m2: float
    sockets_w_m2: float
    ventilation_w_m2: float
    cooling_w_m2_k: float = 0.0
    """Per kelvin above 24 °C outside, while occupied."""

    cooking_w_m2: float = 0.0
    hot_water_w_m2: float
    heating_w_m2_k: float
    """Heat per kelvin under the balance temperature."""

    litres_per_person: float
    """Water per person and working day."""


_OFFICE = Profile(
    base_w_m2=2.0,
    lighting_w_m2=5.6,
    sockets_w_m2=6.8,
    ventilation_w_m2=2.4,
    cooling_w_m2_k=1.3,
    hot_water_w_m2=0.5,
    heating_w_m2_k=2.6,
    litres_per_person=14.0,
)

_PROFILES: dict[BuildingUse, Profile] = {
    BuildingUse.OFFICE: _OFFICE,
    BuildingUse.TOWN_HALL: Profile(
        base_w_m2=1.4,
        lighting_w_m2=5.2,
        sockets_w_m2=5.0,
        ventilation_w_m2=2.0,
        cooling_w_m2_k=0.5,
        hot_water_w_m2=0.4,
        heating_w_m2_k=2.75,
        litres_per_person=18.0,
    ),
    BuildingUse.SCHOOL: Profile(
        base_w_m2=0.68,
        lighting_w_m2=5.76,
        sockets_w_m2=2.3,
        ventilation_w_m2=1.5,
        cooking_w_m2=3.6,
        hot_water_w_m2=0.5,
        heating_w_m2_k=3.5,
        litres_per_person=13.0,
    ),
}


def profile_of(use: BuildingUse) -> Profile:
    """Return the profile of a use; one that has none of its own is taken for an office."""
    return _PROFILES.get(use, _OFFICE)
