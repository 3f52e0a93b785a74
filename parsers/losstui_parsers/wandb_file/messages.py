"""The records of a W&B run: its configuration, the rows of its history, its end.

The field numbers are those of W&B's `wandb_internal.proto`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from losstui_parsers.json_text import JsonValue, as_object
from losstui_parsers.wandb_file.history import History
from losstui_parsers.wandb_file.items import fields, item_of, json_of, messages, text_of

_HISTORY, _CONFIG, _METRIC, _RUN, _EXIT = 2, 5, 12, 17, 18  # Record
_RUN_CONFIG: Final = 4  # RunRecord
_UPDATE: Final = 1  # ConfigRecord
_STEP_METRIC: Final = 4  # MetricRecord
_EXIT_CODE: Final = 1  # RunExitRecord


@dataclass(slots=True)
class RunLog:
    """What the records of one run say. `axes` are the columns that `define_metric` names as x axes."""

    history: History = field(default_factory=History)
    config: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    axes: set[str] = field(default_factory=set[str])
    ended: bool = False
    failed: bool = False

    def take(self, record: bytes) -> None:
        """Add what one record says. Raises MalformedRecord."""
        if self.history.take_numbers(record):
            return
        for number, value in fields(record):
            if not isinstance(value, bytes):
                continue
            if number == _HISTORY:
                self.history.take(value)
            elif number == _CONFIG:
                _configure(self.config, value)
            elif number == _RUN:
                for config in messages(value, _RUN_CONFIG):
                    _configure(self.config, config)
            elif number == _METRIC:
                self.axes.update(text_of(axis) for axis in messages(value, _STEP_METRIC))
            elif number == _EXIT:
                self.ended = True
                self.failed = any(field == _EXIT_CODE and code != 0 for field, code in fields(value))


def _configure(config: dict[str, JsonValue], data: bytes) -> None:
    """Take the settings of a configuration record, nested as they were given."""
    for update in messages(data, _UPDATE):
        key, raw = item_of(update)
        value = json_of(raw)
        members: dict[str, JsonValue] = config
        for part in key[:-1]:
            nested = as_object(members.get(part)) or {}
            members[part] = nested
            members = nested
        if key and value is not None:
            members[key[-1]] = value
