"""Which characters the terminal can be trusted with: Unicode, or plain ASCII where the locale says so."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from losstui.findings import Severity


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Every character drawn that is not text. Shapes carry the meaning; colour only repeats it."""

    ascii_only: bool
    critical: str
    warning: str
    info: str
    ok: str
    error: str
    running: str  # behind the name of a run that still goes on
    line_marks: str  # one a curve, beside its legend and at its end
    spark: str  # from low to high
    horizontal: str
    span: str
    vertical: str
    y_tick: str
    corner: str
    x_tick: str
    onset: str
    cursor: str
    open_folder: str
    closed_folder: str
    ellipsis: str
    arrow: str
    left: str
    right: str
    dot: str

    def severity(self, severity: Severity | None) -> str:
        """The mark of a severity; that of a run without findings for None."""
        marks = {Severity.CRITICAL: self.critical, Severity.WARNING: self.warning, Severity.INFO: self.info}
        return self.ok if severity is None else marks[severity]


UNICODE = Glyphs(
    ascii_only=False,
    critical="✖",
    warning="▲",
    info="●",
    ok="✓",
    error="!",
    running="↻",
    line_marks="◆■○□◇▪",
    spark="▁▂▃▄▅▆▇█",
    horizontal="─",
    span="━",
    vertical="│",
    y_tick="┤",
    corner="└",
    x_tick="┬",
    onset="▲",
    cursor="▼",
    open_folder="▼",
    closed_folder="▶",
    ellipsis="…",
    arrow="→",
    left="<",
    right=">",
    dot="·",
)
ASCII = Glyphs(
    ascii_only=True,
    critical="x",
    warning="!",
    info="i",
    ok="+",
    error="?",
    running="*",
    line_marks="*#o@%&",
    spark="_.-~^",
    horizontal="-",
    span="=",
    vertical="|",
    y_tick="+",
    corner="+",
    x_tick="+",
    onset="^",
    cursor="V",
    open_folder="v",
    closed_folder=">",
    ellipsis="~",
    arrow="->",
    left="<",
    right=">",
    dot="-",
)


def glyphs_for(environment: Mapping[str, str]) -> Glyphs:
    """The glyphs for the locale of `environment`, as POSIX reads it: LC_ALL, then LC_CTYPE, then LANG.

    Python answers "utf-8" even under LC_ALL=C, and rewrites LC_CTYPE where the locale is C; so the
    variables decide, and a LANG that asks for C outranks an LC_CTYPE of C.UTF-8. With no locale at all,
    as in most containers, the terminal speaks UTF-8 all the same.
    """
    spoken = [environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    if not spoken[0] and spoken[1] == "C.UTF-8" and spoken[2] in ("C", "POSIX"):
        return ASCII
    locale = next((one for one in spoken if one), "")
    said = locale.lower().replace("-", "")
    return UNICODE if not said or "utf8" in said or os.name == "nt" else ASCII
