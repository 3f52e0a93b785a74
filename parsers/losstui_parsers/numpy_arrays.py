"""NumPy arrays named after what they hold: `train_losses.npy`, and Stable-Baselines3's `evaluations.npz`."""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import IO, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from losstui.errors import UnreadableLog, reason_of
from losstui.frame import FloatArray
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui.tags import quantity_of
from losstui_parsers.columns import strong_words, training_words
from losstui_parsers.series import SHORTEST, Series, run_of_series, why_series

Array = NDArray[np.generic]

_MAGIC = {".npy": b"\x93NUMPY", ".npz": b"PK\x03\x04"}
MOST_VALUES = 20_000_000  # of one array; a loss at each of so many steps is no one's
# Stable-Baselines3's evaluations, a row for each with a column an episode: their means, as it logs them
_OF_EPISODES = {"results": "mean_reward", "ep_lengths": "mean_ep_length", "successes": "success_rate"}
_HOW_KEPT = re.compile(r"_(?:history|hist|list|curve|values?|array|arr|all)(?=_|$)")


class NumpyArrays:
    """NumPy's `.npy` and `.npz`: arrays of one value a row, named as losses or metrics.

    The arrays of one folder whose names differ in the split and the metric are one run. Of the evaluations of
    Stable-Baselines3, `evaluations.npz`, the means over the episodes are read. Arrays of objects, which
    may hold programs, are left alone.
    """

    name: ClassVar[str] = "numpy"

    def recognise(self, file: LogFile) -> str | None:
        """Say which arrays are losses or metrics by their names."""
        magic = _MAGIC.get(PurePath(file.name).suffix)
        if magic is None or not file.head.startswith(magic):
            return None
        if not _is_archive(file) and not strong_words([PurePath(file.name).stem]):
            return None  # before it is loaded
        try:
            why = why_series(_series(file))
        except UnreadableLog:
            return None
        return why and f"arrays: {why}"

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """An archive by itself, and the arrays of one folder that are of one run by their names."""
        runs: dict[tuple[Path, str], list[LogFile]] = {}
        for file in files:
            of = file.name if _is_archive(file) else _before_metric(file)
            runs.setdefault((file.path.parent, of), []).append(file)
        folders = [folder for folder, _ in runs]
        return [
            FileGroup(
                folder if folders.count(folder) == 1 and len(own) > 1 else own[0].path,
                tuple(own),
            )
            for (folder, _), own in runs.items()
        ]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the run of one archive or of some arrays."""
        series: Series = {}
        warnings: list[str] = []
        for file in group.files:
            try:
                series.update(_series(LogFile(file.path)))
            except UnreadableLog as error:
                warnings.append(f"{file.path.name}: {error.reason}")
        if not series:
            raise UnreadableLog(str(group.label), warnings[0] if warnings else "no array of one number a row")
        return [replace(run_of_series(series), warnings=tuple(warnings))]


def _is_archive(file: LogFile) -> bool:
    return PurePath(file.name).suffix == ".npz"


def _before_metric(file: LogFile) -> str:
    """What the name of an array says before the metric: nothing of "val_acc", "resnet" of "resnet_loss"."""
    words = _HOW_KEPT.sub("", quantity_of(PurePath(file.name).stem)).split("_")
    ends = [place for place in range(len(words)) if training_words(["_".join(words[place:])])]
    return "_".join(words[: max(ends, default=0)])


def _series(file: LogFile) -> Series:
    """The arrays of a file that have a number a row. Raises UnreadableLog."""
    found: Series = {}
    for name, array in _named(dict(_arrays(file))):
        rows = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
        if rows.ndim == 1 and len(rows) >= SHORTEST:
            found[name] = list(range(len(rows))), rows.astype(np.float64).tolist()
    return found


def _named(arrays: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
    """The arrays, those of episodes as their means."""
    of_episodes = "timesteps" in arrays and "results" in arrays
    for name, array in arrays.items():
        if of_episodes and name in _OF_EPISODES and array.ndim == 2 and array.shape[1]:
            means: FloatArray = array.astype(np.float64).mean(axis=1)
            yield _OF_EPISODES[name], means
        else:
            yield name, array


def _arrays(file: LogFile) -> Iterator[tuple[str, Array]]:
    """The arrays of numbers of a file, by name. Raises UnreadableLog."""
    from zipfile import BadZipFile, ZipFile

    try:
        with file.open() as stream:
            if not _is_archive(file):
                yield from _of_numbers(PurePath(file.name).stem, stream)
                return
            with ZipFile(stream) as archive:
                for name in archive.namelist():
                    with archive.open(name) as member:
                        yield from _of_numbers(name.removesuffix(".npy"), member)
    except OSError as error:
        raise UnreadableLog(str(file.path), reason_of(error)) from error
    except (ValueError, EOFError, BadZipFile, NotImplementedError, zlib.error) as error:
        raise UnreadableLog(str(file.path), f"a broken array: {error}".splitlines()[0]) from error


def _of_numbers(name: str, stream: IO[bytes]) -> Iterator[tuple[str, Array]]:
    """The array at the start of a stream, where it is of numbers and not too large. Raises ValueError."""
    shape, by_columns, dtype = _header(stream)
    count = math.prod(shape)
    if dtype.kind in "fiu" and count <= MOST_VALUES:
        values: Array = np.frombuffer(stream.read(count * dtype.itemsize), dtype, count)
        yield name, values.reshape(shape, order="F" if by_columns else "C")


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """The shape of an array, whether it is kept by columns, and of what it is. Raises ValueError."""
    from tokenize import TokenError

    is_first = np.lib.format.read_magic(stream) == (1, 0)
    read = np.lib.format.read_array_header_1_0 if is_first else np.lib.format.read_array_header_2_0
    try:
        return read(stream)
    except (TokenError, SyntaxError) as error:  # of a header that is taken for one of Python 2
        raise ValueError("its header is no Python literal") from error
