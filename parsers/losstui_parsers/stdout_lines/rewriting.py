"""What some programs write in their own way, put as names and numbers that any loop may print."""

from __future__ import annotations

import re

from losstui_parsers.stdout_lines.numbers import with_each_named, with_means

_SECONDS = re.compile(r"Training cost(?=: [\d.]+, \w+=)")  # GluonCV's, before its losses
# icefall: "loss[loss=0.5, over 40.0 frames.], tot_loss[loss=0.7, over 900.0 frames.]"
_GROUP = re.compile(r"(\w*)loss\[([a-z_]+=[^\[\]]*)\]")
_MEMBER = re.compile(r"([a-z_]+)=")
# pfrl: "statistics:[('average_q', 0.5), ('average_loss', 0.02)]"
_PAIR = re.compile(r"\('([a-z_]+)', (?=[-+.\dn])")
# insightface: "[lfw][2000]Accuracy-Flip: 0.99", of a set of faces at a step
_SET_AND_STEP = re.compile(r"\[([A-Za-z]\w*)\]\[\d+\](?=[A-Z])(?!Loss)")
# fb.resnet.torch: "Test: [3][25/25]", of epoch and batch
_BATCH_OF_TEST = re.compile(r"\b([Tt]est|[Vv]al(?:id(?:ation)?)?|[Ee]val): \[(\d+)\]\[(\d+)/\d+\]")
# "100 iterations", on a line of its own above its values
_STEPS_ALONE = re.compile(r"^\s*(\d+) (steps|iterations|iters|updates)\W*$", re.IGNORECASE)
# "Mean test loss of 25 batches: 0.5"
_OF_HOW_MANY = re.compile(
    r" (?:of|over|on|for) \d+ (?:(?:mini)?batches|samples|images|examples|sequences|sentences|clips|videos)"
    r"(?= ?[:=])"
)
# DGCNN's epochs: "Train 3, loss: 0.5, train acc: 0.75"
_SPLIT_AND_EPOCH = re.compile(
    r"^\s*(train|test|val(?:id(?:ation)?)?|eval)(?:ing)? (?=\d+, [a-z ]{0,20}loss\b)", re.IGNORECASE
)
# LightGCN's: "EPOCH[3/9] loss0.125-|Sample:0.5|"
_VALUE_GLUED = re.compile(r"\b(loss)(?=\d+\.\d)", re.IGNORECASE)
_RETURN = re.compile(r"(\bepisode:? ?\d+,? )R(?=[:=])", re.IGNORECASE)
# "Episode 5, Steps 20, Score 13": a whole number is no count behind such a word
_EPISODE = re.compile(r"pisode|[Gg]ame\b")
_UNSIGNED_SCORE = re.compile(
    r"(\b(?:episode|game):? ?\d+\b.{0,80}?\b(?:score|reward|return)) (?=[+-]?\d)", re.IGNORECASE
)
# "idx: 3 loss: 0.5"; before other values it counts what is looked at
_INDEX = re.compile(r"\bidx(?=: ?\d+,? ?loss\b)", re.IGNORECASE)
# "step 3loss: 0.5", "idx: 3loss: 0.5": nothing between the number and the name that follows
_GLUED = re.compile(r"(?<=\d)(?=loss\b)", re.IGNORECASE)
# NEAT-Python: "Population's average fitness: 12.5"
_WHOSE = re.compile(r"\b[A-Z][a-z]+'s (?=[a-z])")
# Julia's `@show (epoch, loss)`: "(epoch, loss) = (3, 0.5)"
_SHOWN_TUPLE = re.compile(r"\(([A-Za-z_][\w, ]{0,80})\) = \(([-+\w., ]{1,200})\)")
# "D: 0.3 G: 1.2", of two adversaries; beside other letters, as in "A: 0.1 D: 0.3 G: 0.4", of something else
_LETTER = re.compile(r"(?<![\w./])([A-Z])\s?[:=]\s?(?=[-+]?\d*\.\d)")
_RIVALS = {"D", "G"}


def rewritten(line: str) -> str:
    """The line with what some programs write in their own way put as names and numbers."""
    line = line.replace("cur metric,", "eval metric,")  # PaddleOCR's latest evaluation
    line = _SECONDS.sub("Training time", line) if "Training cost: " in line else line
    line = _GROUP.sub(_in_group, line) if "loss[" in line else line
    line = _PAIR.sub(r"\1=", line) if "('" in line else line
    line = _RETURN.sub(r"\1return", line) if " R" in line else line
    line = _STEPS_ALONE.sub(r"\2: \1", line) if line[-1:] == "s" else line
    line = _WHOSE.sub("", line) if "'s " in line else line
    line = _of_losses(line) if "loss" in line.lower() else line
    line = _SHOWN_TUPLE.sub(_each_shown, line) if ") = (" in line else line
    line = _UNSIGNED_SCORE.sub(r"\1: ", line) if _EPISODE.search(line) else line
    line = _BATCH_OF_TEST.sub(r"\1 epoch \2 batch \3 ", line) if "][" in line else line
    line = _SET_AND_STEP.sub(r" eval \1 ", line) if "][" in line else line
    line = _of_rivals(line) if "D" in line and "G" in line else line
    line = with_means(line) if "[" in line else line
    return with_each_named(line)


def _of_losses(line: str) -> str:
    """A line with a loss in it, its names and numbers apart from each other and from other counts."""
    line = _VALUE_GLUED.sub(r"\1: ", _GLUED.sub(" ", _INDEX.sub("step", line)))
    return _SPLIT_AND_EPOCH.sub(r"\1 epoch ", _OF_HOW_MANY.sub("", line))


def _of_rivals(line: str) -> str:
    """A line with the losses of two adversaries, where their letters alone tell them, called so."""
    return _LETTER.sub(r"\1 loss: ", line) if {*_LETTER.findall(line)} == _RIVALS else line


def _each_shown(match: re.Match[str]) -> str:
    """Each name of a tuple with its value: "epoch = 3, loss = 0.5"."""
    names, values = match.group(1).split(","), match.group(2).split(",")
    if len(names) != len(values):
        return match.group()
    return ", ".join(f"{name.strip()} = {value.strip()}" for name, value in zip(names, values, strict=True))


def _in_group(match: re.Match[str]) -> str:
    """The losses of a group, each with what tells the group before it: "tot_loss=0.7, tot_ctc_loss=0.8"."""
    return _MEMBER.sub(rf"{match.group(1)}\1=", match.group(2))
