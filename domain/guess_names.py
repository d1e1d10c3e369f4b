"""What a discovered device may be called, and the id of its meter."""

import re
from collections.abc import Collection

from domain.guess_words import plain, words_of
from domain.seen_devices import SeenDevice

LONGEST_ID = 40
_MACHINE_NAME = re.compile(r"(?=.*\d)(?:0x)?[0-9a-f]{6,}")
_JUST_A_METER = frozenset({"zigbee", "mqtt", "meter", "compteur", "sensor", "device", "node"})


def free_id(name: str, taken: Collection[str]) -> str:
    """Return an id made of a name, that no meter has.

    >>> free_id("Eau – Hôtel de ville", {"eau-hotel-de-ville"})
    'eau-hotel-de-ville-2'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")[:LONGEST_ID].strip("-") or "meter"
    found, number = slug, 1
    while found in taken:
        number += 1
        found = f"{slug[: LONGEST_ID - 1 - len(str(number))].rstrip('-')}-{number}"
    return found


def spoken_name(device: SeenDevice) -> str:
    """Return what people call a device; empty when it only has a serial number."""
    if device.label:
        return device.label
    last = device.device.rstrip("/").rpartition("/")[2]
    words = [w for w in re.split(r"[\s_\-:.,=]+", last) if w]
    spoken = [w for w in words if not _is_made_by_machine(w.casefold(), device.family)]
    is_address = _MACHINE_NAME.fullmatch("".join(words).casefold()) is not None
    if is_address or last.startswith("urn:") or not _tells_something(spoken):
        return ""
    text = " ".join(spoken)
    return text[:1].upper() + text[1:]


def end_of(name: str) -> str:
    """Return the four last signs of a serial number.

    >>> end_of("7C:DF:A1:42:10:9B")
    '109B'
    """
    return re.sub(r"[^0-9A-Za-z]", "", name)[-4:]


def _tells_something(spoken: list[str]) -> bool:
    return any(len(word) > 1 for word in words_of(spoken) - _JUST_A_METER)


def _is_made_by_machine(word: str, family: str) -> bool:
    """Tell a serial number, or a model's name: `shellypro3em`, `tasmota`."""
    return word.startswith(family) or _MACHINE_NAME.fullmatch(word) is not None
