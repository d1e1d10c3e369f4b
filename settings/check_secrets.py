"""No secret stands in the file, where it would be copied, sent and committed with it."""

import re
from collections.abc import Iterator, Mapping

from settings.findings import Finding
from settings.places import Path

SECRET_KEY = re.compile(r"passw(or)?d|passphrase|token|secret|api_?key|credential|user_?name", re.I)
_ADDRESS_WITH_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^/@\s]*:[^/@\s]*@", re.I)

_VARIABLE_OF = {
    "mqtt": "ZAINDU_MQTT_USERNAME and ZAINDU_MQTT_PASSWORD",
    "influx": "ZAINDU_INFLUX_TOKEN",
    "records": "ZAINDU_RECORDS_URL",
    "dashboard": "ZAINDUSECRET_KEY",
}


def findings(document: Mapping[str, object]) -> Iterator[Finding]:
    """Yield each key that looks like a secret, and each address that holds a password."""
    for path, value in _walk(document, ()):
        key = path[-1]
        if isinstance(key, str) and SECRET_KEY.search(key):
            yield Finding(
                path=path, message=f"'{key}' does not belong in this file: {_advice(path)}"
            )
        elif isinstance(value, str) and _ADDRESS_WITH_PASSWORD.search(value):
            yield Finding(
                path=path, message=f"'{key}' is an address with a password in it: {_advice(path)}"
            )


def _walk(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    if isinstance(value, Mapping):
        for key, inside in value.items():
            yield from _walk(inside, (*path, key))
    elif isinstance(value, list):
        for position, inside in enumerate(value):
            yield from _walk(inside, (*path, position))
    else:
        yield path, value


def _advice(path: Path) -> str:
    variable = next(
        (_VARIABLE_OF[step] for step in path if step in _VARIABLE_OF), "a ZAINDU_ variable"
    )
    return f"set {variable} in the environment, or the same name with _FILE and a file's path"
