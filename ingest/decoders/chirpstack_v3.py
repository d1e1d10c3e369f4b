"""ChirpStack v3's uplinks: `devEUI` beside the numbers, no `deviceInfo`.

With its `json` marshaler the server writes the DevEUI in base64 and the decoded
object as a text in `objectJSON`; with `json_v3` it writes hexadecimal and
`object`. The device is the DevEUI in small hexadecimal letters, as v4 writes
it, so that a server brought from v3 to v4 keeps its meters. The time is the
server's `publishedAt`; `rxInfo[].time` is a gateway's own clock, taken where
the server sends none.
"""

import base64
import binascii
import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.json_body import JsonObject, parse_json
from ingest.decoders.lorawan_codecs import CodecOutput

_HEX_EUI = re.compile(r"[0-9a-fA-F]{16}")
_BASE64_EUI = re.compile(r"[A-Za-z0-9+/]{11}=")


def is_uplink(body: JsonObject) -> bool:
    """Tell a v3 uplink by its shape: it stands on the same topic as v4's."""
    return "devEUI" in body and "deviceInfo" not in body


@lru_cache(maxsize=4096)
def eui_in(text: str) -> str | None:
    """Return the DevEUI in small hexadecimal letters, or None when the text is none.

    >>> eui_in("qEBBAAGCjzE="), eui_in("A840410001828F31"), eui_in("roof")
    ('a840410001828f31', 'a840410001828f31', None)
    """
    if _HEX_EUI.fullmatch(text):
        return text.lower()
    if _BASE64_EUI.fullmatch(text):
        try:
            return base64.b64decode(text, validate=True).hex()
        except binascii.Error:
            return None
    return None


def device_of(body: JsonObject) -> str | None:
    """Return the DevEUI, or None when the message names none."""
    eui = body["devEUI"]
    return eui_in(eui) if type(eui) is str and len(eui) <= 16 else None


def decoded_of(body: JsonObject) -> CodecOutput | None:
    """Return what the codec made of the frame and where it stands, or None.

    Raises:
        RejectedMessage: `objectJSON` holds no JSON.
    """
    decoded = body.get("object")
    if type(decoded) is dict:
        return CodecOutput(decoded, "object")
    text = body.get("objectJSON")
    if type(text) is not str or not text:
        return None
    try:
        decoded = parse_json(text.encode())
    except (RejectedMessage, UnicodeEncodeError) as error:
        raise RejectedMessage(f"objectJSON is not JSON: {text[:40]!r}", code="not_json") from error
    return CodecOutput(decoded, "objectJSON") if type(decoded) is dict else None


def heard_at(body: JsonObject, zone: ZoneInfo) -> datetime | None:
    """Return when the server published it, else when the first gateway heard it."""
    published = instants.from_any(body.get("publishedAt"), zone, "publishedAt")
    if published is not None:
        return published
    heard = body.get("rxInfo")
    first = heard[0] if type(heard) is list and heard else None
    time = first.get("time") if type(first) is dict else None
    return instants.from_any(time or None, zone, "rxInfo[0].time")
