"""Sparkplug B's payload on the wire: a Protocol Buffers message, described here.

Only what carries measurements is described; the rest is passed over by the
parser. Texts are described as bytes, which is the same on the wire, so that one
that is no UTF-8 costs a name and not the message.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from domain.errors import RejectedMessage

_Wire = Any
"""A message of protobuf's, which makes its classes while running."""

_PACKAGE = "zaindu.sparkplug"
_ONE, _MANY = FieldDescriptorProto.LABEL_OPTIONAL, FieldDescriptorProto.LABEL_REPEATED
_TYPES = {
    "bool": FieldDescriptorProto.TYPE_BOOL,
    "bytes": FieldDescriptorProto.TYPE_BYTES,
    "double": FieldDescriptorProto.TYPE_DOUBLE,
    "float": FieldDescriptorProto.TYPE_FLOAT,
    "u32": FieldDescriptorProto.TYPE_UINT32,
    "u64": FieldDescriptorProto.TYPE_UINT64,
}
_MESSAGES: Mapping[str, Mapping[int, tuple[str, str]]] = {
    "Payload": {
        1: ("at_ms", "u64"),
        2: ("metrics", "Metric*"),
        4: ("schema", "bytes"),
        5: ("body", "bytes"),
    },
    "Metric": {
        1: ("name", "bytes"),
        2: ("alias", "u64"),
        3: ("at_ms", "u64"),
        4: ("datatype", "u32"),
        6: ("is_transient", "bool"),
        7: ("is_null", "bool"),
        9: ("properties", "Properties"),
        10: ("whole32", "u32"),
        11: ("whole64", "u64"),
        12: ("single", "float"),
        13: ("double", "double"),
        14: ("truth", "bool"),
        18: ("template", "Template"),
    },
    "Properties": {1: ("keys", "bytes*"), 2: ("values", "Property*")},
    "Property": {
        2: ("is_null", "bool"),
        3: ("whole32", "u32"),
        4: ("whole64", "u64"),
        8: ("text", "bytes"),
    },
    "Template": {2: ("metrics", "Metric*"), 5: ("is_definition", "bool")},
}
"""Field numbers of each message: name and type, `*` for as many as wanted."""

_SIGNED_BITS = {1: 8, 2: 16, 3: 32, 4: 64}
_BOOLEAN = 11
_NUMERIC = range(1, 11)
_COMPRESSED = b"SPBV1.0_COMPRESSED"
_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
_LARGEST = 4 * 1024 * 1024
_REBIRTH = b"Node Control/Rebirth"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of a payload."""

    name: str
    """Empty where only its alias is sent."""

    alias: int | None
    at_ms: int | None
    datatype: int | None
    """None where only the birth says it."""

    is_null: bool
    is_transient: bool
    whole: int | None
    """An integer as on the wire: two's complement, its sign told by the datatype."""

    real: float | None
    texts: Mapping[str, str] = field(default_factory=dict)
    """Properties that are texts."""

    quality: int | None = None
    members: "tuple[Metric, ...] | None" = None
    """The metrics of a template's instance; None: it is no template."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What one message carries."""

    at_ms: int | None
    metrics: tuple[Metric, ...]


def parse(payload: bytes) -> Payload:
    """Return what a message carries.

    Raises:
        RejectedMessage: It is no Sparkplug B payload.
    """
    message = _parsed(payload)
    if message.schema == _COMPRESSED:
        message = _parsed(_decompressed(message.body))
    return Payload(_given(message, "at_ms"), tuple(map(_metric, message.metrics)))


def _parsed(payload: bytes) -> _Wire:
    message = _PAYLOAD()
    try:
        message.ParseFromString(payload)
    except DecodeError as error:
        raise RejectedMessage(
            "the payload is no Sparkplug B (Protocol Buffers) message", code="not_sparkplug"
        ) from error
    return message


def _decompressed(body: bytes) -> bytes:
    """Return what a node compressed, by zlib or gzip: the bytes tell which."""
    stream = zlib.decompressobj(_ZLIB_OR_GZIP)
    try:
        whole = stream.decompress(body, _LARGEST)
    except zlib.error as error:
        raise RejectedMessage(
            "the payload's compressed part is damaged", code="not_sparkplug"
        ) from error
    if not stream.eof:
        raise RejectedMessage(
            f"the payload's compressed part is cut short, or over {_LARGEST} bytes",
            code="too_large" if stream.unconsumed_tail else "not_sparkplug",
        )
    return whole


def is_numeric(datatype: int | None) -> bool:
    """Tell whether a datatype is a number; one that is left out may be."""
    return datatype is None or datatype in _NUMERIC


def number(metric: Metric, datatype: int | None) -> float | None:
    """Return a metric's value, or None when it has none that is a number."""
    if metric.whole is None:
        return metric.real
    bits = _SIGNED_BITS.get(datatype or 0)
    if bits is None:
        return float(metric.whole)
    whole = metric.whole & ((1 << bits) - 1)
    return float(whole - (1 << bits) if whole >> (bits - 1) else whole)


def rebirth_command(at_ms: int | None) -> bytes:
    """Return the payload that asks a node for its births."""
    message: Any = _PAYLOAD()
    metric = message.metrics.add(name=_REBIRTH, datatype=_BOOLEAN, truth=True)
    if at_ms is not None:
        message.at_ms = metric.at_ms = at_ms
    return bytes(message.SerializeToString(deterministic=True))


def _metric(message: _Wire) -> Metric:
    whole32, whole64 = _given(message, "whole32"), _given(message, "whole64")
    template = message.template if message.HasField("template") else None
    texts, quality = _properties(message.properties)
    return Metric(
        name=message.name.decode(errors="replace"),
        alias=_given(message, "alias"),
        at_ms=_given(message, "at_ms"),
        datatype=_given(message, "datatype"),
        is_null=message.is_null,
        is_transient=message.is_transient,
        whole=whole64 if whole32 is None else whole32,
        real=_real(message),
        texts=texts,
        quality=quality,
        members=None if template is None else _members(template),
    )


def _members(template: _Wire) -> tuple[Metric, ...]:
    """Return a template's metrics; a definition has no values of its own."""
    return () if template.is_definition else tuple(map(_metric, template.metrics))


def _properties(message: _Wire) -> tuple[dict[str, str], int | None]:
    texts: dict[str, str] = {}
    quality = None
    for key, value in zip(message.keys, message.values, strict=False):
        if value.is_null:
            continue
        name = key.decode(errors="replace")
        if value.HasField("text"):
            texts[name] = value.text.decode(errors="replace")
        elif name.lower() == "quality":
            quality = _given(value, "whole32")
    return texts, quality


def _given(message: _Wire, name: str) -> int | None:
    return int(getattr(message, name)) if message.HasField(name) else None


def _real(message: _Wire) -> float | None:
    for name in ("single", "double"):
        if message.HasField(name):
            return float(getattr(message, name))
    return None


def _described() -> FileDescriptorProto:
    file = FileDescriptorProto(name="zaindu/sparkplug.proto", package=_PACKAGE, syntax="proto2")
    for name, fields in _MESSAGES.items():
        message = DescriptorProto(name=name)
        for field_number, (field_name, type_name) in fields.items():
            plain = type_name.removesuffix("*")
            described = message.field.add(
                name=field_name,
                number=field_number,
                label=_ONE if plain == type_name else _MANY,
            )
            if plain in _TYPES:
                described.type = _TYPES[plain]
            else:
                described.type = FieldDescriptorProto.TYPE_MESSAGE
                described.type_name = f".{_PACKAGE}.{plain}"
        file.message_type.append(message)
    return file


def _payload_class() -> type[Any]:
    pool = DescriptorPool()
    pool.Add(_described())
    return GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Payload"))


_PAYLOAD = _payload_class()
