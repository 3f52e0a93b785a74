"""What an Optuna study holds, however it is stored: trials with parameters and intermediate values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from losstui.errors import UnreadableLog
from losstui.parsing import LoggedRun
from losstui.wording import counted
from losstui_parsers.json_text import JsonValue, NotJson, as_object, load
from losstui_parsers.tracker_series import Points, has_curve, run_of_points

COMPLETE, PRUNED, FAILED = "COMPLETE", "PRUNED", "FAIL"
_ENDED = frozenset((COMPLETE, PRUNED))  # a pruned trial is over, not dead: the study wanted no more of it
# What a trial reports is called by what the study does with it. It is measured to compare trials, so it is of
# held-out data.
_TAGS = {"minimize": "val/objective", "maximize": "val/score"}
_ANY_DIRECTION = "intermediate_value"
METRIC_NAMES = "study:metric_names"  # where Optuna keeps the names that a study was given


@dataclass(slots=True)
class Study:
    """A study: its name, "minimize", "maximize" or nothing, and what it calls its value."""

    name: str = ""
    direction: str = ""
    metric: str = ""

    @property
    def tag(self) -> str:
        """The tag of the values that its trials report."""
        return self.metric or _TAGS.get(self.direction, _ANY_DIRECTION)


@dataclass(slots=True)
class Trial:
    """One trial. `state` is Optuna's word for it, empty where it is not known."""

    study: Study
    number: int
    state: str = ""
    parameters: dict[str, object] = field(default_factory=dict[str, object])
    points: Points = field(default_factory=Points)

    def report(self, step: JsonValue, value: JsonValue) -> None:
        """Add what the trial reported at a step, unless that is none or the value no number; null is NaN."""
        number = math.nan if value is None else value
        if isinstance(step, int) and isinstance(number, (int, float)):
            self.points.add(step, float(number))


def parameter(value: float, distribution: Mapping[str, JsonValue]) -> object:
    """The parameter that Optuna keeps as a number: a choice by its place, a whole number as a float."""
    attributes = as_object(distribution.get("attributes")) or {}
    choices = attributes.get("choices")
    if isinstance(choices, list):
        listed = cast("list[JsonValue]", choices)
        return listed[int(value)] if 0 <= value < len(listed) else value
    whole = str(distribution.get("name", "")).startswith("Int") and float(value).is_integer()
    return int(value) if whole else value


def object_in(text: JsonValue) -> dict[str, JsonValue]:
    """The JSON object that a text holds; an empty one where it holds none."""
    try:
        return (as_object(load(text)) if isinstance(text, str) else None) or {}
    except NotJson:
        return {}


def one_metric(names: JsonValue) -> str:
    """The name of a study's only value; empty where it has several or none."""
    listed = cast("list[JsonValue]", names) if isinstance(names, list) else []
    return listed[0] if len(listed) == 1 and isinstance(listed[0], str) else ""


def runs_of_trials(trials: Iterable[Trial], path: str, file: str, warnings: Sequence[str]) -> list[LoggedRun]:
    """Each trial that reported several values as a run, in the order of the study.

    Raises UnreadableLog where none did: the results alone are no curve of a training.
    """
    told = list(warnings)
    every = list(trials)
    curves = [trial for trial in every if has_curve({trial.study.tag: trial.points})]
    if not curves:
        lack = told[0] if told else f"no trial of {len(every)} reported more than one intermediate value"
        raise UnreadableLog(path, f"no curve: {lack}")
    if len(curves) < len(every):
        told.append(f"{file}: no curve in {counted(len(every) - len(curves), 'trial')}, of one value or none")
    several = len({trial.study.name for trial in curves}) > 1
    return [
        run_of_points(
            {trial.study.tag: trial.points},
            name=f"{trial.study.name} trial={trial.number}" if several else f"trial={trial.number}",
            hyperparameters=trial.parameters,
            warnings=told,
            finished=trial.state in _ENDED,
            cause=f"{file}: the state of trial {trial.number} is {FAILED}" if trial.state == FAILED else "",
        )
        for trial in curves
    ]
