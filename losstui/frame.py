"""The common table every parser ends in: one row a logged value, held as numpy columns.

`Frame` maps a tag to its `Series`; `Frame.to_pandas` is the same table as one long DataFrame, built
only when asked for, so that the path from a file to a finding does not import pandas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SessionArray = NDArray[np.int32]

COLUMNS = ("tag", "step", "value", "wall_time", "epoch", "session")


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The logged values of one tag, sorted by step, equal steps in the order of the log.

    All arrays have shape (n,). `values` are as logged: NaN and infinities that were written are kept.
    `wall_times` are seconds since 1970-01-01 UTC. A column the log does not have is None; `sessions`
    is None while the run was never resumed, which stands for 0 everywhere.
    """

    tag: str
    steps: IntArray
    values: FloatArray
    wall_times: FloatArray | None = None
    epochs: FloatArray | None = None
    sessions: SessionArray | None = None

    def __post_init__(self) -> None:
        for name in ("values", "wall_times", "epochs", "sessions"):
            column = getattr(self, name)
            if column is not None and column.shape != self.steps.shape:
                raise ValueError(f"{self.tag}: {name} has shape {column.shape}, steps {self.steps.shape}")

    def __len__(self) -> int:
        return len(self.steps)


class Frame(Mapping[str, Series]):
    """The table of one run: tags in sorted order, each with its `Series`. Never changed once built."""

    __slots__ = ("_series",)

    def __init__(self, series: Iterable[Series]) -> None:
        self._series = {one.tag: one for one in sorted(series, key=lambda one: one.tag)}

    def __getitem__(self, tag: str) -> Series:
        return self._series[tag]

    def __iter__(self) -> Iterator[str]:
        return iter(self._series)

    def __len__(self) -> int:
        return len(self._series)

    @property
    def points(self) -> int:
        """How many values all tags have together."""
        return sum(len(one) for one in self._series.values())

    def to_pandas(self) -> pd.DataFrame:
        """Return the long table with the columns of `COLUMNS`; `tag` is a category."""
        import pandas as pd

        lengths = [len(one) for one in self._series.values()]
        codes = np.repeat(np.arange(len(lengths)), lengths)
        tags = pd.Index(list(self._series), dtype="object")
        return pd.DataFrame(
            {
                "tag": pd.Categorical.from_codes(codes, categories=tags),
                "step": self._column("steps", np.int64),
                "value": self._column("values", np.float64),
                "wall_time": self._column("wall_times", np.float64),
                "epoch": self._column("epochs", np.float64),
                "session": self._column("sessions", np.int32),
            }
        )

    def _column(self, name: str, dtype: type[np.generic]) -> NDArray[np.generic]:
        missing = np.nan if dtype is np.float64 else 0
        parts = [
            np.full(len(one), missing, dtype) if getattr(one, name) is None else getattr(one, name)
            for one in self._series.values()
        ]
        return np.concatenate(parts) if parts else np.empty(0, dtype)

    @classmethod
    def from_pandas(cls, table: pd.DataFrame) -> Frame:
        """Build a frame from a long table; `tag`, `step` and `value` are needed, the rest may be absent.

        Raises ValueError where a needed column is missing.
        """
        absent = [name for name in ("tag", "step", "value") if name not in table.columns]
        if absent:
            raise ValueError(f"the table has no column {', '.join(absent)}; it needs tag, step and value")
        builder = FrameBuilder()
        positions = np.arange(len(table), dtype=np.int64)
        for tag, rows in table.groupby("tag", observed=True, sort=False).indices.items():
            chosen = table.iloc[rows]
            builder.add(
                str(tag),
                chosen["step"].to_numpy(np.int64),
                chosen["value"].to_numpy(np.float64),
                wall_times=chosen["wall_time"].to_numpy(np.float64) if "wall_time" in chosen else None,
                epochs=chosen["epoch"].to_numpy(np.float64) if "epoch" in chosen else None,
                positions=positions[rows],
            )
        return builder.build()


@dataclass(slots=True, eq=False)
class _Chunk:
    steps: IntArray
    values: FloatArray
    wall_times: FloatArray | None
    epochs: FloatArray | None
    positions: IntArray | None
    file: int


class FrameBuilder:
    """Collects the columns of one run in the order of the log and turns them into a `Frame`.

    Restarts are found here, once for every format: see `_restarts`.
    """

    def __init__(self) -> None:
        self._chunks: dict[str, list[_Chunk]] = {}
        self._file = 0

    def next_file(self) -> None:
        """Say that what follows comes from the run's next file; a tag that goes on there was resumed."""
        self._file += 1

    def add(
        self,
        tag: str,
        steps: ArrayLike,
        values: ArrayLike,
        *,
        wall_times: ArrayLike | None = None,
        epochs: ArrayLike | None = None,
        positions: ArrayLike | None = None,
    ) -> None:
        """Append values of `tag`, all arrays of shape (n,), in the order of the log.

        `positions` are the row or record numbers within the file, rising; they put the values of
        different tags in order where a restart has to be found. Without them the index is taken.
        """
        chunk = _Chunk(
            np.ascontiguousarray(steps, np.int64),
            np.ascontiguousarray(values, np.float64),
            None if wall_times is None else np.ascontiguousarray(wall_times, np.float64),
            None if epochs is None else np.ascontiguousarray(epochs, np.float64),
            None if positions is None else np.asarray(positions, np.int64),
            self._file,
        )
        if len(chunk.steps):
            self._chunks.setdefault(tag, []).append(chunk)

    def build(self) -> Frame:
        """Return the frame of all that was added; the builder is empty afterwards."""
        restarts = _restarts(self._chunks)
        frame = Frame(_join(tag, chunks, restarts) for tag, chunks in self._chunks.items())
        self._chunks = {}
        return frame


# A place in the log: (file, position in the file). Places compare in the order of the log.
_Place = tuple[int, int]


def _places(chunk: _Chunk, index: int) -> _Place:
    return (chunk.file, int(chunk.positions[index]) if chunk.positions is not None else index)


def _restarts(series: Mapping[str, list[_Chunk]]) -> list[_Place]:
    """Return the places where the run was resumed or restarted, in order.

    A tag whose step falls, or which goes on in a new file, was restarted somewhere after its previous
    value and at the latest at this one. The fewest places that explain all such intervals are the
    answer, so the five tags of one restart give one place, not five.
    """
    intervals: list[tuple[_Place, _Place]] = []
    for chunks in series.values():
        previous: _Chunk | None = None
        for chunk in chunks:
            falls = np.flatnonzero(np.diff(chunk.steps) < 0)
            intervals.extend((_places(chunk, int(i)), _places(chunk, int(i) + 1)) for i in falls)
            if previous is not None and (previous.file != chunk.file or chunk.steps[0] < previous.steps[-1]):
                intervals.append((_places(previous, len(previous.steps) - 1), _places(chunk, 0)))
            previous = chunk
    restarts: list[_Place] = []
    for before, at in sorted(intervals, key=lambda pair: pair[1]):
        if not restarts or restarts[-1] <= before:
            restarts.append(at)
    return restarts


def _sessions(chunks: list[_Chunk], restarts: list[_Place]) -> SessionArray | None:
    if not restarts:
        return None
    parts: list[SessionArray] = []
    for chunk in chunks:
        session = np.zeros(len(chunk.steps), np.int32)
        positions = np.arange(len(chunk.steps)) if chunk.positions is None else chunk.positions
        for file, position in restarts:
            if file < chunk.file:
                session += 1
            elif file == chunk.file:
                session += (positions >= position).astype(np.int32)
        parts.append(session)
    return np.concatenate(parts)


def _optional(parts: list[FloatArray | None], lengths: list[int]) -> FloatArray | None:
    if all(part is None for part in parts):
        return None
    return np.concatenate(
        [np.full(n, np.nan) if part is None else part for part, n in zip(parts, lengths, strict=True)]
    )


def _join(tag: str, chunks: list[_Chunk], restarts: list[_Place]) -> Series:
    lengths = [len(chunk.steps) for chunk in chunks]
    single = len(chunks) == 1
    steps = chunks[0].steps if single else np.concatenate([chunk.steps for chunk in chunks])
    values = chunks[0].values if single else np.concatenate([chunk.values for chunk in chunks])
    wall_times = _optional([chunk.wall_times for chunk in chunks], lengths)
    epochs = _optional([chunk.epochs for chunk in chunks], lengths)
    sessions = _sessions(chunks, restarts)
    if np.any(steps[1:] < steps[:-1]):
        order = np.argsort(steps, kind="stable")
        steps, values = steps[order], values[order]
        wall_times = None if wall_times is None else wall_times[order]
        epochs = None if epochs is None else epochs[order]
        sessions = None if sessions is None else sessions[order]
    return Series(tag, steps, values, wall_times, epochs, sessions)
