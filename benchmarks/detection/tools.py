"""The tools that are compared, each as a function from a run to its claims.

The peers are given the curves that losstui reads, by the names they know: what is compared is the
diagnosis, not the reading. They are optional (dependency group `bench`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.detection.classes import Claim
from benchmarks.detection.known_rules import RULES, Fires
from benchmarks.detection.signals import Signals, signals_of
from losstui import plugins
from losstui.analysis import analyse_run
from losstui.findings import Severity
from losstui.run import Run
from losstui.stats.calibration import Calibrate, calibrated

Tool = Callable[[Run], list[Claim]]

RUNMEDIC_SAYS = {
    "non_finite": "non-finite",
    "divergence": "divergence",
    "loss_spikes": "loss-spike",
    "no_learning": "stuck-at-start",
    "overfitting": "overfitting",
    "val_below_train": "validation-better-than-train",
    "grad_spikes": "exploding-gradient",
    "constant_lr_plateau": "plateau",
    "slow_steps": "throughput-drop",
    "slowdown": "throughput-drop",
}
TRAINPROOF_SAYS = {
    "TP-NAN": "non-finite",
    "TP-NAN-GRAD": "non-finite",
    "TP-ZERO-LOSS": "hidden-non-finite",
    "TP-ZERO-LOSS-ONSET": "hidden-non-finite",
    "TP-DIVERGE": "divergence",
    "TP-FLAT": "plateau",
    "TP-DEAD-RUN": "plateau",
    "TP-GRAD-SPIKE": "exploding-gradient",
    "TP-ZERO-GRAD": "vanishing-gradient",
    "TP-OVERFIT": "overfitting",
    "TP-STEP-CLIFF": "throughput-drop",
    "TP-THROUGHPUT": "throughput-drop",
}
NAMES = {
    "train": ("train_loss", "loss"),
    "validation": ("val_loss", "eval_loss"),
    "rate": ("lr", "lr"),
    "grad_norm": ("grad_norm", "grad_norm"),
}  # the field of Signals: what runmedic and trainproof call it


def losstui_claims(run: Run, calibrate: Calibrate = calibrated) -> list[Claim]:
    """What every registered detector says."""
    report = analyse_run(run, plugins.load().detectors, calibrate)
    return [
        Claim(
            one.name,
            one.severity is not Severity.INFO,
            one.onset.step,
            one.onset.low,
            one.onset.high,
            one.confidence,
            one.kind,
        )
        for one in report.findings
    ]


def runmedic_claims(run: Run) -> list[Claim]:
    """What runmedic's checks say."""
    model: Any = import_module("runmedic.model")
    checks: Any = import_module("runmedic.checks")
    signals = signals_of(run)
    given: Any = model.Run(name=run.id, source="csv", path=run.id)
    roles: dict[str, list[str]] = {}
    for field, (name, _) in NAMES.items():
        line = getattr(signals, field)
        if len(line):
            roles[name] = [name]
            given.series[name] = model.Series(name, [float(x) for x in line.steps], line.values.tolist())
    found: list[Any] = checks.run_checks(given.finalize(), roles)
    return [
        Claim(
            RUNMEDIC_SAYS.get(str(one.check), str(one.check)),
            one.severity != "info",
            None if one.step is None else int(one.step),
        )
        for one in found
    ]


def trainproof_claims(run: Run) -> list[Claim]:
    """What trainproof's checks say of the records of the run."""
    epoch: Any = import_module("trainproof.epoch")
    records = _records(signals_of(run))
    if not any("loss" in record for record in records):
        return []
    try:
        found: list[dict[str, str]] = epoch.check_records(records)["findings"]
    except OverflowError:  # squares of a loss that has diverged: it ends there and has said nothing
        return []
    return [
        Claim(TRAINPROOF_SAYS.get(one["id"], one["id"]), one["level"] in ("WARN", "FAIL"))
        for one in found
        if one["level"] in ("WARN", "FAIL", "INFO")
    ]


def _records(signals: Signals) -> list[dict[str, float]]:
    """One record a logged step, with what was logged there."""
    by_step: dict[int, dict[str, float]] = {}
    for field, (_, name) in NAMES.items():
        line = getattr(signals, field)
        for step, value in zip(line.steps.tolist(), line.values.tolist(), strict=True):
            by_step.setdefault(step, {"step": step})[name] = value
    return [by_step[step] for step in sorted(by_step)]


def _rule_claims(finding: str, rule: Fires, run: Run) -> list[Claim]:
    with np.errstate(all="ignore"):
        step = rule(signals_of(run))
    return [] if step is None else [Claim(finding, True, step)]


PEERS: Mapping[str, tuple[str, Tool]] = {
    "runmedic": ("runmedic", runmedic_claims),
    "trainproof": ("trainproof", trainproof_claims),
}


def tools() -> dict[str, Tool]:
    """losstui and the peers that are installed, by their names in the table."""
    chosen: dict[str, Tool] = {"losstui": losstui_claims}
    for name, (package, tool) in PEERS.items():
        if find_spec(package) is not None:
            chosen[f"{name} {version(package)}"] = tool
    return chosen


def missing_peers() -> list[str]:
    """The peers that are not installed."""
    return [name for name, (package, _) in PEERS.items() if find_spec(package) is None]


def rules() -> dict[str, Tool]:
    """The known rules as tools of one finding each."""
    return {name: partial(_rule_claims, finding, rule) for name, (_, finding, rule) in RULES.items()}
