"""Any other loop: `Epoch: 3, Train Loss: 0.5, Val Loss: 0.6`, `[64/60000] Loss: 2.3`, `step=3 loss=0.5`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from losstui.languages import in_english
from losstui.tags import quantity_of, split_of
from losstui_parsers.columns import is_bookkeeping
from losstui_parsers.stdout_lines.bars_of_epochs import BarsOfEpochs
from losstui_parsers.stdout_lines.held_out_sets import HeldOutSets
from losstui_parsers.stdout_lines.numbers import (
    ENDED,
    NUMBER,
    is_learning_rate,
    is_measured,
    named,
    phrase_pairs,
)
from losstui_parsers.stdout_lines.places import Place, is_of_evaluation, place_in, under_splits
from losstui_parsers.stdout_lines.record import LineFamily, Record
from losstui_parsers.stdout_lines.rewriting import rewritten
from losstui_parsers.stdout_lines.short_steps import ShortSteps
from losstui_parsers.stdout_lines.unknown_names import UnknownNames
from losstui_parsers.stdout_lines.unnamed import Unnamed

# "epoch: 300" in a configuration
_SETTING = re.compile(r"\s*[\"']?[a-z_ ]+[\"']?\s*[:=]\s*[\"']?\d+[\"']?,?\s*")
_EPOCH_ALONE = re.compile(r"\W*epoch\W*(\d+)\W*", re.IGNORECASE)
# "Test Error:", "===== Validation =====", "INFO - Evaluation results:"
_HEADING = re.compile(
    r"(?:^|[^\w\s/.,])\s*(train|valid|val|test|eval)[a-z]*"
    r"(?: (?:set|error|results?|metrics|performance|summary|statistics|stats|scores|phase))?\W*$",
    re.IGNORECASE,
)
_HEADING_MARKS = (
    "poch",
    "POCH",
    "teration",
    "tep ",
    "STEP",
    "pisode",
    "ound ",
    "eneration ",
    "val",
    "Val",
    "VAL",
)
_LONGEST_HEADING = 120  # characters, with what a logger puts before it
# "***** Evaluating perplexity, epoch 1/2 *****": what stands below is of that
_BEGINS_EVALUATION = re.compile(r"\b(eval|valid|test)(?:uat|at)?ing\b", re.IGNORECASE)
# "Validation at epoch 3": the batches below it count anew
_EVALUATION_AT = re.compile(
    r"\b(eval|val|valid|test)(?:uation|idation|ing)? (?:(?:at|for|of|after|in) )?(?:epoch|step|iter)",
    re.IGNORECASE,
)
# "[Eval batch=8/8] Eval on test data": how far that is, not the training
_BATCH_OF_EVALUATION = re.compile(r"\b(?:eval|val|valid|validation|test)[ _]batch\b", re.IGNORECASE)
_TIMED = re.compile(
    rf"(?:train|val|test)\w*\s*[:=]?\s*{NUMBER}\s?(?:ms|s|secs?|seconds|min|mins|minutes|h)\b", re.IGNORECASE
)
# "Epoch 3: Train 0.5, Val 0.7"
_BLANK_SPLIT = re.compile(
    rf"(?<![\w/] )\b(train|val|valid|test|dev) +((?=\d*\.){NUMBER}){ENDED}", re.IGNORECASE
)
_SOURCE_FILE = re.compile(r".*\.(?:py|cpp|cc|cu|h)")  # a logger's place in the code: "solver.cpp:228"
# "completed out of 10", "Best: 34.1 @ 5000 iter"
_NO_VALUE = re.compile(
    r"eta|cuda|epoch loaded|(?:local|global)?[ _]?rank|.* out|best|new (?:best|worst)\b.*", re.IGNORECASE
)
# What a line without a place of its own says again: "New best model saved, accuracy: 0.5"
_TOLD_BEFORE = re.compile(r"\b(?:best|saved?|saving|improved)\b", re.IGNORECASE)
# "Best Instance Accuracy: 0.5, Class Accuracy: 0.25"
_BEST = re.compile(r"best\b", re.IGNORECASE)
# "Dev Losses -> parsing: 0.5, tagging: 0.7, overall: 0.6"
_LOSSES_OF = re.compile(r"\bloss(?:es)?\W{1,4}(?=[A-Za-z_]\w*\s?[:=])", re.IGNORECASE)
_AXIS_AT_END = re.compile(
    r"(?:^|[ _])(?:step|iteration|iter|update|epoch|ep|batch|round|episode)s?$", re.IGNORECASE
)


class KeyValues(LineFamily):
    """Named numbers on a line that also counts something, or below one: the last resort."""

    title: ClassVar[str] = "named numbers beside a step or an epoch"
    marks: ClassVar[tuple[str, ...]] = (":", "=", " is ", " -> ", "oss ", "oss_", "cc_", *_HEADING_MARKS)
    redrawn: ClassVar[bool] = True

    def __init__(self) -> None:
        self._step: float | None = None
        self._epoch: float | None = None
        self._told: float | None = None  # by a line like "epoch: 3", which may also be a setting
        # learning rates right below it, which are of that epoch if a loss comes as well
        self._rates: list[tuple[str, float]] = []
        self._ends = False  # whether epochs are told at their end: steps come before the first of them
        self._ended = False  # whether the epoch was told so, and the next step is of the next one
        # tags told of single batches; an epoch's sum or average is another
        self._of_batches: set[str] = set()
        self._unnamed = Unnamed()
        self._unknown = UnknownNames()
        self._sets = HeldOutSets()
        self._steps = ShortSteps()
        self._bars = BarsOfEpochs()
        self._section = ""  # the split that a line of its own names, above the numbers: "Test Error:"
        self._evaluates = False  # whether the latest such line told the place, so that batches may follow
        self._trained: float | None = None  # the latest step
        self._below = False  # whether lines that name no place told numbers of that section

    def read(self, line: str) -> Record | None:
        """The named numbers of the line, where one of them is a loss or a metric by its name."""
        if _SETTING.fullmatch(line):
            alone = _EPOCH_ALONE.fullmatch(line)
            self._tell(float(alone.group(1)) if alone else None)
            return None
        line = rewritten(self._steps.in_full(line) if "step" in line else line)
        place = self._outside_evaluation(self._bars.placed(line, place_in(line)))
        if "%|" in line:
            self._bars.look(line)
            if not place.named:
                return None  # a bar shows what was so far
        self._move(place, line)
        if self._step is None and self._epoch is None and self._told is None:
            return None
        heading = self._heading(line)
        if heading:
            self._section = heading
            return None
        found, measured = _named_numbers(line)
        if found and all(is_learning_rate(tag) for tag, _, _ in found):
            return self._rates_alone([(tag, value) for tag, value, _ in found])
        if not measured and not _tells_splits_alone(line, found):
            self._begin_evaluation(line, alone=not found and place.named)
            if found:
                self._tell(None)
            return None
        found = found if place.named else _not_told_before(line, found)
        if not found:
            return None
        values = under_splits(line, found, self._section, unknown=True)
        self._below = self._below or (bool(self._section) and not place.named)
        self._unnamed.take(values)
        self._unknown.take(values)
        return self._record(place, self._sets.under_set(line, values))

    def names(self) -> Mapping[str, str]:
        """Names for what a line only says the data of, and without words that tell nothing apart."""
        return {**self._unnamed.names(), **self._unknown.names(), **self._sets.names()}

    def _heading(self, line: str) -> str | None:
        """The split that a line of its own names."""
        if len(line) > _LONGEST_HEADING or line[-1:].isdecimal():
            return None
        line = in_english(line)
        lower = line.lower()
        if "train" not in lower and "val" not in lower and "test" not in lower:
            return None
        heading = _HEADING.search(line)
        return heading.group(1).lower() if heading else None

    def _outside_evaluation(self, place: Place) -> Place:
        """The place of a line: none for a batch of an evaluation, which counts from its start again."""
        self._evaluates = self._evaluates and place.epoch is None
        if place.step is None or place.epoch is not None:
            return place
        if self._evaluates and self._trained is not None and place.step < self._trained:
            return Place(None, None)
        self._trained = place.step
        return place

    def _move(self, place: Place, line: str) -> None:
        """Stand where the line says."""
        if not place.named or (place.epoch is None and _BATCH_OF_EVALUATION.search(line)):
            return
        before = self._step, self._epoch
        self._epoch = self._epoch if place.epoch is None else place.epoch
        of_evaluation = place.step is not None and place.epoch is not None and is_of_evaluation(line)
        self._step = None if of_evaluation else place.step
        # right below a heading the epoch may be told again, but not below its numbers
        if (self._step, self._epoch) != before or self._below:
            self._section, self._below = "", False
            self._tell(None)

    def _begin_evaluation(self, line: str, *, alone: bool) -> None:
        """Take the split that a line says is evaluated now; `alone`: it tells a place and nothing else."""
        begins = _BEGINS_EVALUATION.search(line) if "ing" in line else None
        evaluation = _EVALUATION_AT.search(line) if alone else None
        self._evaluates = evaluation is not None
        begins = begins or evaluation
        self._section = begins.group(1).lower() if begins else self._section

    def _rates_alone(self, rates: list[tuple[str, float]]) -> Record | None:
        """No end of an epoch or a heading: schedulers tell the learning rate apart from all else."""
        if self._told is None:
            return Record(rates, self._step, self._epoch)
        self._rates += rates
        return None

    def _tell(self, epoch: float | None) -> None:
        """Keep the epoch that a line of its own tells."""
        self._told, self._rates = epoch, []

    def _record(self, place: Place, values: list[tuple[str, float]]) -> Record:
        if self._told is not None:
            self._step, self._epoch, values = None, self._told, [*self._rates, *values]
            self._tell(None)
        if place.epoch is not None:
            self._ended = self._ends and place.step is None
        elif place.step is not None:
            self._ends = self._ends or self._epoch is None
            if self._ended and self._epoch is not None:
                self._epoch, self._ended = self._epoch + 1, False
        if place.step is not None:
            self._of_batches.update(tag for tag, _ in values if is_measured(tag))
        elif place.epoch is not None:
            values = [(f"{tag}_epoch" if tag in self._of_batches else tag, value) for tag, value in values]
        return Record(values, self._step, self._epoch)

    def stand(self, record: Record) -> None:
        """Take the place of a line that another family has read for that of the lines below it."""
        if record.step is not None or record.epoch is not None:
            self._step, self._section = record.step, ""
            self._epoch = self._epoch if record.epoch is None else record.epoch
            if self._rates:
                self._tell(None)  # the number of epochs and the rate among settings


def _not_told_before(line: str, found: list[tuple[str, float, int]]) -> list[tuple[str, float, int]]:
    """The named numbers of a line without a place but for those that it says again, as of the best epoch."""
    if _TOLD_BEFORE.search(in_english(line[: found[0][2]])):
        return []
    if _BEST.match(found[0][0]):
        return [one for one in found if _BEST.match(one[0])]
    return found


def _named_numbers(line: str) -> tuple[list[tuple[str, float, int]], bool]:
    """Each named number of the line with where it stands, and whether one is a loss, a metric or a score."""
    found = _with_blank_splits([one for one in phrase_pairs(line) if _is_value(one[0])], line)
    if any(is_measured(tag) or _is_score(tag, line) for tag, _, _ in found):
        return found, True
    of_losses = _LOSSES_OF.search(line)
    if not of_losses:
        return found, False
    found = [(f"{tag} loss", value, at) for tag, value, at in found if at >= of_losses.end()]
    return found, bool(found)


def _is_score(tag: str, line: str) -> bool:
    """Whether a tag is the score of a game; elsewhere anything has one."""
    return "score" in tag.lower() and ("pisode" in line or "game" in line.lower())


def _with_blank_splits(found: list[tuple[str, float, int]], line: str) -> list[tuple[str, float, int]]:
    """`found`, and the numbers right behind the words of two splits at least."""
    blank = [(*named(match), match.start()) for match in _BLANK_SPLIT.finditer(line)]
    if len({split_of(tag) for tag, _, _ in blank}) < 2:
        return found
    return sorted([*found, *blank], key=lambda one: one[2])


def _tells_splits_alone(line: str, found: Sequence[tuple[str, float, int]]) -> bool:
    """Whether numbers are named by two splits and nothing more: no sizes of the data, and no times."""
    alone = [(split_of(tag), value) for tag, value, _ in found if not quantity_of(tag)]
    splits = {split for split, _ in alone} - {"none"}
    return len(splits) > 1 and any(value % 1 for _, value in alone) and not _TIMED.search(line)


def _is_value(tag: str) -> bool:
    """Whether a named number is neither an axis, nor a place in the code or of a process, nor a time left."""
    if is_bookkeeping(tag) or _NO_VALUE.fullmatch(tag):
        return False
    return (" per " in tag or not _AXIS_AT_END.search(tag)) and not _SOURCE_FILE.fullmatch(tag)
