"""What trainers print to the terminal, kept in a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from losstui.errors import UnreadableLog, reason_of
from losstui.parsing import HEAD_BYTES, FileGroup, Follower, LogFile, LoggedRun, one_run_a_file
from losstui_parsers.columns import EPOCH_NAMES, STEP_NAMES, normalise
from losstui_parsers.melting import runs_of
from losstui_parsers.plain_text import (
    decode,
    is_of_dllogger,
    is_text,
    read_text,
    why_no_data,
    why_not_decoded,
    with_damage,
    without_holes,
)
from losstui_parsers.tables import Table

if TYPE_CHECKING:
    from losstui_parsers.stdout_lines.gathering import Gatherer
    from losstui_parsers.text_following import Growing

DISTINCTIVE_WANTED = (
    2  # lines that only one trainer prints, in a file whose name does not say that it is output
)
FURTHER_BYTES = 1 << 20  # looked at in a compressed file, where the middle is far
# A name under which a terminal's output is kept: its first 64 KiB may be nothing but the set-up.
_KEPT_OUTPUT = re.compile(
    r".*\.(?:log|out|txt|stdout|stderr|err)(?:\.\d+)?|(?:nohup|slurm|stdout|stderr|log)[\w.-]*", re.IGNORECASE
)
# A name with a number, as no header begins.
_NUMBERED_PLACE = re.compile(r"\s*\[?([A-Za-z_]+)\s*[:=# ]\s*\d")
_TABLES = (".csv", ".tsv")
_OTHER_FORMATS = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".xml", ".tex", ".svg")


class Stdout:
    """Terminal output: Transformers, Megatron, torchtitan, nanoGPT, Keras, mmcv, boosting, one's own loop.

    A line is offered to the families of `stdout_lines`, the first that reads it has it; where none does,
    lines that name a step and a loss are enough. Colours, redrawn bars and the labels of srun, torchrun and
    containers are seen through. Numbers are as exact as they were printed. What several ranks print of one
    step is all kept; names before the step that tell other values of one tag again and again are those of
    models, a curve each. Trials of Ray Tune are a run each, and so are models that are trained one after the
    other where a name stands before the epoch. Epochs, steps and losses may have names in Chinese,
    Japanese, Korean, Russian and eight languages with Latin letters; text that is no UTF-8 is read in the
    encoding in which it has such words. Where only a bar tells the step, it is taken from that. A date on a
    line is taken for UTC. A failure at the end, or at that of `job.err` beside `job.out`, tells that the run
    is dead, and a note why.
    """

    name: ClassVar[str] = "stdout"

    def recognise(self, file: LogFile) -> str | None:
        """Say which kind of lines show that the text is a training log, or None."""
        kept_output = _KEPT_OUTPUT.fullmatch(file.name) is not None
        # a crash or a chatty program leaves control characters in what else is text
        readable = kept_output or is_text(file.head)
        other = file.name.lower().endswith(_OTHER_FORMATS) and not is_of_dllogger(file)
        if why_no_data(file) or not readable or (other and not _is_misnamed(file)):
            return None
        kept_output = kept_output or other
        found = _gather(decode(file.head))
        if not _shows_training(found, kept_output) and kept_output and len(file.head) == HEAD_BYTES:
            found = _gather(_further_in(file))
        if not _shows_training(found, kept_output):
            return None
        family = max(found.families, key=lambda name: found.families[name])
        return f"lines of a trainer: {family}"

    def refuse(self, file: LogFile) -> str | None:
        """Say that what looks like kept output tells no loss."""
        if _KEPT_OUTPUT.fullmatch(file.name) is None or not is_text(file.head):
            return None
        return (
            why_not_decoded(file)
            or "text without lines that tell a loss or a metric at several steps or epochs"
        )

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Each file is a run."""
        return one_run_a_file(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the run of one file."""
        from losstui_parsers.stdout_lines.gathering import gather, with_line_ends
        from losstui_parsers.stdout_lines.lines import plain, without_torn_end

        file = group.files[0]
        path = file.path
        nothing = why_no_data(file)
        if nothing:
            raise UnreadableLog(str(path), nothing)
        whole, warnings = without_holes(with_line_ends(plain(read_text(file))), path.name)
        text, torn = without_torn_end(whole)
        table = gather(text).table()
        table.warnings.extend(warnings)
        if torn and gather(f"epoch 0\n{torn}\n").rows:
            line = text.count("\n") + 1
            table.warnings.append(
                f"{path.name}: line {line} has no line end: its last value may be cut and is left out"
            )
        return _finish(table, file)

    def follow(self, group: FileGroup) -> Follower:
        """Follow the output and the errors beside it: only the lines appended to the output are read."""
        from losstui.rereading import WithFilesBeside
        from losstui_parsers.error_output import errors_beside
        from losstui_parsers.text_following import follow_text

        errors = errors_beside(group.files[0].path)
        output = follow_text(self, group)
        return output if errors is None else WithFilesBeside(output, [errors])

    def begin(self, file: LogFile) -> Growing | None:
        """Read the lines so far; None where their encoding has to be told from all of them."""
        from losstui_parsers.stdout_following import begin

        return begin(file, partial(_finish, file=file))


def _finish(table: Table, file: LogFile) -> list[LoggedRun]:
    from losstui_parsers.error_output import with_failure

    runs = runs_of(table)
    if not runs:
        raise UnreadableLog(str(file.path), "no line that tells a loss or a metric")
    return with_failure(with_damage(runs, file), table.failure, file.path)


def _gather(text: str) -> Gatherer:
    # The families compile some hundred patterns, which most folders of logs never need.
    from losstui_parsers.stdout_lines.gathering import gather, with_line_ends
    from losstui_parsers.stdout_lines.lines import plain

    return gather(with_line_ends(plain(text)))


def _shows_training(found: Gatherer, kept_output: bool) -> bool:
    return found.counts_onward or found.distinctive >= (1 if kept_output else DISTINCTIVE_WANTED)


def _is_misnamed(file: LogFile) -> bool:
    """Whether what is called a table begins with no header but a numbered step or epoch, "Epoch:0, "."""
    if not file.name.lower().endswith(_TABLES) or not is_text(file.head):
        return False
    place = _NUMBERED_PLACE.match(decode(file.head))
    return place is not None and normalise(place.group(1)) in (*STEP_NAMES, *EPOCH_NAMES)


def _further_in(file: LogFile) -> str:
    """As much text again from the middle of the file, and from its end."""
    try:
        with file.open() as stream:
            if not stream.seekable():  # compressed: what is before the middle would have to be unpacked
                return decode(stream.read(FURTHER_BYTES))
            end = stream.seek(0, 2)
            stream.seek(max(HEAD_BYTES, end // 2))
            middle = stream.read(HEAD_BYTES)
            stream.seek(max(HEAD_BYTES, end - HEAD_BYTES))
            return decode(middle) + "\n" + decode(stream.read(HEAD_BYTES))
    except OSError as error:
        raise UnreadableLog(str(file.path), reason_of(error)) from error
