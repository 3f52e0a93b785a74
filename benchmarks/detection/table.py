"""The table, as Markdown."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median

from benchmarks.detection.classes import SAID_BY, UNSEEN
from benchmarks.detection.known_rules import RULES
from benchmarks.detection.robustness import CHANGES, PREFIXES, Replay
from benchmarks.detection.scoring import Alarms, Placed, Score, wilson
from benchmarks.detection.tasks import FRESH

HALVES = ("dev", "report")
GROUPS = (*HALVES, FRESH)
Scores = Mapping[str, Mapping[str, Score]]  # group: tool: score


def number(value: float) -> str:
    """Two decimals, or a dash."""
    return "-" if math.isnan(value) else f"{value:.2f}"


def rows(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """One Markdown table."""
    lines = [header, ["---"] * len(header), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def class_table(scores: Scores) -> str:
    """Precision, recall and F1 for each class, tool and group."""
    names = list(scores["dev"])
    header = ["class", "group", "runs", *(f"{name}: P / R / F1" for name in names)]
    body: list[list[str]] = []
    for label in SAID_BY:
        for half in GROUPS:
            cells = [
                f"{number(one.precision(label))} / {number(one.recall(label))} / **{number(one.f1(label))}**"
                for one in scores[half].values()
            ]
            labelled = next(iter(scores[half].values())).labelled(label)
            if labelled or any(one.wrong[label] for one in scores[half].values()):
                body.append([label, half, str(labelled), *cells])
    for half in GROUPS:
        body.append(
            ["**mean F1**", half, "", *(f"**{number(x.macro_f1())}**" for x in scores[half].values())]
        )
    for half in GROUPS:
        cells = [number(one.macro_f1(known_only=True)) for one in scores[half].values()]
        body.append(["mean F1 of the classes it ever says", half, "", *cells])
    body += _alarm_rows(scores)
    for half in GROUPS:
        cells = [_onset(one) for one in scores[half].values()]
        body.append(["onset: median error, % of the run; interval covers it", half, "", *cells])
        cells = [f"{1000 * one.seconds / max(one.runs, 1):.1f}" for one in scores[half].values()]
        body.append(["milliseconds a run", half, str(next(iter(scores[half].values())).runs), *cells])
    return rows(header, body)


def _alarm_rows(scores: Scores) -> Iterator[list[str]]:
    """How often the runs of a kind are warned of, and how often those are told of that no log shows."""
    kinds: list[tuple[str, Callable[[Score], Alarms]]] = [
        ("warnings per 100, healthy", lambda one: one.healthy),
        ("warnings per 100, traps", lambda one: one.traps),
        ("warnings per 100, target missed, no error", lambda one: one.off_target),
        *((f"{label} without a sign in the log, told per 100", _unseen(label)) for label in UNSEEN),
    ]
    for title, alarms_of in kinds:
        for half in GROUPS:
            alarms = [alarms_of(one) for one in scores[half].values()]
            if alarms[0].runs:
                yield [title, half, str(alarms[0].runs), *(one.text() for one in alarms)]


def _unseen(label: str) -> Callable[[Score], Alarms]:
    return lambda one: one.unseen[label]


def _onset(one: Score) -> str:
    return onset_text([placed for of_class in one.onsets.values() for placed in of_class])


def onset_text(placed: Sequence[Placed]) -> str:
    """The median error, and how often the intervals cover the truth."""
    if not placed:
        return "gives none"
    text = f"{100 * median(one.error for one in placed):.1f} of {len(placed)}"
    covered = [one.covered for one in placed if one.covered is not None]
    if not covered:
        return f"{text}; no interval"
    low, high = wilson(sum(covered), len(covered))
    return f"{text}; {100 * sum(covered) / len(covered):.0f} % ({100 * low:.0f} to {100 * high:.0f})"


def onset_table(scores: Scores) -> str:
    """Where each class begins: how far off, how often within the interval, and how wide that is."""
    header = ["class", "onsets", "median error, %", "interval covers it, per 100", "median width, %"]
    body: list[list[str]] = []
    for label in SAID_BY:
        placed = [one for half in HALVES for one in scores[half]["losstui"].onsets[label]]
        if placed:
            covered = Alarms(sum(bool(one.covered) for one in placed), len(placed))
            error, width = (100 * median(x) for x in zip(*((p.error, p.width) for p in placed), strict=True))
            body.append([label, str(len(placed)), f"{error:.1f}", covered.text(), f"{width:.1f}"])
    return rows(header, body)


def rule_table(scores: Scores) -> str:
    """Known rules, each on the class it is about, beside losstui on the same class."""
    header = ["rule", "class", "group", "P / R / F1", "losstui: P / R / F1", "fires per 100 healthy"]
    body: list[list[str]] = []
    for name, (label, _, _) in RULES.items():
        for half in GROUPS:
            rule, own = scores[half][name], scores[half]["losstui"]
            cells = [
                f"{number(one.precision(label))} / {number(one.recall(label))} / **{number(one.f1(label))}**"
                for one in (rule, own)
            ]
            body.append([name, label, half, *cells, rule.healthy.text()])
    return rows(header, body)


def change_table(changed: Mapping[str, Mapping[str, Alarms]]) -> str:
    """In how many of 100 runs the warnings change though only the telling did."""
    header = ["change", "runs", *changed]
    body: list[list[str]] = []
    for name in CHANGES:
        shares = [one[name] for one in changed.values()]
        body.append([name, str(shares[0].runs), *(one.text() for one in shares)])
    return rows(header, body)


def replay_table(replays: Mapping[str, Replay]) -> str:
    """Logs told in growing prefixes."""
    header = [f"told in {PREFIXES} prefixes", *replays]
    delays = [[delay for of_class in one.delays.values() for delay in of_class] for one in replays.values()]
    backs = [
        Alarms(sum(x.raised for x in one.taken_back.values()), sum(x.runs for x in one.taken_back.values()))
        for one in replays.values()
    ]
    body = [
        ["median delay after the onset, % of the run", *(_delay(one) for one in delays)],
        ["right and later taken back, per 100", *(one.text() for one in backs)],
        [
            "healthy runs with a warning in any prefix, per 100",
            *(one.healthy.text() for one in replays.values()),
        ],
        ["which warnings those were", *(_named(one.alarms) for one in replays.values())],
    ]
    return rows(header, body)


def replay_class_table(own: Replay) -> str:
    """The same by class, for losstui."""
    body = [
        [label, _delay(own.delays[label]), own.taken_back[label].text()]
        for label in SAID_BY
        if label in own.delays or label in own.taken_back
    ]
    return rows(["class", "median delay, % of the run", "later taken back, per 100"], body)


def _delay(delays: Sequence[float]) -> str:
    return f"{100 * median(delays):.0f} of {len(delays)}" if delays else "-"


def _named(alarms: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in alarms.most_common()) or "-"
