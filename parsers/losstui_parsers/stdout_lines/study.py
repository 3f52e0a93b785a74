"""The trials of an Optuna study, whose own loops print the same lines again and again."""

from __future__ import annotations

import re

from losstui_parsers.json_text import NotJson, as_json, as_object, load

SIGN = "rial"  # in each line that ends a trial
LEAST_ROWS = 2  # of most trials: one value each is the curve of the study
# "[I 2026-01-01 12:00:00,123] Trial 3 finished with value: 0.5 and parameters: {'lr': 0.1}. Best is …",
# "Trial 4 pruned.", "Trial 5 failed with parameters: {…} because"; before Optuna 2 "Finished trial#3 with …"
_END = re.compile(
    r"\bTrial (\d+) (?:finished with (?:best )?values?: |pruned\b|failed (?:with|because))"
    r"|\b(?:Finished|Setting status of) trial#(\d+) "
)
_PARAMETERS = re.compile(r"\bparameters: (\{[^{}]*\})")


class Study:
    """The trials that ended so far: each has the rows since the one before it."""

    def __init__(self) -> None:
        self._ends: dict[str, tuple[int, dict[str, object]]] = {}  # by the trial, behind its last row

    def look(self, line: str, rows: int) -> bool:
        """Whether a line, below so many rows, says that a trial is over."""
        end = _END.search(line)
        if end is None:
            return False
        parameters = _PARAMETERS.search(line, end.end())
        name = f"trial={end[1] or end[2]}"
        if name not in self._ends:  # some print all of them again when the study is over
            self._ends[name] = rows, _settings(parameters[1]) if parameters else {}
        return True

    def starts(self, rows: int) -> dict[int, str]:
        """The name of each trial by its first one of `rows`; empty where few trials have several."""
        starts: dict[int, str] = {}
        begin, several = 0, 0
        for name, (end, _) in self._ends.items():
            if end > begin:
                starts[begin] = name
                several += end - begin >= LEAST_ROWS
            begin = end
        if not several or 2 * several < len(starts):
            return {}
        if begin < rows:
            starts[begin] = f"after {next(reversed(self._ends))}"
        return starts

    def settings(self) -> dict[str, dict[str, object]]:
        """The parameters of each trial by its name."""
        return {name: parameters for name, (_, parameters) in self._ends.items() if parameters}


def _settings(printed: str) -> dict[str, object]:
    """A printed dictionary of parameters; nothing of one that cannot be read."""
    try:
        return as_object(load(as_json(printed))) or {}
    except NotJson:
        return {}
