"""The settings of a training that lie in a file beside its log."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from losstui.errors import UnreadableLog, reason_of
from losstui.wording import counted
from losstui_parsers.json_text import NotJson, as_object, load
from losstui_parsers.plain_text import read_text
from losstui_parsers.tracker_parameters import LARGEST, flat_parameters, yaml_parameters

# Lightning, Ultralytics, and what is written by hand or by Ray; the first with settings in it counts.
_SIDE_FILES = (
    "hparams.yaml",
    "args.yaml",
    "hparams.json",
    "hyperparameters.json",
    "args.json",
    "params.json",
    "config.json",
)
# Keys of what Transformers, Diffusers and timm write beside weights: how a model is built, the same however
# it was trained. Such a width or number of layers would hide the settings that the run is named by.
_OF_MODELS = frozenset(("transformers_version", "architectures", "_diffusers_version", "pretrained_cfg"))
_MOST_SETTINGS = 1000  # values in a file: the longest list of arguments of a trainer has a few hundred


@dataclass(frozen=True, slots=True)
class SettingsBeside:
    """Settings by name, and one line for each file that seemed to hold some and could not be read."""

    settings: dict[str, object] = field(default_factory=dict[str, object])
    warnings: tuple[str, ...] = ()


def settings_beside(log: Path) -> SettingsBeside:
    """The settings that trainers keep beside a log, as `hparams.yaml`, `config.json` and the like."""
    folder = os.path.dirname(log)
    warnings: list[str] = []
    for name in _SIDE_FILES:
        path = os.path.join(folder, name)
        if not os.path.isfile(path) or path == os.fspath(log):
            continue
        try:
            settings = _settings_in(Path(path))
        except UnreadableLog as error:
            warnings.append(f"{path}: {error.reason}; no settings are taken from it")
            continue
        if settings:
            return SettingsBeside(settings, tuple(warnings))
    return SettingsBeside(warnings=tuple(warnings))


def _settings_in(path: Path) -> dict[str, object]:
    """The settings in a file, none where it is about something else. Raises UnreadableLog."""
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableLog(str(path), f"larger than {LARGEST >> 20} MiB")
    except OSError as error:
        raise UnreadableLog(str(path), reason_of(error)) from error
    text = read_text(path)
    found = _in_json(path, text) if path.suffix == ".json" else yaml_parameters(text)
    if len(found) > _MOST_SETTINGS:
        raise UnreadableLog(str(path), f"{counted(len(found), 'value')}, more than a training has settings")
    return found


def _in_json(path: Path, text: str) -> dict[str, object]:
    if not text.strip():
        return {}
    try:
        members = as_object(load(text)) or {}
    except NotJson as error:
        raise UnreadableLog(str(path), f"not JSON: {error.told_of(text)}") from error
    return {} if members.keys() & _OF_MODELS else flat_parameters(members)
