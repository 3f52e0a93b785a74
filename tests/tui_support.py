"""Reports made by hand, for the tests of the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from textual.pilot import Pilot

from losstui.analysis import LogError, RunReport
from losstui.findings import Finding, Measure, Onset, Remedy, Severity, Span
from losstui.run import Status
from losstui.tui.glyphs import UNICODE
from losstui.tui.losstui_app import LossTuiApp
from losstui.tui.reading import read_run
from losstui.tui.screen_text import screen_text as screen_text_of
from losstui.tui.screens.main import MainScreen
from losstui.tui.session import Session
from losstui.tui.settings import DEFAULTS, Settings
from support import make_run

CLIP = Remedy(
    id="clip-gradients",
    title="Clip the gradient norm",
    when="the gradient norm has heavy tails",
    why="One bad batch then moves the weights no further than a good one.",
    change="Clip the global norm at 1.0.",
    verify="Spikes no longer show in the loss.",
    snippets={"pytorch": "clip_grad_norm_(model.parameters(), 1.0)", "keras": "Adam(clipnorm=1.0)"},
    sources=("Pascanu 2013",),
)


def make_finding(
    name: str = "divergence",
    severity: Severity = Severity.CRITICAL,
    *,
    tag: str = "train/loss",
    first: int = 60,
    last: int = 99,
    message: str = "the loss rises and does not come back",
) -> Finding:
    """A finding with evidence and a remedy."""
    return Finding(
        code="LT103",
        name=name,
        severity=severity,
        confidence=0.93,
        message=message,
        tag=tag,
        spans=(Span(first, last),),
        onset=Onset(first, max(0, first - 5), first + 5),
        measures=(Measure("progress lost", 0.83, 0.2, "fraction of progress"),),
        remedies=(CLIP,),
    )


def make_report(
    run_id: str,
    findings: Sequence[Finding] = (),
    tags: Mapping[str, ArrayLike] | None = None,
    *,
    wall_times: Mapping[str, ArrayLike] | None = None,
) -> RunReport:
    """A report of a run of 100 steps with a train and a validation loss, unless `tags` says otherwise."""
    falling = 2.0 * np.exp(-np.arange(100) / 20.0) + 0.5
    values = (
        tags if tags is not None else {"train/loss": falling, "val/loss": falling + 0.1, "lr": falling / 100}
    )
    run = make_run(values, wall_times=wall_times)
    run = type(run)(run_id, run_id, run.sources, run.format, run.frame, run.roles, run.step_unit)
    checks = {"divergence": "found" if findings else "clear", "overfitting": "skipped: no validation tag"}
    return RunReport(run, tuple(findings), checks)


def session_of(*reports: RunReport) -> Session:
    """What the screen knows once these runs are read, and chosen to be shown."""
    session = Session()
    for report in reports:
        session.catalogue.add(read_run(report, UNICODE))
    session.keep_shown()
    return session


def died(report: RunReport, cause: str = "") -> RunReport:
    """The report of the same run, which died."""
    return replace(report, run=replace(report.run, status=Status.DEAD, cause=cause))


def outcomes_of(*outcomes: RunReport | LogError) -> Callable[[], Iterator[RunReport | LogError]]:
    """What the analysis would yield."""
    return lambda: iter(outcomes)


SWEEP = (
    make_report(
        "sweep/seed-1", [make_finding("plateau", Severity.WARNING), make_finding("spike", Severity.INFO)]
    ),
    make_report("sweep/seed-2", [make_finding("divergence", Severity.CRITICAL)]),
    make_report(
        "sweep/seed-10", [make_finding("overfitting", Severity.WARNING, tag="val/loss", first=40, last=80)]
    ),
    make_report("base", []),
    LogError("runs/broken.csv", "line 3: not a number"),
)


def made_app(*outcomes: RunReport | LogError, settings: Settings = DEFAULTS) -> LossTuiApp:
    """The app over these outcomes, those of `SWEEP` if there are none given."""
    return LossTuiApp(outcomes_of(*(outcomes or SWEEP)), "runs", settings)


def screen_text(app: LossTuiApp) -> str:
    """What is on the screen, line by line."""
    return screen_text_of(app.screen)


def chart_rows(screen: MainScreen) -> list[str]:
    """The lines of the chart alone."""
    return [screen.chart.render_line(y).text for y in range(screen.chart.size.height)]


async def all_read(pilot: Pilot[int]) -> MainScreen:
    """Wait until the reader has ended and its results are shown; returns the main screen."""
    for _ in range(2_000):  # however busy the machine is
        await pilot.pause(0.02)
        screen = pilot.app.screen
        if isinstance(screen, MainScreen) and screen.has_ended:
            await pilot.pause()
            return screen
    raise AssertionError("the reader did not end")
