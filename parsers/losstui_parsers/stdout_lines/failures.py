"""Why a run died, by what is printed at its end: the exception, the scheduler's or the kernel's last word."""

from __future__ import annotations

import re

from losstui.sanitise import clean
from losstui_parsers.stdout_lines.lines import LABEL

LONGEST_CAUSE = 160  # characters; what a message of an allocator goes on with is no cause
_MOST_FRAMES = 400  # lines between the head of a traceback and its exception: of a deep recursion it has more
# A bar that was closed when the program ended is drawn once more behind the traceback; one that is drawn at
# so many places was not closed.
_GOES_ON = 3
_TRACEBACK = "Traceback (most recent call last)"
_EXCEPTION = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:: ?\S.*|:?\s*)")
_FAILURE = re.compile(
    r"CUDA out of memory|OutOfMemoryError|Segmentation fault|Bus error|\(core dumped\)"
    r"|slurmstepd: error: .*(?:CANCELLED|exceeded|oom.kill)|^Killed\b|: line \d+: +\d+ Killed\b"
    r"|srun: error: .*(?:Exited with exit code|Out Of Memory|Killed|Segmentation fault)|ChildFailedError"
    r"|caught collective operation timeout|terminate called after throwing|PBS: job killed"
    r"|\bjob killed after reaching LSF"
    # what stops a training whose loss is NaN prints, as torchvision's references and Keras do
    r"|(?i:\bloss is [-+]?(?:nan|inf)\S* stopping training|\binvalid loss, terminating training)"
)
GUARD_SIGN = "ing training"  # in what a trainer prints that stops itself, with the value as a rule
# One of these is in each of those: to look for them is all that most lines cost.
_SIGNS = (
    "emory",
    "ault",
    "us error",
    "dumped",
    "slurmstepd",
    "illed",
    "srun",
    "ChildFailed",
    "terminate",
    "atchdog",
    GUARD_SIGN,
)
# What only tells that another process failed, or that one did within: the cause stands elsewhere.
_UNSPECIFIC = re.compile(
    r"ChildFailedError|ProcessRaisedException|ProcessExitedException|CalledProcessError|srun: error:"
    r"|Caught \w+ in (?:DataLoader worker|replica)|^Traceback"
)
_BAR = re.compile(r"\b\d{1,3}%\|.*?(\d+)/\d+")


class Failure:
    """The cause of a failure in the lines of one text, as long as nothing shows that the run went on."""

    def __init__(self) -> None:
        self._cause: str | None = None
        self._frames = 0  # lines of a traceback so far; 0 outside of one
        self._indented = False
        self._drawn: set[str] = set()  # places of bars since the failure

    @property
    def cause(self) -> str | None:
        """The line that tells why, cut and safe to show; None where nothing failed."""
        if self._cause is None:
            return None
        told = " ".join(self._cause.split())  # a shell sets what it tells in columns
        return clean(told[:LONGEST_CAUSE]) + "…" * (len(told) > LONGEST_CAUSE)

    def forget(self) -> None:
        """Say that the run went on."""
        self._cause, self._frames = None, 0
        self._drawn.clear()

    def is_exception(self, line: str) -> bool:
        """Whether a line is the exception of a traceback."""
        if not (self._frames and self._indented):
            return False
        label = LABEL.match(line)
        return _EXCEPTION.fullmatch(line, label.end() if label else 0) is not None

    def look(self, line: str) -> None:
        """Take a line that holds no values of the training."""
        if self._frames:
            self._look_in_traceback(line)
        elif _TRACEBACK in line:
            self._frames, self._indented = 1, False
            self._tell(_TRACEBACK)
        elif any(sign in line for sign in _SIGNS) and _FAILURE.search(line):
            self._tell(line.strip())
        elif self._cause is not None and "%|" in line:
            bar = _BAR.search(line)
            if bar:
                self._drawn.add(bar.group(1))
            if len(self._drawn) >= _GOES_ON:
                self.forget()

    def _look_in_traceback(self, line: str) -> None:
        """Frames are indented; the first line behind them that is not has the exception."""
        if not line.strip() or line[0].isspace():
            self._indented = self._indented or bool(line.strip())
        elif self._indented and _EXCEPTION.fullmatch(line.rstrip()):
            self._frames = 0
            self._tell(line.strip())
            return
        elif _TRACEBACK in line:
            self._indented = False
        self._frames = self._frames + 1 if self._frames < _MOST_FRAMES else 0

    def _tell(self, cause: str) -> None:
        """The first cause counts: what fails after it fails because of it."""
        if self._cause is None or (_UNSPECIFIC.search(self._cause) and not _UNSPECIFIC.search(cause)):
            self._cause = cause
