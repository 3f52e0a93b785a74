"""What a run died of, by the last line of its log or of the output of its job, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from losstui.findings import Remedy
from losstui.remedies import remedies_for
from losstui.run import Run, Status
from losstui.sanitise import clean
from losstui.wording import SILENT

DEAD: Final = "dead"  # what remedies for deaths are written for: "dead", or "dead:gpu-memory" for one kind
SILENT_KIND: Final = "silent"
ERROR_KIND: Final = "error"  # any failure that is none of `KINDS`
_BEFORE_THE_LINE = ": ends with: "  # what a reader writes between the file and its last line
# The kinds by the words of those who print them: PyTorch, TensorFlow, JAX, NCCL, the kernel, SLURM, PBS, LSF.
# The first that fits counts, so what says more comes before what says less.
KINDS: Final = {
    "shared-memory": r"(?:out of|insufficient) shared memory|\(shm\)|/dev/shm|(?i:bus error)|SIGBUS",
    "loader-worker": r"DataLoader worker|BrokenProcessPool",
    "open-files": r"Too many open files|received 0 items of ancdata",
    "disk-full": r"No space left|Disk quota exceeded|PytorchStreamWriter failed",
    "gpu-memory": (
        r"(?:CUDA|HIP|MPS|XPU)[\w :]* out of memory|\bOutOfMemoryError|RESOURCE_EXHAUSTED|ResourceExhausted"
        r"|OOM when allocating|CUDA_ERROR_OUT_OF_MEMORY|STATUS_ALLOC_FAILED"
    ),
    "time-limit": r"TIME LIMIT|(?i:wall.?time)|RUNLIMIT|LSF run ?(?:time )?limit|\bTIMEOUT\b",
    "memory": (
        r"MemoryError|(?i:can(?:no|')t allocate memory|oom.?kill|out.of.memory|memory limit)|MEMLIMIT"
    ),
    "interrupted": r"KeyboardInterrupt|CANCELLED|PREEMPT|INTERRUPTED|SIGINT|SIGTERM|SignalException",
    "collective": r"(?i:nccl|gloo\b|collective)|DistBackendError|TCPStore|Connection closed by peer",
    "index-out-of-range": (
        r"device-side assert|Target \S+ is out of bounds|index out of range in self|outside the valid range"
        r"|(?:index \S+ is|indices) out of (?:range|bounds)|is not in \[0, \d+\)"
    ),
    "device": r"(?:CUDA|cuDNN|HIP|cuda runtime) error|CUBLAS_STATUS|CUDNN_STATUS|ECC error|\bXid\b",
    "non-finite": (
        r"FloatingPointError|(?i:\bnans?\b|\binfs?\b|non-?finite|not finite|infinite)"
        r"|(?i:invalid loss|found invalid values|minimum loss scale)"
    ),
    "shapes": (
        r"(?i:\bshapes?\b|size mismatch|sizes? of tensors?|mat1 and mat2|equal size|dimension"
        r"|match target batch_size)"
    ),
    "bad-data": (
        r"FileNotFoundError|No such file|UnidentifiedImageError|EOFError|UnpicklingError|DecodeError"
        r"|BadZipFile|truncated|ParserError|cannot identify image"
    ),
    "network": (
        r"Connection(?:Error|Reset|Refused)|HTTPError|MaxRetryError|ReadTimeout|URLError|CommError"
        r"|NameResolution|wandb\.errors"
    ),
    "crash": r"Segmentation fault|SIGSEGV|SIGABRT|core dumped|terminate called|Aborted|Fatal Python error",
    "killed": r"(?i:\bkilled\b)|SIGKILL",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Death:
    """What a run died of: the kind, the line that says so and its file, and what to do about it."""

    kind: str
    cause: str
    remedies: tuple[Remedy, ...]

    def __str__(self) -> str:
        return clean(f"{DEAD} ({self.kind}): {self.cause}")


def death_of(run: Run) -> Death | None:
    """Return what a dead run died of; None for any other."""
    if run.status is not Status.DEAD:
        return None
    kind = kind_of_death(run.cause)
    return Death(kind, run.cause or SILENT, remedies_for(DEAD, kind))


def kind_of_death(cause: str) -> str:
    """Return which of `KINDS` a failure is, by the line that reports it; without such a line, "silent"."""
    if not cause:
        return SILENT_KIND
    line = cause.rpartition(_BEFORE_THE_LINE)[2]
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(line)), ERROR_KIND)
