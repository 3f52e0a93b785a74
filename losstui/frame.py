"""The common table every parser ends in: one row a logged value, held as numpy columns.

`Frame` maps a tag to its `Series`; `Frame.to_pandas` is the same table as one long DataFrame, built
only when asked for, so that the path from a file to a finding does not import pandas.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from losstui.chunks import Chunk, oldest_first
from losstui.wording import counted

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
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

    def __repr__(self) -> str:
        return f"<Frame of {counted(len(self), 'tag')}, {counted(self.points, 'point')}>"

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

        `session` is taken as it is where the table has it, else restarts are found in the order of the
        rows. Raises ValueError where a needed column is missing.
        """
        absent = [name for name in ("tag", "step", "value") if name not in table.columns]
        if absent:
            raise ValueError(f"the table has no column {', '.join(absent)}; it needs tag, step and value")
        builder = FrameBuilder()
        sessions: dict[str, SessionArray] = {}
        for tag, rows in table.groupby("tag", observed=True, sort=False).indices.items():
            chosen = table.iloc[rows]
            steps = chosen["step"].to_numpy(np.int64)
            builder.add(
                str(tag),
                steps,
                chosen["value"].to_numpy(np.float64),
                wall_times=_column_of(chosen, "wall_time"),
                epochs=_column_of(chosen, "epoch"),
                positions=rows,
            )
            if "session" in chosen:
                sessions[str(tag)] = chosen["session"].to_numpy(np.int32)[np.argsort(steps, kind="stable")]
        frame = builder.build()
        if not sessions:
            return frame
        resumed = any(one.any() for one in sessions.values())
        return cls(replace(one, sessions=sessions[one.tag] if resumed else None) for one in frame.values())


def _column_of(table: pd.DataFrame, name: str) -> FloatArray | None:
    """The column as numbers; None where the table has none or nothing in it."""
    if name not in table:
        return None
    values: FloatArray = table[name].to_numpy(np.float64)
    return None if np.isnan(values).all() else values


class FrameBuilder:
    """Collects the columns of one run in the order of the log and turns them into a `Frame`.

    Restarts are found here, once for every format: see `_restarts`. A file whose newest row comes first is
    turned round before.
    """

    def __init__(self) -> None:
        self._chunks: dict[str, list[Chunk]] = {}
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
        different tags in order where a restart has to be found. Without them the values of the tag in
        this file are counted.
        """
        earlier = self._chunks.get(tag, [])
        first = 0
        if earlier and earlier[-1].file == self._file:
            first = earlier[-1].position(len(earlier[-1].steps) - 1) + 1

        chunk = Chunk(
            np.ascontiguousarray(steps, np.int64),
            np.ascontiguousarray(values, np.float64),
            None if wall_times is None else np.ascontiguousarray(wall_times, np.float64),
            None if epochs is None else np.ascontiguousarray(epochs, np.float64),
            None if positions is None else np.asarray(positions, np.int64),
            first,
            self._file,
        )
        if len(chunk.steps):
            self._chunks.setdefault(tag, []).append(chunk)

    def build(self) -> Frame:
        """Return the frame of all that was added; the builder is empty afterwards."""
        series = oldest_first(self._chunks)
        restarts = _restarts(series)
        frame = Frame(_join(tag, chunks, restarts) for tag, chunks in series.items())
        self._chunks = {}
        return frame


# A place in the log: (file, position in the file). Places compare in the order of the log.
_Place = tuple[int, int]


def _place(chunk: Chunk, index: int) -> _Place:
    return (chunk.file, chunk.position(index))


def _restarts(series: Mapping[str, list[Chunk]]) -> list[_Place]:
    """Return the places where the run was resumed or restarted, in order.

    A tag whose step falls, or which goes on in a new file, was restarted somewhere after its previous
    value and at the latest at this one. The fewest places that explain all such intervals are the
    answer, so the five tags of one restart give one place, not five.
    """
    intervals: list[tuple[_Place, _Place]] = []
    falls: dict[int, list[int]] = {}  # by the column of steps, which tags may share
    for chunks in series.values():
        previous: Chunk | None = None
        for chunk in chunks:
            if id(chunk.steps) not in falls:
                falls[id(chunk.steps)] = np.flatnonzero(chunk.steps[1:] < chunk.steps[:-1]).tolist()
            intervals.extend((_place(chunk, i), _place(chunk, i + 1)) for i in falls[id(chunk.steps)])
            if previous is not None and (previous.file != chunk.file or chunk.steps[0] < previous.steps[-1]):
                intervals.append((_place(previous, len(previous.steps) - 1), _place(chunk, 0)))
            previous = chunk
    restarts: list[_Place] = []
    for before, at in sorted(intervals, key=lambda pair: pair[1]):
        if not restarts or restarts[-1] <= before:
            restarts.append(at)
    return restarts


def _sessions(chunks: list[Chunk], restarts: list[_Place]) -> SessionArray | None:
    if not restarts:
        return None
    files = [file for file, _ in restarts]
    places = np.array([position for _, position in restarts], np.int64)
    parts: list[SessionArray] = []
    for chunk in chunks:
        before, after = bisect_left(files, chunk.file), bisect_right(files, chunk.file)
        positions = chunk.positions
        if positions is None:
            positions = np.arange(chunk.first, chunk.first + len(chunk.steps))
        parts.append(
            (before + np.searchsorted(places[before:after], positions, side="right")).astype(np.int32)
        )
    return np.concatenate(parts)


def _optional(parts: list[FloatArray | None], lengths: list[int]) -> FloatArray | None:
    if all(part is None for part in parts):
        return None
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(
        [np.full(n, np.nan) if part is None else part for part, n in zip(parts, lengths, strict=True)]
    )


def _join(tag: str, chunks: list[Chunk], restarts: list[_Place]) -> Series:
    single = len(chunks) == 1
    if single and not restarts:
        return Series(tag, chunks[0].steps, chunks[0].values, chunks[0].wall_times, chunks[0].epochs)
    lengths = [len(chunk.steps) for chunk in chunks]
    steps = chunks[0].steps if single else np.concatenate([chunk.steps for chunk in chunks])
    values = chunks[0].values if single else np.concatenate([chunk.values for chunk in chunks])
    wall_times = _optional([chunk.wall_times for chunk in chunks], lengths)
    epochs = _optional([chunk.epochs for chunk in chunks], lengths)
    sessions = _sessions(chunks, restarts)
    if restarts and np.any(steps[1:] < steps[:-1]):  # where a step falls, there is one
        order = np.argsort(steps, kind="stable")
        steps, values = steps[order], values[order]
        wall_times = None if wall_times is None else wall_times[order]
        epochs = None if epochs is None else epochs[order]
        sessions = None if sessions is None else sessions[order]
    return Series(tag, steps, values, wall_times, epochs, sessions)
