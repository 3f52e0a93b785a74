"""Which characters the terminal can be trusted with: Unicode, or plain ASCII where the locale says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from losstui.findings import Severity
from losstui.tui.charset import speaks_unicode


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
    finished: str
    dead: str
    removed: str  # of which no file is left
    pinned: str  # before the name of the run others are compared with
    line_marks: str  # one a curve, beside its legend and at its end
    spark: str  # from low to high
    horizontal: str
    span: str
    vertical: str
    y_tick: str
    corner: str
    x_tick: str
    onset: str
    interval: str  # where the onset may lie
    plus_infinity: str
    minus_infinity: str
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

    def mark(self, mark: Severity | str | None) -> str:
        """The mark of a run: that of its worst finding, or the one for a dead run."""
        return self.severity(mark) if mark is None or isinstance(mark, Severity) else self.state(mark)

    def state(self, status: str) -> str:
        """The mark for a `Status`, or for "removed"; empty where the state is unknown."""
        return {
            "running": self.running,
            "finished": self.finished,
            "dead": self.dead,
            "removed": self.removed,
        }.get(status, "")


UNICODE = Glyphs(
    ascii_only=False,
    critical="✖",
    warning="▲",
    info="●",
    ok="✓",
    error="!",
    running="↻",
    finished="■",
    dead="†",
    removed="∅",
    pinned="◉",
    line_marks="◆■○□◇▪",
    spark="▁▂▃▄▅▆▇█",
    horizontal="─",
    span="━",
    vertical="│",
    y_tick="┤",
    corner="└",
    x_tick="┬",
    onset="▲",
    interval="═",
    plus_infinity="↑",
    minus_infinity="↓",
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
    finished=".",
    dead="X",
    removed="-",
    pinned="@",
    line_marks="*#o$%&",
    spark="_.-~^",
    horizontal="-",
    span="=",
    vertical="|",
    y_tick="+",
    corner="+",
    x_tick="+",
    onset="^",
    interval="~",
    plus_infinity="^",
    minus_infinity="v",
    cursor="V",
    open_folder="v",
    closed_folder=">",
    ellipsis="~",
    arrow="->",
    left="<",
    right=">",
    dot="-",
)


def glyphs_for(environment: Mapping[str, str], *, ascii_only: bool = False) -> Glyphs:
    """The glyphs for the locale of `environment`; those of ASCII in any case if that is asked for."""
    return UNICODE if speaks_unicode(environment) and not ascii_only else ASCII
