"""What every text log needs: decoding, files that are no data at all, and names that promise a log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from losstui.compression import ARCHIVE_REASON, bare_name, is_archive, is_compressed, why_compressed
from losstui.errors import UnreadableLog, reason_of
from losstui.parsing import HEAD_BYTES, LFS_POINTER, LFS_REASON, LogFile, LoggedRun
from losstui.wording import counted
from losstui_parsers.encodings import as_utf_8, encoding_by_words, told_encoding, utf_16_of

SUBSTITUTE = "\x1a"  # for a hole in a line: no number, no name and no JSON has it
MOST_BYTES = 4 << 30  # a larger text log does not fit beside its columns in a workstation's memory
LARGE = 4 << 20  # bytes: from here on the import of pandas (0.4 to 1.3 s) pays
USUAL_COMPRESSION = 4  # how many times larger a log is than when it was compressed, at least
MOST_CONTROLS = 0.05  # of the bytes: a program leaves a few in its text, a binary file has them all over
_LONG_HOLE = (
    f"begins with {HEAD_BYTES >> 10} KiB or more of zero bytes, as a file that was emptied while it was "
    "written; tr -d '\\0' takes them out"
)
_TEXT_BYTES = bytes((0, 8, 9, 10, 12, 13, 27, *range(32, 256)))
_OUTPUT = re.compile(
    r".*\.(?:log|out|err|stdout|stderr)(?:\.\d+)?|(?:nohup|slurm|stdout|stderr)[\w.-]*", re.IGNORECASE
)
_OF_ANOTHER_PROGRAM = re.compile(
    r"(?<![a-z])(?:eval|test|val|infer|predict|export|build|install|download|prepare)", re.IGNORECASE
)
# Colours and other control of a terminal: its title, and the set of letters that `tput sgr0` goes back to
_TERMINAL_CONTROL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[()][0-9A-Z]|[@-Z\\^_])"
)
# A hole is looked at from its first byte alone: one of a megabyte would else be gone through a million times.
_HOLE = re.compile(rb"(?<!\0)\0+")
# The calls of NVIDIA's DLLogger, from which some take the word before each line
_CALLS = re.compile(rb'(?:DLLL )?\{(?=[^{}]{0,200}"elapsedtime": )(?=[^{}]{0,200}"datetime": )')
_PROMISING = re.compile(
    r"(train(ing|er)?[_-]?)?(metrics?|progress|results?|history|log|logs|measurements|summary|state|loss(es)?)"
    r"([_-]?\d+)?\.(csv|tsv|jsonl?|ndjson)"
    r"|.*(train|loss|history|metrics).*\.(csv|tsv|jsonl|ndjson)",
    re.IGNORECASE,
)


def is_large(file: LogFile) -> bool:
    """Whether a file holds about `LARGE` bytes of text or more. Raises UnreadableLog where it is gone."""
    try:
        size = file.path.stat().st_size
    except OSError as error:
        raise UnreadableLog(str(file.path), reason_of(error)) from error
    return size >= LARGE or (size * USUAL_COMPRESSION >= LARGE and is_compressed(file.head_as_stored))


def promises_log(path: Path) -> bool:
    """Whether the name alone says that a training log should be in the file."""
    return _PROMISING.fullmatch(bare_name(path)) is not None


def is_output(name: str) -> bool:
    """Whether a file is called as what a program that trains has printed."""
    return _OUTPUT.fullmatch(name) is not None and _OF_ANOTHER_PROGRAM.search(name) is None


def is_of_dllogger(file: LogFile) -> bool:
    """Whether the lines of a file are JSON that is read as terminal output, whatever its name."""
    return _CALLS.match(file.head) is not None


def why_no_data(file: LogFile) -> str | None:
    """Why a file holds nothing to read, whatever its format; None where it holds something.

    It is empty, nothing but zeros, compressed in a way that cannot be read, or a Git LFS pointer.
    """
    if not file.head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        if b"\0" not in file.head:
            return file.damage or "the file is empty"
        return "nothing but zero bytes" if len(file.head) < HEAD_BYTES else _LONG_HOLE
    if is_compressed(file.head):
        return why_compressed(file.head)
    if is_archive(file.head):
        return ARCHIVE_REASON
    if file.head.startswith(LFS_POINTER):
        return LFS_REASON
    return None


def decode(data: bytes) -> str:
    """The text of a log: UTF-8, else what `encoding_by_words` tells, else Latin-1 where it is only that.

    Bytes that are none of these are replaced, and colours are taken out. Zero bytes between others are a hole
    that a crash has left: `SUBSTITUTE` stands for them, so that what is before and what is behind them do not
    make one number. Those around all lines are dropped: in front they are of a file emptied while it was
    written, behind of room made for lines to come.
    """
    return without_control(_decoded(data))


def without_control(text: str) -> str:
    """The text without colours and other control of a terminal."""
    return _TERMINAL_CONTROL.sub("", text) if "\x1b" in text else text


def _decoded(data: bytes) -> str:
    utf_16 = utf_16_of(data)
    if utf_16 is not None:
        return data.decode(utf_16, errors="replace")
    if b"\0" in data:
        data = _HOLE.sub(SUBSTITUTE.encode(), _without_zeros_around(data))
    text = as_utf_8(data)
    if text is not None:
        return text
    encoding = encoding_by_words(data)
    if encoding is not None:
        return data.decode(encoding, errors="replace")
    text = data.decode("utf-8-sig", errors="replace")
    if any(ord(letter) > 127 and letter != "\ufffd" for letter in text):
        return text
    if any(0x80 <= byte < 0xA0 for byte in data):
        return text
    return data.decode("latin-1")


def _without_zeros_around(data: bytes) -> bytes:
    whole = data.lstrip(b"\0")
    lines = whole.rstrip(b"\0")
    return lines if lines.endswith((b"\n", b"\r")) else whole


def without_holes(text: str, name: str) -> tuple[str, list[str]]:
    """The text without what stands in its lines that have a hole, and a warning for the file of that name."""
    if SUBSTITUTE not in text:
        return text, []
    pieces = re.split(r"([\r\n])", text)
    broken = [index for index, piece in enumerate(pieces) if SUBSTITUTE in piece]
    line = pieces[: broken[0]].count("\n") + 1
    for index in broken:
        pieces[index] = ""
    more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
    return "".join(pieces), [f"{name}: line {line} is broken by zero bytes; left out{more}"]


def is_text(head: bytes) -> bool:
    """Whether the first bytes of a file, or those behind a hole, may be text.

    Of the control characters they have only those of texts.
    """
    if utf_16_of(head):
        return True
    start = _hole_before(head)
    return not head[start : start + 512].translate(None, _TEXT_BYTES)


def why_not_text(head: bytes) -> str | None:
    """Where the first control character of what else is text stands; None of text, and of what is binary."""
    start = _hole_before(head)
    sample = head[start : start + 512]
    controls = sample.translate(None, _TEXT_BYTES)
    if not controls or is_text(head) or len(controls) > MOST_CONTROLS * len(sample):
        return None
    before = head[: start + sample.index(controls[0])]
    line, place = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
    return f"line {line}, byte {place}: the control character {shown(chr(controls[0]))} is of no text log"


def _hole_before(head: bytes) -> int:
    """How many zero bytes stand before all others; one alone is half of a letter in UTF-16."""
    zeros = len(head) - len(head.lstrip(b"\0"))
    return zeros if zeros > 1 else 0


def read_text(source: LogFile | Path) -> str:
    """The whole file as text. Raises UnreadableLog where it cannot be opened or is too large."""
    return decode(read_bytes(source))


def read_bytes(source: LogFile | Path) -> bytes:
    """The whole file, decompressed. Raises UnreadableLog where it cannot be opened or is too large."""
    file = source if isinstance(source, LogFile) else LogFile(source)
    try:
        size = file.path.stat().st_size
        if size > MOST_BYTES:
            raise UnreadableLog(
                str(file.path), f"{size >> 30} GiB of text; at most {MOST_BYTES >> 30} are read"
            )
        with file.open() as stream:
            return stream.read()
    except OSError as error:
        raise UnreadableLog(str(file.path), reason_of(error)) from error


def why_not_decoded(file: LogFile) -> str | None:
    """Why the words of a text without a log in it may be others: nothing tells its encoding; else None."""
    head = file.head
    if head.isascii() or utf_16_of(head) or as_utf_8(head) is not None or encoding_by_words(head):
        return None
    return "no UTF-8, and no known word tells its encoding; 'iconv -f ENCODING -t UTF-8' turns it into that"


def with_damage(runs: Sequence[LoggedRun], file: LogFile) -> list[LoggedRun]:
    """The runs read from `file`, each with a warning of what reading it took.

    There is one where a hole is before its text, where its compressed data was broken, and where its encoding
    was told by its words.
    """
    zeros = _hole_before(file.head)
    hole = f"{counted(zeros, 'zero byte')} before the first line; left out" if zeros else ""
    encoding = told_encoding(file.head)
    read_as = encoding and f"no UTF-8; read as {encoding}"
    told = tuple(f"{file.path.name}: {damage}" for damage in (hole, file.damage, read_as) if damage)
    return [replace(run, warnings=(*told, *run.warnings)) for run in runs] if told else list(runs)


def shown(text: str, longest: int = 40) -> str:
    """A piece of a log as it may stand in a message: one short line, quoted, control characters escaped."""
    cut = text if len(text) <= longest else text[:longest] + "…"
    return "'" + "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in cut) + "'"
