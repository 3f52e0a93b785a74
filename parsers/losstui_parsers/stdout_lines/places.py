"""Where a line of free text says it stands, and on which data it was measured."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from losstui.languages import in_english
from losstui.tags import quantity_of, split_of
from losstui_parsers.stdout_lines.numbers import is_unknown, takes_split, to_number

_AXIS = re.compile(
    r"(?<![A-Za-z_])(?<!time/)(global[ _]step|train[ _]step|env[ _]step|steps?|iterations?|iters?|itr"
    r"|updates?|epoche?|epch|epoca|epoka|ep|batch(?:_id|_idx)?|round|episode|game|generation)"
    r"\.?\s{0,4}(?:#|no\.?)?\s{0,4}(?:[:=]|is(?=\s)|->)?\s{0,12}[\[(<#]?\s{0,4}(\d[\d,]*(?:\.\d+)?)"
    r"(?:st|nd|rd|th)?(?![\d.]*[\w%])",
    re.IGNORECASE,
)
# "return per training episode: 5.5", and tianshou's episodes of a step
_PER = re.compile(r"\bper (?:\w+ )?(?:step|epoch|iteration|batch|episode|game)\b|n/ep=")
_EPOCH_WORDS = ("epoch", "epch", "ep", "epoche", "epoca", "epoka")
_BATCH_WORDS = ("batch", "batch_id", "batch_idx")
# ESPnet: "3epoch:train:1-500batch: loss=0.5"
_COUNT_FIRST = re.compile(
    r"(?<![\w./-])(\d+)(?:st|nd|rd|th)? ?epoch(?![a-z])(?::\w+:\d+-(\d+)batch)?", re.IGNORECASE
)
# "000 epoch, 02000 iter, loss 0.5": behind the number of the epoch the step is counted first, too
_STEP_FIRST = re.compile(
    r"(?<![\w./-])(\d+) (?:steps?|iter(?:ation)?s?|batch(?:es)?)(?![\w/])", re.IGNORECASE
)
# "Epoch 2, 500/7000; loss 0.5", "epoch 010  2000 / 8223 loss=0.5", "Epoch: 1 (987/1180) | Loss: 0.5",
# "Train Epoch: 1 [ 512/1000 (51%)]"
_SHARE_BEHIND_EPOCH = re.compile(
    r"(?<![A-Za-z_])epoch\s{0,2}[:#]?\s{0,4}\d+(?:/\d+)?[,\s]\s{0,4}[(\[]?\s{0,8}(\d+) {0,2}/ {0,8}\d+"
    r"(?![\d.]*[\w%/])",
    re.IGNORECASE,
)
_EPOCH_AT_END = re.compile(r"(?:epoche?|epoca|epoka|ep)(?:\s+is)?\W{0,4}\Z", re.IGNORECASE)
_OF_ALL = re.compile(r"\[\s*(\d+)/\d+(?:\s*\(\s*\d+(?:\.\d+)?%\s*\))?\s*\]")
_EPOCH_AND_BATCH = re.compile(
    r"^\s*\[\s*(\d+),\s+(\d+)\]|^\s*\[\s*(\d+):\s*(\d+)/\d+\s*\]|\[\s*(\d+)/\d+\s*\]\s*\[\s*(\d+)/\d+\s*\]"
)
# "[3] Train-rmse=0.5", and with the seconds so far, "[10 | 12.50] loss=2.3"
_COUNT_ALONE = re.compile(r"^\s*\[(\d+)(?: \| \d+\.\d+)?\]\s+(?=[A-Za-z])")
# Catalyst's epoch: "train (1/10) loss: 0.5"
_SPLIT_OF_ALL = re.compile(r"\s*(?:train|valid|val|test|infer)\w* \((\d+)/\d+\)", re.IGNORECASE)
# A batch without its word: "i=369/530", "T = 2500 / 10000", and at the beginning of a line
# "1/20, train_loss: 0.5", "100 / 900 | loss: 0.5", "100/900 (epoch 3), train_loss = 0.5"
_LETTER = re.compile(r"(?<![\w.])[ibtT] ?= ?(\d+) ?/ ?\d+")
_SHARE_FIRST = re.compile(r"\s*(\d+) ?/ ?\d+(?:[,:]\s+(?=[A-Za-z])|\s+\|\s+(?=[A-Za-z])|\s\(epoch [\d.]+\))")
# of GANs: "100 [D loss: 0.69, acc.: 50%] [G loss: 0.7]"
_COUNT_BEFORE = re.compile(r"\s*(\d+):?\s+\[(?=[A-Za-z])")
# and with the batch of the epoch, "3-100 [D loss: 0.69]"; "05-12 [INFO]" is a date
_EPOCH_AND_BATCH_BEFORE = re.compile(r"\s*(\d+)-(\d+):?\s+\[(?=[A-Za-z]{1,20} loss\b)", re.IGNORECASE)
_HELD_OUT = re.compile(r"val|dev|test|eval", re.IGNORECASE)
_SPLIT = re.compile(
    r"(?<![A-Za-z_])(train(?:ing)?|(?:cross)?val(?:i|id(?:ation)?)?|dev|test(?:ing)?|eval(?:uation)?)(?![A-Za-z_.]\w|\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """The step, or the batch within the epoch, and the epoch that a line names; None where it does not."""

    step: float | None
    epoch: float | None

    @property
    def named(self) -> bool:
        """Whether the line says anything of where it stands."""
        return self.step is not None or self.epoch is not None


def place_in(text: str) -> Place:
    """The place that `text` names in words, "epoch 3, step 100", or in brackets, "[3, 100]", "[100/600]"."""
    step: float | None = None
    batch: float | None = None
    epoch: float | None = None
    text = _PER.sub("", text) if "per" in text or "n/ep=" in text else text
    for word, number in _AXIS.findall(text):
        word, value = word.lower(), to_number(number)
        if word in _EPOCH_WORDS:
            epoch = value
        elif word in _BATCH_WORDS:
            batch = value
        elif step is None or word.startswith("global"):
            step = value
    of_split = _SPLIT_OF_ALL.match(text) if epoch is None and "/" in text else None
    if of_split:
        return Place(step, float(of_split.group(1)))
    counted = _COUNT_FIRST.search(text) if epoch is None and "poch" in text else None
    if counted:
        epoch = float(counted.group(1))
        batch = float(counted.group(2)) if counted.group(2) else batch
        behind = _STEP_FIRST.search(text, counted.end()) if step is None and batch is None else None
        step = float(behind.group(1)) if behind else step
    if step is None and batch is None and "[" in text:
        before = _before_brackets(text) if epoch is None else None
        if before:
            return before
        epoch, batch = _in_brackets(text, epoch)
    if step is None and batch is None and "/" in text:
        of_all = _SHARE_FIRST.match(text) or (_LETTER.search(text) if "=" in text else None)
        batch = float(of_all.group(1)) if of_all else batch_behind_epoch(text)
    return Place(batch if step is None else step, epoch)


def batch_behind_epoch(text: str) -> float | None:
    """The batch, of all there are, that stands right behind the number of the epoch."""
    share = _SHARE_BEHIND_EPOCH.search(text)
    return float(share.group(1)) if share else None


def _before_brackets(text: str) -> Place | None:
    """The place of a line that begins with a count and goes on in brackets; None where it does not."""
    before = _COUNT_BEFORE.match(text)
    if before:
        return Place(float(before.group(1)), None)
    both = _EPOCH_AND_BATCH_BEFORE.match(text)
    return Place(float(both.group(2)), float(both.group(1))) if both else None


def _in_brackets(text: str, epoch: float | None) -> tuple[float | None, float | None]:
    """The epoch, and the batch that brackets tell beside it: those of "Epoch [3/10]" are the epoch's own."""
    both = _EPOCH_AND_BATCH.search(text) if epoch is None else None
    if both:
        first, second = (group for group in both.groups() if group is not None)
        return float(first), float(second)
    alone = _COUNT_ALONE.match(text) if epoch is None else None
    if alone:
        return None, float(alone.group(1))
    of_all = _OF_ALL.search(text)
    if of_all and _EPOCH_AT_END.search(text, 0, of_all.start()):
        of_all = _OF_ALL.search(text, of_all.end())
    return epoch, float(of_all.group(1)) if of_all else None


def is_of_evaluation(text: str) -> bool:
    """Whether `text` names held-out data before the epoch and the batch, which then counts its batches."""
    text = in_english(text)
    if not _HELD_OUT.search(text):
        return False
    axis = _AXIS.search(text)
    return axis is not None and split_of(split_before(text[: axis.start()])) in ("val", "test")


def under_splits(
    text: str, found: Sequence[tuple[str, float, int]], section: str = "", *, unknown: bool = False
) -> list[tuple[str, float]]:
    """The named numbers that `text` holds, each with the place of its name: their tags and values.

    Those that name no split come under the one that stands last before them, else under `section`; with
    `unknown` also those of which nothing tells what they are.
    """
    split, since, told = section, 0, ""
    names = [tag for tag, _, _ in found]
    twice = len(set(names)) < len(names)
    values: list[tuple[str, float]] = []
    for tag, value, start in found:
        split = split_before(text[since:start]) or split
        since = start
        # "train_loss 0.5 acc 0.6 val_loss 0.7 acc 0.4": only then is the second one no repetition
        before = split or (told if twice and names.count(tag) > 1 else "")
        own = f"{before}/{tag}" if before and (takes_split(tag) or (unknown and is_unknown(tag))) else tag
        # "Acc: 71.2 Acc: 90.1" are the first guess and the first five
        again = twice and quantity_of(own) == "accuracy" and any(own == known for known, _ in values)
        values.append((f"{own}.2" if again else own, value))
        if twice and split_of(tag) != "none":
            told = split_of(tag)
    return values


def split_before(text: str) -> str:
    """The last word in `text` that names a split, in lower case, or nothing."""
    found = _SPLIT.findall(in_english(text))
    return found[-1].lower() if found else ""
