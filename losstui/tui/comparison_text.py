"""A run beside the pinned one in words: what the findings pane and the strip below the chart show."""

from __future__ import annotations

from collections import Counter

from rich.text import Text

from losstui.comparing import Change, ComparedFinding, LevelDifference, RunComparison
from losstui.hyperparameters import HyperparameterDifference
from losstui.sanitise import clean
from losstui.tui.describing import heading, title
from losstui.tui.glyphs import Glyphs
from losstui.tui.palette import Palette, severity_use
from losstui.tui.shortening import shortened
from losstui.wording import number

LONGEST_VALUE = 24  # cells of a hyper-parameter's value
_ABSENT = "not logged"
_NO_LEVEL = "no loss or accuracy to compare is logged in both"


def comparison(compared: RunComparison, pinned: str, palette: Palette, glyphs: Glyphs) -> Text:
    """All that is different from the run called `pinned`, in full."""
    text = Text()
    text.append("against ", palette.style("label"))
    text.append(f"{pinned}\n", palette.style("strong"))
    heading(text, "findings", palette)
    same = [one for one in compared.findings if one.change is Change.SAME]
    changed = [one for one in compared.findings if one.change is not Change.SAME]
    often = Counter(one.finding.name for one in compared.findings)
    for one in changed:
        # Of one found on another curve than before, only that says how it can be new and gone at once.
        where = clean(one.finding.tag) if often[one.finding.name] > 1 else ""
        _finding(text, one, where, palette, glyphs)
    if same:
        names = ", ".join(title(one.finding) for one in same)
        text.append(f"in both: {names}\n", palette.style("label"))
    if not compared.findings:
        text.append("none in either run\n", palette.style("ok"))
    heading(text, "hyper-parameters", palette)
    for parameter in compared.hyperparameters:
        text.append(f"{clean(parameter.name)}  ")
        text.append(f"{_values(parameter, glyphs)}\n", palette.style("strong"))
    if not compared.hyperparameters:
        text.append("none that differs is logged\n", palette.style("label"))
    heading(text, "best level", palette)
    for level in compared.levels:
        text.append(f"{clean(level.tag)}  ")
        text.append_text(_level(level, palette, glyphs)).append("\n")
    if not compared.levels:
        text.append(f"{_NO_LEVEL}\n", palette.style("label"))
    text.append(_last_steps(compared, glyphs), palette.style("label"))
    return text


def _last_steps(compared: RunComparison, glyphs: Glyphs) -> str:
    """How far both runs came, each in what its log counts; nothing where that is the same."""
    (before, now), units = compared.last_steps, [unit.value for unit in compared.step_units]
    if units[0] != units[1]:
        return f"last  {units[0]} {before} {glyphs.arrow} {units[1]} {now}\n"
    return f"last {units[1]}  {before} {glyphs.arrow} {now}\n" if before != now else ""


def comparison_strip(compared: RunComparison, pinned: str, palette: Palette, glyphs: Glyphs) -> Text:
    """The same in three lines: what is new, what is gone, which hyper-parameters differ."""
    text = Text()
    text.append(f"against {pinned}  ", palette.style("label"))
    for level in compared.levels[:1]:
        text.append(f"best {clean(level.tag)} ").append_text(_level(level, palette, glyphs))
    if not compared.levels:
        text.append(_NO_LEVEL, palette.style("label"))
    text.append("\n")
    for change in (Change.NEW, Change.WORSE, Change.GONE, Change.BETTER):
        changed = [one for one in compared.findings if one.change is change]
        if changed:
            text.append(f"{change.value} ", palette.style("label"))
            for one in changed:
                use = severity_use(one.finding.severity)
                mark = glyphs.severity(one.finding.severity)
                text.append(f"{mark}{title(one.finding)} ", palette.style(use))
    if all(one.change is Change.SAME for one in compared.findings):
        text.append("no finding is new or gone", palette.style("label"))
    text.append("\n")
    differing = ", ".join(f"{clean(one.name)} {_values(one, glyphs)}" for one in compared.hyperparameters)
    return text.append(differing or "no hyper-parameter that differs is logged", palette.style("label"))


def _finding(text: Text, one: ComparedFinding, where: str, palette: Palette, glyphs: Glyphs) -> None:
    use = severity_use(one.finding.severity)
    text.append(f"{one.change.value:<6} ", palette.style("label" if one.change is Change.GONE else "strong"))
    text.append(f"{glyphs.severity(one.finding.severity)} {title(one.finding)}", palette.style(use))
    if where:
        text.append(f" in {where}", palette.style("label"))
    if one.change in (Change.WORSE, Change.BETTER) and one.before is not None:
        text.append(f", was {one.before.value}", palette.style("label"))
    if one.unsure:
        where = "here" if one.change is Change.GONE else "there"
        text.append(f" (not looked for {where}: {clean(one.unsure)})", palette.style("note"))
    text.append("\n")


def _level(level: LevelDifference, palette: Palette, glyphs: Glyphs) -> Text:
    use, word = {True: ("ok", "better"), False: ("warning", "worse"), None: ("label", "within noise")}[
        level.is_better
    ]
    before, now = number(level.before), number(level.now)
    if before == now:
        return Text().append(f"{now} in both", palette.style("label"))
    return Text().append(f"{before} {glyphs.arrow} {now} {word}", palette.style(use))


def _values(one: HyperparameterDifference, glyphs: Glyphs) -> str:
    before, now = (
        _ABSENT if value is None else shortened(clean(value), LONGEST_VALUE, glyphs)
        for value in (one.before, one.now)
    )
    return f"{before} {glyphs.arrow} {now}"
