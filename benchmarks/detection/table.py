"""The table, as Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.detection.classes import SAID_BY
from benchmarks.detection.known_rules import RULES
from benchmarks.detection.robustness import CHANGES, PREFIXES, Replay
from benchmarks.detection.scoring import Alarms, Score, wilson

HALVES = ("dev", "report")
Scores = Mapping[str, Mapping[str, Score]]  # half: tool: score


def number(value: float) -> str:
    """Two decimals, or a dash."""
    return "-" if math.isnan(value) else f"{value:.2f}"


def rows(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """One Markdown table."""
    lines = [header, ["---"] * len(header), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def class_table(scores: Scores) -> str:
    """Precision, recall and F1 for each class, tool and half."""
    names = list(scores["dev"])
    header = ["class", "half", "runs", *(f"{name}: P / R / F1" for name in names)]
    body: list[list[str]] = []
    for label in SAID_BY:
        for half in HALVES:
            cells = [
                f"{number(one.precision(label))} / {number(one.recall(label))} / **{number(one.f1(label))}**"
                for one in scores[half].values()
            ]
            labelled = next(iter(scores[half].values())).labelled(label)
            if labelled or any(one.wrong[label] for one in scores[half].values()):
                body.append([label, half, str(labelled), *cells])
    for half in HALVES:
        body.append(
            ["**mean F1**", half, "", *(f"**{number(x.macro_f1())}**" for x in scores[half].values())]
        )
    for half in HALVES:
        cells = [number(one.macro_f1(known_only=True)) for one in scores[half].values()]
        body.append(["mean F1 of the classes it ever says", half, "", *cells])
    for title, kind in (
        ("healthy", "healthy"),
        ("traps", "traps"),
        ("target missed, no error", "off_target"),
    ):
        for half in HALVES:
            alarms: list[Alarms] = [getattr(one, kind) for one in scores[half].values()]
            if alarms[0].runs:
                cells = [one.text() for one in alarms]
                body.append([f"warnings per 100, {title}", half, str(alarms[0].runs), *cells])
    for half in HALVES:
        cells = [_onset(one) for one in scores[half].values()]
        body.append(["onset: median error, % of the run; interval covers it", half, "", *cells])
        cells = [f"{1000 * one.seconds / max(one.runs, 1):.1f}" for one in scores[half].values()]
        body.append(["milliseconds a run", half, str(next(iter(scores[half].values())).runs), *cells])
    return rows(header, body)


def _onset(one: Score) -> str:
    if not one.onset_errors:
        return "gives none"
    text = f"{100 * median(one.onset_errors):.1f} of {len(one.onset_errors)}"
    if not one.covered:
        return f"{text}; no interval"
    low, high = wilson(sum(one.covered), len(one.covered))
    return f"{text}; {100 * sum(one.covered) / len(one.covered):.0f} % ({100 * low:.0f} to {100 * high:.0f})"


def rule_table(scores: Scores) -> str:
    """Known rules, each on the class it is about, beside losstui on the same class."""
    header = ["rule", "class", "half", "P / R / F1", "losstui: P / R / F1", "fires per 100 healthy"]
    body: list[list[str]] = []
    for name, (label, _, _) in RULES.items():
        for half in HALVES:
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
    delays = [
        f"{100 * median(one.delays):.0f} of {len(one.delays)}" if one.delays else "-"
        for one in replays.values()
    ]
    body = [
        ["median delay after the onset, % of the run", *delays],
        ["right and later taken back, per 100", *(one.taken_back.text() for one in replays.values())],
        [
            "healthy runs with a warning in any prefix, per 100",
            *(one.healthy.text() for one in replays.values()),
        ],
    ]
    return rows(header, body)
