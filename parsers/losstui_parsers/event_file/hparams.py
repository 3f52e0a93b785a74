"""The hyper-parameters in the metadata of a `_hparams_/session_start_info` value."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from losstui_parsers.event_file.protobuf import MalformedRecord, fields, read_varint

_SESSION_START, _HPARAMS = 3, 1  # HParamsPluginData.session_start_info, SessionStartInfo.hparams
_KEY, _VALUE = 1, 2  # of a map's entry
_NUMBER, _STRING, _BOOL = 2, 3, 4  # of google.protobuf.Value


def decode_hparams(content: bytes) -> dict[str, object]:
    """Return the hyper-parameters that are numbers, strings or booleans; none where it is no such message."""
    try:
        return dict(_entries(content))
    except (MalformedRecord, struct.error):
        return {}


def _entries(content: bytes) -> Iterator[tuple[str, object]]:
    for session in _messages(content, _SESSION_START):
        for entry in _messages(session, _HPARAMS):
            key = b"".join(_messages(entry, _KEY)).decode("utf-8", errors="replace")
            for value in _messages(entry, _VALUE):
                for number, _, start, stop in fields(value, 0, len(value)):
                    if number == _NUMBER:
                        yield key, struct.unpack_from("<d", value, start)[0]
                    elif number == _STRING:
                        yield key, value[start:stop].decode("utf-8", errors="replace")
                    elif number == _BOOL:
                        yield key, bool(read_varint(value, start)[0])


def _messages(data: bytes, wanted: int) -> Iterator[bytes]:
    for number, wire, start, stop in fields(data, 0, len(data)):
        if number == wanted and wire == 2:
            yield data[start:stop]
