"""From the lines of a file to a table: each line offered to the families, each record a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from losstui.frame import IntArray
from losstui.languages import with_english_places
from losstui.parsing import HEAD_BYTES
from losstui_parsers.columns import unwrap_objects
from losstui_parsers.stdout_lines import FAMILIES, LAST_RESORTS
from losstui_parsers.stdout_lines.bars import Bars
from losstui_parsers.stdout_lines.coco import Coco
from losstui_parsers.stdout_lines.columns import Columns
from losstui_parsers.stdout_lines.dictionaries import Dictionaries
from losstui_parsers.stdout_lines.durations import with_seconds
from losstui_parsers.stdout_lines.endings import End
from losstui_parsers.stdout_lines.flower import rounds_of
from losstui_parsers.stdout_lines.key_values import KeyValues
from losstui_parsers.stdout_lines.labels import Labels
from losstui_parsers.stdout_lines.lines import LABEL, Clock, PrintedLines, with_whole_names, without_caller
from losstui_parsers.stdout_lines.numbers import is_learning_rate, is_train_loss
from losstui_parsers.stdout_lines.progress_bars import StepsOfBars
from losstui_parsers.stdout_lines.record import LineFamily, Record
from losstui_parsers.stdout_lines.study import SIGN as TRIAL_SIGN
from losstui_parsers.stdout_lines.study import Study
from losstui_parsers.stdout_lines.succession import Succession
from losstui_parsers.stdout_lines.unread_lines import UnreadLines
from losstui_parsers.tables import Column, Table, labels_by_row

SIGNS_WANTED = 3  # lines that count onward, before a file whose lines are not distinctive is a training log
_UNDATED = 1000  # records without a date, after which none is looked for


class Gatherer:
    """The records of one text, which may come in pieces, as columns."""

    def __init__(self, families: Iterable[type[LineFamily]] = FAMILIES, *, unread: bool = True) -> None:
        self._readers = [(family.marks, family.redrawn, family(), family) for family in families]
        self._unread = UnreadLines() if unread else None
        self._lines = PrintedLines()
        self.rows = 0
        self.distinctive = 0
        self.families: dict[str, int] = {}
        self._columns = Columns()
        self._clock = Clock()
        self._bars = StepsOfBars()
        self._end = End()
        self._models = Succession()
        self._study = Study()
        self._labels = Labels()
        self._latest: type[LineFamily] | None = None  # that read the last row
        self._places: dict[tuple[str, str], set[tuple[float | None, float | None]]] = {}
        self._runs: dict[int, str] = {}  # the run of each row that names one
        self.counts_onward = False  # one tag was told at several steps or epochs

    def read(self, text: str) -> None:
        """Take what the families find in a piece of plain text, which ends with a line or a state of it."""
        self._read(self._lines.read(text))

    def end(self) -> None:
        """Say that the text ends here, be it within a line."""
        self._read(self._lines.rest())

    def _read(self, lines: Iterable[tuple[str, bool]]) -> None:
        for line, final in _each_round(lines):
            if TRIAL_SIGN in line and self._study.look(line, self.rows):
                continue
            line = unwrap_objects(with_seconds(with_whole_names(without_caller(with_english_places(line)))))
            if self._offer(line, final, line):
                continue
            label = LABEL.match(line)
            if label is None or not self._offer(line[label.end() :], final, line):
                self._bars.look(line)
                self._end.other(line if label is None else line[label.end() :])
                self._models.look(line)
                if final and self._unread is not None:
                    self._unread.read(line, self.rows)

    def _offer(self, line: str, final: bool, whole: str) -> bool:
        """Whether a family reads the line, which may be a part of the whole; the first that does has it.

        None does that of an exception, whatever word for a value is in its message.
        """
        if self._end.is_exception(line):
            return False
        for marks, redrawn, reader, family in self._readers:
            if redrawn and not final:
                continue
            for mark in marks:
                if mark in line:
                    break
            else:
                continue
            record = reader.read(line)
            if record is not None:
                if record.values:
                    self._take(record, whole, family)
                return True
        return False

    @property
    def shows_training(self) -> bool:
        """Whether the lines so far are surely a trainer's; further ones do not change that."""
        return self.distinctive > 0 or self.counts_onward

    @property
    def tells_train_loss(self) -> bool:
        """Whether one of the tags so far is a loss on training data, which later lines do not change."""
        return any(is_train_loss(tag) for tag in self._columns.tags())

    def _take(self, record: Record, line: str, family: type[LineFamily]) -> None:
        if record.redraws and family is self._latest:
            self._end.record(record, line)
            self._columns.take(record, self.rows - 1, float("nan"))
            return
        self._latest = family
        row = self.rows
        self.rows += 1
        self.families[family.title] = self.families.get(family.title, 0) + 1
        told = family.distinctive and (not family.values_wanted or _is_placed(record))
        self.distinctive += told
        self._end.record(record, line)
        if record.step is None and record.epoch is not None:
            if family is Dictionaries:
                self._bars.look(line)  # tqdm's is drawn before it on the same line
            self._bars.record(row, record.epoch)
        dated = row < _UNDATED or "timestamp" in self._columns
        if record.run:
            self._runs[row] = record.run
        self._models.take(record, row, line)
        self._labels.take(record, line)
        self._columns.take(record, row, self._clock.read(line) if dated else float("nan"))
        if not family.of_loops:
            self._unread = None  # the trainer says all there is to say
        elif self._unread is not None:
            self._unread.stand(record)
        if not self.counts_onward and not told:
            self._count(record, family)

    def _count(self, record: Record, family: type[LineFamily]) -> None:
        placed = _is_placed(record)
        if not placed and not family.values_wanted:
            return
        # the names of the last resort are anyone's: one of them must be told again and again
        named = [one for one in record.values if not is_learning_rate(one[0])]
        for tag, value in named if family in LAST_RESORTS or not placed else [("", 0.0)]:
            seen = self._places.setdefault((family.title, tag), set())
            # without a place it must change: a setting is told again as it was
            seen.add((record.epoch, record.step) if placed else (value, None))
            self.counts_onward = self.counts_onward or len(seen) >= (family.values_wanted or SIGNS_WANTED)

    def table(self) -> Table:
        """The columns, with the steps that progress bars tell where no line does."""
        table = Table(self.rows, failure=self._end.failure, progress=self._end.progress())
        columns = self._labels.told_apart(self._columns.built())
        steps: Column | None = self._bars.steps() if "step" not in columns else None
        if steps is not None:
            columns["step"] = steps
            table.progress = self._bars.progress if table.progress is None else table.progress
        models = self._study.starts(self.rows)
        table.settings_of_runs = self._study.settings() if models else {}
        models = models or self._models.starts()
        if self._unread is not None:
            moved, told = self._unread.columns(self.rows)
            if told:
                columns = _woven(columns, moved, told)
                table.rows += self._unread.rows
                models = {int(moved[row]): name for row, name in models.items()}
        runs = self._runs or _filled(models, table.rows)
        if runs:
            table.texts["run"] = labels_by_row(runs)
        for _, _, reader, _ in self._readers:
            table.hyperparameters.update(reader.settings())
        names = {tag: better for _, _, reader, _ in self._readers for tag, better in reader.names().items()}
        # those with better names come last
        for tag, column in sorted(columns.items(), key=lambda one: one[0] in names):
            table.add(names.get(tag, tag), column)
        dated = table.numbers.get("timestamp")
        if dated is not None and 2 * len(dated.rows) < table.rows:
            del table.numbers["timestamp"]
        return table


def _each_round(lines: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """The lines, those that tell several rounds in pieces of one each."""
    for line, final in lines:
        for piece in rounds_of(line) if "), (" in line else (line,):
            yield piece, final


def _is_placed(record: Record) -> bool:
    return record.step is not None or record.epoch is not None


def _filled(starts: Mapping[int, str], rows: int) -> dict[int, str]:
    """The name of every row from the first name on; `starts` maps the row where a name begins to the name."""
    ends = [*list(starts)[1:], rows]
    named = zip(starts.items(), ends, strict=False)
    return {row: name for (first, name), end in named for row in range(first, end)}


def _woven(columns: Mapping[str, Column], moved: IntArray, others: Mapping[str, Column]) -> dict[str, Column]:
    """The columns with their rows where `moved` says, shape (rows,), and others whose rows come between."""
    woven = {tag: Column(moved[column.rows], column.values) for tag, column in columns.items()}
    for tag, column in others.items():
        joined = woven[tag].then(column) if tag in woven else column
        order = np.argsort(joined.rows, kind="stable")
        woven[tag] = Column(joined.rows[order], joined.values[order])
    return woven


class Gathering:
    """The records of a text that comes in pieces, found by the families, else by the last resorts."""

    def __init__(self) -> None:
        self._families = Gatherer()
        self._last_resorts = [(one, Gatherer((Coco, one), unread=False)) for one in LAST_RESORTS]
        self._opened: set[type[LineFamily]] = set()

    def read(self, text: str) -> None:
        """Take what is in the next piece, as `Gatherer.read`."""
        self._families.read(text)
        if self._families.shows_training:
            self._last_resorts = []
        for place, (family, general) in enumerate(self._last_resorts):
            if family not in self._opened:
                if not family.opens(text):
                    continue
                self._opened.add(family)
            general.read(text)
            # evaluations printed between the states of a bar that shows the loss leave that to `Bars`
            if general.shows_training and (family is not KeyValues or general.tells_train_loss):
                del self._last_resorts[place + 1 :]

    def end(self) -> None:
        """Say that the text ends here."""
        for gatherer in (self._families, *self._general()):
            gatherer.end()

    @property
    def found(self) -> Gatherer:
        """What was found so far."""
        if self._families.shows_training:
            return self._families
        shown = {family: general for family, general in self._last_resorts if general.shows_training}
        found, bars = next(iter(shown.values()), self._families), shown.get(Bars)
        if bars is None or found is not shown.get(KeyValues) or found.tells_train_loss:
            return found
        return bars if bars.tells_train_loss else found

    def _general(self) -> list[Gatherer]:
        return [general for _, general in self._last_resorts]


def with_line_ends(text: str) -> str:
    """Plain `text` with its returns as line ends, where only so its first lines show a training log.

    A loop that prints each epoch over the one before has no other line ends.
    """
    head = text[:HEAD_BYTES]
    if head.count("\r") < SIGNS_WANTED or gather(head).shows_training:
        return text
    ended = head.replace("\r", "\n")
    return text.replace("\r", "\n") if gather(ended).shows_training else text


def gather(text: str) -> Gatherer:
    """The records of plain `text`."""
    gathering = Gathering()
    gathering.read(text)
    gathering.end()
    return gathering.found
