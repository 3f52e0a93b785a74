"""JSON Lines, JSON arrays of rows and JSON objects of series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from losstui.errors import UnreadableLog, reason_of
from losstui.parsing import HEAD_BYTES, FileGroup, Follower, LogFile, LoggedRun, one_run_a_file
from losstui_parsers.json_documents import as_columns, named_by_file, rows_of_document, series_by_name
from losstui_parsers.json_lines import is_lines, read_large_lines, read_lines
from losstui_parsers.json_text import JsonValue, as_object, goes_on_behind, load_document
from losstui_parsers.json_trials import trials_of
from losstui_parsers.plain_text import (
    decode,
    is_of_dllogger,
    is_text,
    promises_log,
    read_text,
    why_no_data,
    with_damage,
)
from losstui_parsers.recognition import why_log
from losstui_parsers.rows import TableBuilder
from losstui_parsers.series import find_series, run_of_series, why_series
from losstui_parsers.tables import Table
from losstui_parsers.unnamed_columns import named_with_file
from losstui_parsers.whole_tables import runs_of_file

if TYPE_CHECKING:
    from losstui_parsers.text_following import Growing

SAMPLE_ROWS = 100  # rows of the head that decide
_LINE_ENDINGS = (".jsonl", ".ndjson")


class JsonRows:
    """JSON Lines, JSON arrays of rows, Keras History and other JSON objects of lists.

    So write LLaMA-Factory, ms-swift, MMEngine, mmcv, Detectron2, Ray Tune, fairseq and many loops. A list of
    numbers is named by its file, as in `train_loss.json`. Nested keys are joined with "/", null is no value,
    NaN and numbers in quotes are values. Validation rows of mmcv and MMEngine, which count something else,
    belong to the training step before them. `config/` and `hparams/` are settings, as is what `hparams.yaml`,
    `args.yaml`, `config.json`, `args.json` or `params.json` hold beside the rows. Keys such as `run` and
    `fold` give several runs as they do in tables, and so do the folds, seeds or models that one document
    holds side by side. A broken line costs itself and one warning; objects that stand on one line, or one
    below the other without a list, are rows all the same. A document that is one value is read anew when it
    changes, of JSON Lines only what was appended.
    """

    name: ClassVar[str] = "json"

    def recognise(self, file: LogFile) -> str | None:
        """Say which keys show that the file is a training log, or None."""
        by_lines = file.name.lower().endswith(_LINE_ENDINGS)
        promised = (by_lines or file.name.lower().endswith(".json")) and promises_log(file.path)
        if why_no_data(file):
            return f"the name {file.path.name}" if promised else None
        text = decode(file.head).lstrip() if is_text(file.head) else ""
        if text[:1] not in ("{", "[") or is_of_dllogger(file):
            return None
        if _is_lines(text, file):
            builder, below = _sample(text, file)
            why = why_log(builder.build(), builder.labels())
            by_name = f"the name {file.path.name}" if promised and by_lines else None
            where = f" below a first line longer than {HEAD_BYTES >> 10} KiB" if below else ""
            return f"JSON lines with {why}{where}" if why else by_name
        value, _ = load_document(text)
        return _why_document(value, file)

    def refuse(self, file: LogFile) -> str | None:
        """Say what the rows or the document lack."""
        from losstui_parsers.refusals import why_no_document, why_no_table

        text = decode(file.head).lstrip() if is_text(file.head) else ""
        if text[:1] not in ("{", "["):
            return None
        if _is_lines(text, file):
            builder, _ = _sample(text, file)
            if builder.rows == 0 and len(file.head) == HEAD_BYTES:
                return (
                    f"line 1: longer than {HEAD_BYTES >> 10} KiB; by the name of log.jsonl it would be read"
                )
            return why_no_table(builder.build(), builder.labels())
        if text.startswith("[") and goes_on_behind(text):
            return None
        return why_no_document(load_document(text)[0])

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Each file is a run, or holds several."""
        return one_run_a_file(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the run or the runs of one file."""
        file = LogFile(group.files[0].path)  # its head may be another by now
        path = str(file.path)
        nothing = why_no_data(file)
        if nothing:
            raise UnreadableLog(path, nothing)
        if not _is_lines(decode(file.head).lstrip(), file):
            return _read_document(read_text(file), file)
        return runs_of_file(_read_table(file), file)

    def follow(self, group: FileGroup) -> Follower:
        """Follow the rows: of JSON Lines only those appended are read."""
        from losstui_parsers.text_following import follow_text

        return follow_text(self, group)

    def begin(self, file: LogFile) -> Growing | None:
        """Read lines to which others will be appended; None where these need those before."""
        from losstui_parsers.growing import GrowingLines

        text = decode(file.head).lstrip()
        if not is_lines(text, single=False) or b"\0" in file.head:
            return None
        table = _read_table(file)
        # MMEngine: what a row is, those before it tell
        if "step" in table.numbers and not {"iter", "data_time"}.isdisjoint(table.numbers):
            return None
        return GrowingLines(table, lambda grown: runs_of_file(grown, file))


def _is_lines(text: str, file: LogFile) -> bool:
    """Whether the head of a file, which is `text`, is of JSON Lines.

    Where the first line is longer than the head, the name tells, or the lines below it.
    """
    by_lines = file.name.lower().endswith(_LINE_ENDINGS)
    if not _is_cut_in_first_line(file):
        return is_lines(text, single=by_lines)
    if not text.startswith("{") or _why_document(load_document(text)[0], file) is not None:
        return False
    return by_lines or is_lines(_below_first_line(file), single=True)


def _is_cut_in_first_line(file: LogFile) -> bool:
    return len(file.head) == HEAD_BYTES and {*b"\r\n"}.isdisjoint(file.head)


def _below_first_line(file: LogFile) -> str:
    """What as many bytes again as the head has hold below a first line that ends in them.

    mmcv begins its `.log.json` with the environment and the whole configuration.
    """
    try:
        with file.open() as stream:
            more = stream.read(2 * HEAD_BYTES)[HEAD_BYTES:]
    except OSError as error:
        raise UnreadableLog(str(file.path), reason_of(error)) from error
    return decode(more.partition(b"\n")[2])


def _sample(text: str, file: LogFile) -> tuple[TableBuilder, bool]:
    """The first rows of JSON Lines with the head `text`, and whether they are below an overlong line."""
    below = _below_first_line(file) if _is_cut_in_first_line(file) else ""
    return read_lines(below or text, SAMPLE_ROWS)[0], bool(below)


def _read_table(file: LogFile) -> Table:
    builder, warnings = read_large_lines(file)
    if builder.rows == 0:
        raise UnreadableLog(str(file.path), warnings[0] if warnings else "line 1: no JSON object")
    return _build(builder, file, warnings)


def _build(builder: TableBuilder, file: LogFile, warnings: Sequence[str]) -> Table:
    table = builder.build(file.path.name)
    table.warnings[:0] = [f"{file.path.name}: {warning}" for warning in warnings]
    return table


def _read_document(text: str, file: LogFile) -> list[LoggedRun]:
    warnings: list[str] = []
    value, damage = load_document(text)
    if damage is not None:
        if _why_document(value, file) is None:
            raise UnreadableLog(str(file.path), damage)
        warnings.append(f"{damage}; what comes before it is kept")
    trials = _trials(value, file)
    if not trials:
        return _runs_of_value(value, file, warnings)
    return [
        replace(run, name=" ".join(filter(None, (name, run.name))))
        for name, member in trials.items()
        for run in _runs_of_value(member, file, warnings)
    ]


def _trials(value: JsonValue, file: LogFile) -> dict[str, JsonValue]:
    """Those of several trials in a document that are logs."""
    trials = trials_of(value)
    return {name: member for name, member in trials.items() if _why_value(member, file)}


def _runs_of_value(value: JsonValue, file: LogFile, warnings: Sequence[str]) -> list[LoggedRun]:
    members = _members(value, file)
    series = find_series(members) if members is not None else {}
    if why_series(series) is not None:
        run = run_of_series(series)
        told = [f"{file.path.name}: {warning}" for warning in warnings]
        return with_damage([replace(run, warnings=(*told, *run.warnings))], file)
    builder = _builder(rows_of_document(value if as_object(value) is None else members))
    if builder is None:
        raise UnreadableLog(str(file.path), "no rows and no series of numbers")
    return runs_of_file(_build(builder, file, warnings), file)


def _members(value: JsonValue, file: LogFile) -> dict[str, JsonValue] | None:
    stem = PurePath(file.name).stem
    members = as_object(series_by_name(value))
    if not members:
        return named_by_file(value, stem)
    fuller = named_with_file(stem, members)
    return as_columns({fuller.get(name, name): member for name, member in members.items()})


def _why_document(value: JsonValue, file: LogFile) -> str | None:
    trials = _trials(value, file)
    if trials:
        name, member = next(iter(trials.items()))
        return f"{name}: {_why_value(member, file)}"
    return _why_value(value, file)


def _why_value(value: JsonValue, file: LogFile) -> str | None:
    members = _members(value, file)
    why = why_series(find_series(members)) if members is not None else None
    if why is not None:
        return f"a JSON object with the {why}"
    builder = _builder(rows_of_document(value if as_object(value) is None else members)[:SAMPLE_ROWS])
    if builder is None or builder.rows < 2:
        return None
    table = builder.build()
    why = why_log(table, builder.labels())
    return why and f"a JSON array of rows with {why}"


def _builder(rows: Sequence[Mapping[str, JsonValue]]) -> TableBuilder | None:
    if not rows:
        return None
    builder = TableBuilder()
    for row in rows:
        builder.add(row)
    return builder
