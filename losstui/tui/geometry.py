"""How wide each pane is. The first screen, which is there before Textual, and the real one agree on it."""

from __future__ import annotations

RUNS, CURVES, FINDINGS = "runs", "curves", "findings"
TWO_PANES, THREE_PANES, WIDE = 100, 120, 160  # columns from which there is room
RUNS_WIDTH, FINDINGS_WIDTH = 27, 33  # columns beside the narrowest chart: it keeps half of THREE_PANES
RUNS_SHARE = 0.5  # of the columns beyond THREE_PANES: names grow with the chart
WIDE_RUNS, WIDE_FINDINGS = 0.34, 0.28  # of all columns: the runs are a table there
LEAST_RUNS, LEAST_CHART = 15, 40  # columns that are left where the runs are made narrower or wider
SHORT_ROWS, TALL_ROWS = 18, 24  # below, the chart needs the lines the strip would take
# Rows of the strip: of the messages one in four takes three lines of 80 columns, and next to none more; what
# it was, and what to try, stand around them. From so many on, what to try has room to be told in full.
LOW_STRIP, STRIP, HIGH_STRIP = 3, 5, 7
STRIP_SHARE = 5  # of a tall screen the strip takes one row in so many


def strip_rows(rows: int) -> int:
    """How many rows the finding takes below a chart that is alone on a screen of so many."""
    if rows < SHORT_ROWS:
        return 1
    return LOW_STRIP if rows < TALL_ROWS else min(HIGH_STRIP, max(STRIP, rows // STRIP_SHARE))


def pane_widths(columns: int, active: str = CURVES, *, alone: bool = False, wider: int = 0) -> dict[str, int]:
    """The panes that are seen, from left to right, with their widths in columns, borders included.

    A pane is hidden before the chart is squeezed; `alone` hides all but the active one. The runs are
    `wider` than by themselves by so many columns, as far as the chart keeps room.
    """
    if alone or columns < TWO_PANES:
        return {active: columns}
    beyond = max(0, columns - THREE_PANES)
    runs = RUNS_WIDTH + int(beyond * RUNS_SHARE) if columns < WIDE else int(columns * WIDE_RUNS)
    findings = FINDINGS_WIDTH if columns < WIDE else int(columns * WIDE_FINDINGS)
    three = columns >= THREE_PANES
    if not three and active != RUNS:
        return {CURVES: columns - findings, FINDINGS: findings}
    left = columns - findings if three else columns
    runs = max(LEAST_RUNS, min(runs + wider, left - LEAST_CHART))
    return {RUNS: runs, CURVES: left - runs, **({FINDINGS: findings} if three else {})}
