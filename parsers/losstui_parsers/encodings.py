"""In which encoding a text that is no UTF-8 was written."""

from __future__ import annotations

import codecs

from losstui.languages import known_letters

SAMPLE = 1 << 16  # bytes of lines that are not ASCII, which decide
UTF_16_SAMPLE = 1024  # bytes: a header and some rows
# Digits and delimiters are ASCII, where half of UTF-16 is zero bytes; a header may hold other words.
MOSTLY_ASCII = 0.8
# What terminals and spreadsheets write; a log in one of the others is rare, and its numbers are the same.
_CANDIDATES = (
    "utf-8",
    "gb18030",
    "shift_jis",
    "euc-kr",
    "big5",
    "euc-jp",
    "cp1251",
    "koi8-r",
    "cp1252",
    "cp1254",
    "cp1250",
)
_SURER = 2  # times as many letters of known words as in the next likely encoding


def utf_16_of(data: bytes) -> str | None:
    """Which UTF-16 a text is by its byte-order mark or its zero bytes, or None."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = data[:UTF_16_SAMPLE:2], data[1:UTF_16_SAMPLE:2]
    zeros = even.count(0), odd.count(0)
    if max(zeros) > MOSTLY_ASCII * len(odd) and min(zeros) == 0:
        return "utf-16-le" if zeros[1] else "utf-16-be"
    return None


def as_utf_8(data: bytes) -> str | None:
    """The text, without a mark, where it is UTF-8 up to its end, which may be within a letter; else None."""
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        return None


def encoding_by_words(data: bytes) -> str | None:
    """The encoding in which a text that is no UTF-8 has the most known words; None where none has."""
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE]
    texts = {name: sample.decode(name, errors="replace") for name in _CANDIDATES}
    letters = {name: known_letters(text) for name, text in texts.items()}
    best = max(letters, key=lambda name: letters[name])
    # encodings of one script have letters in common: one that says the same is no other
    next_best = max((letters[name] for name in letters if texts[name] != texts[best]), default=0)
    return best if best != "utf-8" and letters[best] > _SURER * next_best else None


def told_encoding(head: bytes) -> str | None:
    """The encoding of a text that only its words tell."""
    if head.isascii() or utf_16_of(head) or as_utf_8(head) is not None:
        return None
    return encoding_by_words(head)
