"""Dead letters as JSON lines, which `zaindu decode` reads and other programs understand."""

import base64
import json
from typing import Any

from domain.dead_letters import DeadLetter


def line_of(letter: DeadLetter) -> bytes:
    """Return a letter as one line, with its line feed.

    The payload stands as text where it is text, in base64 where it is not:
    `zaindu decode` takes either for the bytes that came.
    """
    line: dict[str, Any] = {"topic": letter.topic}
    try:
        line["payload"] = letter.payload.decode()
    except UnicodeDecodeError:
        line["payload_b64"] = base64.b64encode(letter.payload).decode()
    line |= {
        "received_at": letter.received_at.isoformat().replace("+00:00", "Z"),
        "code": letter.code,
        "reason": letter.reason,
        "family": letter.family,
        "device": letter.device,
        "size": letter.size,
        "whole": letter.is_whole,
        "retained": letter.retained,
        "queued": letter.queued,
        "attempts": letter.attempts,
        "id": letter.id,
    }
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
