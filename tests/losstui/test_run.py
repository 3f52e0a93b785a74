"""When a report of a run has to be made anew."""

from dataclasses import replace

import pytest

from losstui.run import Run, Status, says_the_same
from support import make_run

RUN = make_run({"train/loss": [2.0, 1.0, 0.5]})


def test_a_run_read_once_more_says_the_same() -> None:
    assert says_the_same(RUN, make_run({"train/loss": [2.0, 1.0, 0.5]}))


@pytest.mark.parametrize(
    "other",
    [
        replace(RUN, status=Status.DEAD),
        replace(RUN, cause="meta.yaml: ends with: FAILED"),
        replace(RUN, warnings=("a line was lost",)),
        replace(RUN, hyperparameters={"lr": 0.1}),
        make_run({"train/loss": [2.0, 1.0, 0.4]}),
        make_run({"train/loss": [2.0, 1.0]}),
        make_run({"loss": [2.0, 1.0, 0.5]}),
    ],
)
def test_what_a_report_tells_makes_another_of_it(other: Run) -> None:
    assert not says_the_same(RUN, other)
