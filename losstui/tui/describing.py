"""Findings in words: what the details pane and the strip below the chart show, and what is copied."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from losstui.findings import Finding, Measure, Remedy
from losstui.sanitise import clean
from losstui.tui.axes import count
from losstui.tui.glyphs import Glyphs
from losstui.tui.palette import Palette, severity_use
from losstui.tui.shortening import shortened
from losstui.wording import against, amount, counted, percent, unit_beside

LONGEST_WORD = 40  # cells of a tag or a name in a sentence: half of a line in a small terminal
_WORD = re.compile(r"\S+")
BRIEFLY = "try: "  # before the title of the first remedy, above the evidence

if TYPE_CHECKING:
    from losstui.run import Run, StepUnit


def title(finding: Finding) -> str:
    """The name of a finding, with its kind where it has one."""
    return clean(f"{finding.name} ({finding.kind})" if finding.kind else finding.name)


def message(finding: Finding, glyphs: Glyphs) -> str:
    """What a finding says, its very long words without their middle: a tag shall not be all that is read."""
    return _WORD.sub(lambda word: shortened(word[0], LONGEST_WORD, glyphs), clean(finding.message))


def step_range(finding: Finding, glyphs: Glyphs, *, rounded: bool = False) -> str:
    """Where a finding begins and ends, short: "9950→100k", and `rounded` shorter: "10k→100k"."""
    first = finding.onset.step  # as the message has it, which may lie before the first value that shows it
    last = max(first, *(span.last_step for span in finding.spans))
    ends = [_rounded(step) if rounded else _short(step) for step in (first, last)]
    return ends[0] if first == last else glyphs.arrow.join(ends)


def _short(step: int) -> str:
    return f"{step}" if abs(step) < 100_000 else count(step, 10.0 ** (len(str(abs(step))) - 3))


def _rounded(step: int) -> str:
    return count(step, 10.0 ** max(0, len(str(abs(step))) - 2)).replace(".0", "")


def onset_text(finding: Finding, unit: StepUnit) -> str:
    """The step a finding begins at, with its interval, written as the message of the finding has it."""
    onset = finding.onset
    text = f"{unit.value} {onset.step}"
    if onset.low < onset.high:
        text += f" (between {onset.low} and {onset.high})"
    return text


def measure_text(measure: Measure) -> str:
    """One comparison, its bound in brackets: "rise: 83 % of progress (>20 %)"."""
    name, unit, value, bound = clean(measure.name), clean(measure.unit), measure.value, measure.bound
    beside = unit_beside(unit)
    whole = beside.removeprefix("of ")
    told = name.endswith(beside) or name.startswith(f"{whole} ")  # "progress lost" is so of progress
    of = "" if not beside or told else f" {beside}"
    return f"{name}: {amount(value, unit)}{of} ({against(value, bound)}{amount(bound, unit)})"


def frameworks(remedies: Iterable[Remedy]) -> list[str]:
    """The frameworks any of these remedies has a snippet for, in order of first mention."""
    return list(dict.fromkeys(name for remedy in remedies for name in remedy.snippets))


def details(finding: Finding, run: Run, framework: str | None, palette: Palette, glyphs: Glyphs) -> Text:
    """All there is to say about a finding: evidence, why, and what to do about it."""
    text = Text()
    use = severity_use(finding.severity)
    text.append(f"{glyphs.severity(finding.severity)} {title(finding)}", palette.style(use))
    sure = f"{percent(finding.confidence)} sure"
    told = f" {glyphs.dot} ".join([clean(finding.code), finding.severity.value, sure])
    text.append(f"\n{told}\n", palette.style("label"))
    text.append(f"{message(finding, glyphs)}\n")
    text.append(f"{clean(finding.tag)}, since {onset_text(finding, run.step_unit)}\n", palette.style("label"))
    text.append_text(briefly(finding.remedies, palette))  # the evidence may fill the pane
    heading(text, "evidence", palette, "measured (bound)")
    for measure in finding.measures:
        text.append(f"{glyphs.dot} {measure_text(measure)}\n")
    if not finding.measures:
        text.append("none given\n", palette.style("note"))
    heading(text, "try", palette)
    text.append_text(remedies_in_full(finding.remedies, framework, palette))
    if not finding.remedies:
        text.append("no remedy is known\n", palette.style("note"))
    text.rstrip()
    return text


def remedies_in_full(remedies: Sequence[Remedy], framework: str | None, palette: Palette) -> Text:
    """All there is to say about remedies, with the code for a framework."""
    text = Text()
    for position, remedy in enumerate(remedies, 1):
        _remedy(text, position, remedy, framework, palette)
    return text


def briefly(remedies: Sequence[Remedy], palette: Palette) -> Text:
    """What to try first, in a line; empty where there is nothing to try."""
    text = Text()
    for remedy in remedies[:1]:
        text.append(BRIEFLY, palette.style("label"))
        text.append(f"{clean(remedy.title)}\n")
    return text


def brief_remedy(paragraphs: Sequence[str]) -> tuple[int, int] | None:
    """Which paragraph of `details` names the first remedy briefly, and which begins to tell all of it."""
    for brief, paragraph in enumerate(paragraphs):
        title = paragraph.removeprefix(BRIEFLY)
        if title != paragraph and f"1 {title}" in paragraphs[brief:]:
            return brief, paragraphs.index(f"1 {title}", brief)
    return None


def heading(text: Text, name: str, palette: Palette, note: str = "") -> None:
    """Begin a part of a text, after a blank line."""
    text.append(f"\n{name}", palette.style("key"))
    text.append(f"  {note}\n" if note else "\n", palette.style("label"))


def _remedy(text: Text, position: int, remedy: Remedy, framework: str | None, palette: Palette) -> None:
    text.append(f"{position} {clean(remedy.title)}\n", palette.style("strong"))
    for label, words in (
        ("when", remedy.when),
        ("why", remedy.why),
        ("do", remedy.change),
        ("check", remedy.verify),
    ):
        if words:
            text.append(f"  {label}: ", palette.style("label"))
            text.append(f"{clean(words)}\n")
    chosen = framework if framework in remedy.snippets else next(iter(remedy.snippets), None)
    if chosen is not None:
        others = [name for name in remedy.snippets if name != chosen]
        text.append(f"  {clean(chosen)}", palette.style("key"))
        text.append(f"  f: {clean(', '.join(others))}\n" if others else "\n", palette.style("label"))
        for line in remedy.snippets[chosen].rstrip().splitlines():
            text.append(f"    {clean(line)}\n", palette.style("code"))
    for source in remedy.sources:
        text.append(f"  source: {clean(source)}\n", palette.style("label"))


def nothing_found(run: Run, palette: Palette, glyphs: Glyphs) -> Text:
    """What the details pane says of a run without findings."""
    text = Text()
    text.append(f"{glyphs.ok} no finding\n", palette.style("ok"))
    size = f"{counted(len(run.frame), 'tag')}, {counted(run.frame.points, 'value')}"
    text.append(f"{size}\n", palette.style("label"))
    return text


def looked_for(checks: Mapping[str, str], palette: Palette) -> Text:
    """What was looked for, and what could not be: "not looked at" is not "nothing there"."""
    text = Text()
    outcomes = Counter(outcome.partition(":")[0] for outcome in checks.values())
    heading(text, "looked for", palette)
    text.append(
        f"{outcomes['found']} found, {outcomes['clear']} clear, {outcomes['skipped']} skipped\n",
    )
    reasons: dict[str, list[str]] = {}
    for name, outcome in checks.items():
        kind, _, reason = outcome.partition(": ")
        if kind == "skipped":
            reasons.setdefault(reason, []).append(name)
    for reason, names in reasons.items():
        text.append(clean(", ".join(names)))
        text.append(f": {clean(reason)}\n", palette.style("label"))
    return text


def warnings(run: Run, palette: Palette) -> Text:
    """What was lost in reading the log; empty where nothing was. What the run died of is told before."""
    text = Text()
    told = [warning for warning in run.warnings if warning != run.cause]
    if told:
        heading(text, "log", palette)
        for warning in told:
            text.append(f"{clean(warning)}\n", palette.style("warning"))
    return text
