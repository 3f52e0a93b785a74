"""What a run died of, by its last line, and what to do about it."""

from dataclasses import replace

import pytest

from losstui.deaths import DEAD, ERROR_KIND, KINDS, SILENT_KIND, death_of, kind_of_death
from losstui.remedies import remedies_for, targets
from losstui.run import Status
from losstui.wording import SILENT
from support import make_run

ALL_KINDS = [*KINDS, ERROR_KIND, SILENT_KIND]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB", "gpu-memory"),
        ("RuntimeError: CUDA error: out of memory", "gpu-memory"),
        ("jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory allocating", "gpu-memory"),
        ("MemoryError: Unable to allocate 8.00 GiB for an array", "memory"),
        ("RuntimeError: [enforce fail] DefaultCPUAllocator: can't allocate memory", "memory"),
        ("slurmstepd: error: Detected 1 oom-kill event(s) in StepId=7.0", "memory"),
        ("srun: error: node1: task 0: Out Of Memory", "memory"),
        ("./run.sh: line 5: 4711 Killed                  python train.py", "killed"),
        ("Killed", "killed"),
        (
            "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-01-01T00:00:00 DUE TO TIME LIMIT ***",
            "time-limit",
        ),
        ("=>> PBS: job killed: walltime 3611 exceeded limit 3600", "time-limit"),
        ("slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-01-01T00:00:00 ***", "interrupted"),
        ("KeyboardInterrupt", "interrupted"),
        ("OSError: [Errno 28] No space left on device", "disk-full"),
        ("OSError: [Errno 24] Too many open files", "open-files"),
        ("RuntimeError: DataLoader worker (pid 71) is killed by signal: Killed.", "loader-worker"),
        (
            "RuntimeError: DataLoader worker (pid 7) is killed by signal: Bus error. It is possible that"
            " dataloader's workers are out of shared memory",
            "shared-memory",
        ),
        ("[E ProcessGroupNCCL.cpp:616] Watchdog caught collective operation timeout: WorkNCCL", "collective"),
        ("terminate called after throwing an instance of 'c10::DistBackendError'", "collective"),
        ("RuntimeError: CUDA error: device-side assert triggered", "index-out-of-range"),
        ("IndexError: index out of range in self", "index-out-of-range"),
        ("IndexError: list index out of range", ERROR_KIND),
        ("RuntimeError: CUDA error: an illegal memory access was encountered", "device"),
        ("RuntimeError: Function 'LogBackward0' returned nan values in its 0th output.", "non-finite"),
        ("FloatingPointError: Minimum loss scale reached (0.0001).", "non-finite"),
        ("ValueError: the info is in the instance", ERROR_KIND),
        ("RuntimeError: stack expects each tensor to be equal size, but got [3, 4] and [1, 4]", "shapes"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'a.jpg'", "bad-data"),
        ("requests.exceptions.ConnectionError: HTTPSConnectionPool", "network"),
        ("Segmentation fault (core dumped)", "crash"),
        ("AssertionError", ERROR_KIND),
        ("KeyError: 'labels'", ERROR_KIND),
        ("run-1.wandb: its exit code is not 0", ERROR_KIND),
        ("", SILENT_KIND),
    ],
)
@pytest.mark.parametrize("file", ["", "killed-by-nan.log: ends with: "], ids=["alone", "behind the file"])
def test_the_last_line_tells_the_kind(line: str, kind: str, file: str) -> None:
    assert kind_of_death(f"{file}{line}" if line else "") == kind


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_each_kind_has_a_remedy_of_its_own_before_the_one_for_all(kind: str) -> None:
    own = [remedy.id for remedy in remedies_for(DEAD, kind)]
    assert len(own) >= 2
    assert own[-1] == "resume-from-checkpoint"
    assert f"{DEAD}:{kind}" in targets()


def test_what_fits_a_kind_best_comes_first() -> None:
    for kind, first in (
        ("gpu-memory", "smaller-micro-batch"),
        ("killed", "find-who-killed-it"),
        (SILENT_KIND, "find-who-killed-it"),
        ("loader-worker", "load-in-one-process"),
        ("non-finite", "find-first-non-finite"),
        ("shapes", "check-batch-shapes"),
    ):
        assert remedies_for(DEAD, kind)[0].id == first


def test_only_a_dead_run_has_died_of_something() -> None:
    run = replace(make_run({"loss": [1.0]}), cause="a.log: ends with: Killed")
    for status in Status:
        assert (death_of(replace(run, status=status)) is not None) is (status is Status.DEAD)


def test_silence_is_said_in_words_and_no_terminal_obeys_a_cause() -> None:
    run = replace(make_run({"loss": [1.0]}), status=Status.DEAD)
    assert str(death_of(run)) == f"dead (silent): {SILENT}"
    assert str(death_of(replace(run, cause="a: \x1b[2J"))) == "dead (error): a: \\x1b[2J"
