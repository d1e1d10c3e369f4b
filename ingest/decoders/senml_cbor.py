"""SenML packs in CBOR (RFC 8428, section 6), brought to the labels of the JSON form.

Integer labels save bytes; text labels are as good, and the only ones for what
was added later. Numbers may also be decimal fractions and big integers.
"""

from decimal import Decimal

import cbor2

from domain.errors import RejectedMessage
from ingest.decoders.json_body import JsonObject

_LABELS = {
    -6: "bs", -5: "bv", -4: "bu", -3: "bt", -2: "bn", -1: "bver",
    0: "n", 1: "u", 2: "v", 3: "vs", 4: "vb", 5: "s", 6: "t", 7: "ut", 8: "vd",
}  # fmt: skip
_DEEPEST = 16


def is_cbor_array(payload: bytes) -> bool:
    """Tell an array of CBOR from text: no text in UTF-8 begins with such a byte."""
    return payload[:1] >= b"\x80" and payload[:1] <= b"\x9f"


def parse_pack(payload: bytes) -> list[JsonObject]:
    """Return the records of a pack.

    Raises:
        RejectedMessage: It is no CBOR, or no array of maps with such labels.
    """
    try:
        pack = cbor2.loads(payload, max_depth=_DEEPEST)
    except cbor2.CBORDecodeError as error:
        raise RejectedMessage(f"the payload is not CBOR: {error}"[:200], code="not_cbor") from error
    if not isinstance(pack, list) or not all(isinstance(record, dict) for record in pack):
        raise RejectedMessage("a SenML pack is a list of maps", code="wrong_shape")
    return [_labelled(record) for record in pack]


def _labelled(record: dict[object, object]) -> JsonObject:
    labelled: JsonObject = {}
    for label, value in record.items():
        if type(label) is int:
            name = _LABELS.get(label, f"label {label}")
        elif isinstance(label, str):
            name = label
        else:
            raise RejectedMessage("a SenML label is a number or a text", code="wrong_shape")
        labelled[name] = _plain(value)
    return labelled


def _plain(value: object) -> object:
    """Return a number as JSON has them; whatever else as it is."""
    if isinstance(value, Decimal) or (type(value) is int and value.bit_length() > 64):
        try:
            return float(value)
        except OverflowError:
            return float("inf")
    return value
