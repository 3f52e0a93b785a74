"""Rows printed as a Python or JSON dictionary: Transformers, TRL, axolotl, fairseq and many loops."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

from losstui_parsers.columns import EPOCH_NAMES, SPLIT_NAMES, SPLIT_WORDS, STEP_NAMES, first_of
from losstui_parsers.stdout_lines.numbers import (
    NUMBER,
    any_measured,
    is_measured,
    measured_under,
    phrase_pairs,
    to_number,
    under,
)
from losstui_parsers.stdout_lines.places import place_in, split_before
from losstui_parsers.stdout_lines.record import LineFamily, Record

_FLAT = re.compile(r"\{\s*['\"][^{}]*\}")
_ITEM = re.compile(
    rf"['\"]([^'\"\s][^'\"]{{0,200}})['\"]\s*:\s*(?:[A-Za-z_][\w.]*\(\[?)?['\"]?({NUMBER})['\"]?"
    rf"(?:\]?(?:, ?\w+=[\w.':<> ]+)*\))?\s*(?=[,}}])"
)
# {"loss": 0.5, "mode": "test", "epoch": 1}
_SPLIT_ITEM = re.compile(
    rf"['\"](?:{'|'.join(SPLIT_NAMES)})['\"]\s*:\s*['\"]({'|'.join(SPLIT_WORDS)})['\"]", re.IGNORECASE
)
# "train={", "Val: {", "{'train': {"
_SPLIT_SIGN = re.compile(rf"(?<![A-Za-z])({'|'.join(SPLIT_WORDS)})['\"]?\s?[:=]\s?\Z", re.IGNORECASE)
# The totals that a trainer prints when it is done.
_SUMMARY_KEYS = frozenset(("train_runtime", "total_flos"))
_OF_A_ROW = "loss"  # beside it these are the time and the work so far
# "global_step/max_steps": "5/500"
_STEP_OF_ALL = re.compile(r"['\"]((?:global_)?steps?)/\w+['\"]\s*:\s*['\"](\d+)/\d+['\"]")


@lru_cache(maxsize=1024)
def _axes(keys: tuple[str, ...]) -> tuple[bool, str | None, str | None]:
    """Whether a row with these keys measures training, its step key and its epoch key."""
    below = ("_num_updates", "/step")  # "train_num_updates" of fairseq, "rollout/step" of slime
    step = first_of(keys, STEP_NAMES) or next((key for key in keys if key.endswith(below)), None)
    epoch = first_of(keys, EPOCH_NAMES)
    sums_up = _OF_A_ROW not in keys and not _SUMMARY_KEYS.isdisjoint(keys)
    measured = any(is_measured(key) for key in keys) and not sums_up
    return measured, step, epoch


def number_items(text: str) -> list[tuple[str, float]]:
    """The numbers of a printed dictionary, by key, also those in quotes."""
    return [(key, to_number(value)) for key, value in _ITEM.findall(text)]


class Dictionaries(LineFamily):
    """One dictionary of numbers, also of numbers in quotes; the last one of a line counts, or all of them
    beside other named numbers or where each is said to be of a split."""

    title: ClassVar[str] = "rows printed as dictionaries"
    marks: ClassVar[tuple[str, ...]] = ("{'", '{"', "{ ")
    distinctive: ClassVar[bool] = True
    values_wanted: ClassVar[int] = 3  # one dictionary of results ends many a log of other lines

    def read(self, line: str) -> Record | None:
        """The numbers of the dictionary in `line`, where one of them is a loss, a metric or the like."""
        found = list(_FLAT.finditer(line))
        if len(found) > 1 and all(_SPLIT_SIGN.search(line, 0, match.start()) for match in found):
            return _of_each_split(line, found)
        for match in reversed(found):
            written = _ITEM.findall(match.group())
            if "/max_" in match.group():
                written += _STEP_OF_ALL.findall(match.group())
            items = {key: to_number(value) for key, value in written}
            measures, step, epoch = _axes(tuple(items))
            if not measures:
                continue
            if step is None and epoch is None:
                return _placed_by_text(line, match.start(), list(items.items()))
            values = [(key, value) for key, value in items.items() if key not in (step, epoch)]
            split = _SPLIT_ITEM.search(match.group())
            values = measured_under(split.group(1).lower() if split else "", values)
            return Record(values, items.get(step or ""), items.get(epoch or ""))
        return None


def _of_each_split(line: str, found: Sequence[re.Match[str]]) -> Record | None:
    """scGLUE's `[Epoch 10] train={'nll': 0.5}, val={'nll': 0.6}`: each dictionary below its own split."""
    place = place_in(line[: found[0].start()])
    told: list[tuple[str, float]] = []
    for match in found:
        sign = _SPLIT_SIGN.search(line, 0, match.start())
        told += under(sign.group(1).lower(), number_items(match.group())) if sign else []
    return Record(told, place.step, place.epoch) if place.named and any_measured(told) else None


def _placed_by_text(line: str, start: int, values: list[tuple[str, float]]) -> Record | None:
    """A row without an axis: what stands before it on the line may say where it belongs.

    So may named numbers beside it: "Epoch 3 | Train Loss: 0.5 | Train Metrics: {'f1': 0.75}".
    """
    place = place_in(line[:start])
    if not place.named:
        return Record(values) if any("loss" in tag for tag, _ in values) else None
    told = [(tag, value) for tag, value, _ in phrase_pairs(_FLAT.sub(" ", line)) if is_measured(tag)]
    if not told:
        return Record(measured_under(split_before(line[:start]), values), place.step, place.epoch)
    for match in _FLAT.finditer(line):
        items = number_items(match.group())
        told += measured_under(split_before(line[: match.start()]), items)
    return Record(told, place.step, place.epoch)
