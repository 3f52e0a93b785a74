"""The hyper-parameters that event files hold: of the hparams plug-in, and those written down as texts."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence

from losstui_parsers.event_file.protobuf import BYTES, MalformedRecord, fields, read_varint
from losstui_parsers.event_file.wire import HPARAMS_TAG, Setting, names_settings
from losstui_parsers.json_text import NotJson, as_object, load
from losstui_parsers.tracker_parameters import flat_parameters, text_parameter, yaml_parameters

_SESSION_START, _HPARAMS = 3, 1  # HParamsPluginData.session_start_info, SessionStartInfo.hparams
_KEY, _VALUE = 1, 2  # of a map's entry
_NUMBER, _STRING, _BOOL = 2, 3, 4  # of google.protobuf.Value

_TEXT_ENDING = "/text_summary"  # torch puts it behind the tag of a text
_FEWEST_ARGUMENTS = 10  # texts under a plain name, each said once: Megatron writes its arguments so
_RULE = re.compile(r":?-+:?")  # what stands in a cell below the header of a Markdown table


def decode_settings(settings: Sequence[Setting]) -> dict[str, object]:
    """Return the hyper-parameters in the values that a file keeps them in, nested keys joined with "/"."""
    texts: dict[str, list[str]] = {}
    for tag, content in settings:
        if tag != HPARAMS_TAG:
            name = tag.removesuffix(_TEXT_ENDING)
            texts.setdefault(name, []).append(content.decode("utf-8", errors="replace"))
    found: dict[str, object] = {}
    arguments = {
        name: text_parameter(own[0])
        for name, own in texts.items()
        if len(own) == 1 and name.isidentifier() and not names_settings(name)
    }
    if len(arguments) >= _FEWEST_ARGUMENTS:
        found.update(arguments)
    for name, own in texts.items():
        if names_settings(name):
            prefix = "" if name.isalpha() else f"{name}/"
            found.update({prefix + key: value for key, value in _in_text(own[-1]).items()})
    for tag, content in settings:
        if tag == HPARAMS_TAG:
            found.update(_in_plugin_data(content))
    return found


def _in_text(text: str) -> dict[str, object]:
    """Return the settings in JSON, in a Markdown table of two columns, or in lines of `key: value`."""
    text = text.strip().removeprefix("<pre>").removesuffix("</pre>").strip()
    if text.startswith("{"):
        try:
            return flat_parameters(as_object(load(text)) or {})
        except NotJson:
            return {}
    rows = [line.strip().strip("|").split("|") for line in text.splitlines() if line.strip().startswith("|")]
    if len(rows) > 1 and all(_RULE.fullmatch(cell.strip()) for cell in rows[1]):
        pairs = [[cell.strip().strip("`*") for cell in row] for row in rows[2:] if len(row) == 2]
        return {key: text_parameter(value) for key, value in pairs if key and value != "None"}
    return yaml_parameters("\n".join(line for line in text.splitlines() if not line.startswith("```")))


def _in_plugin_data(content: bytes) -> dict[str, object]:
    """Return the settings that are numbers, strings or booleans; none where `content` is no such message."""
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
        if number == wanted and wire == BYTES:
            yield data[start:stop]
