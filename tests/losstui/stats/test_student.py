from __future__ import annotations

import math

import pytest

from losstui.stats.student import normal_of_student, student_tail


@pytest.mark.parametrize(
    ("freedom", "t"), [(1, 6.3138), (2, 2.9200), (3, 2.3534), (4, 2.1318), (7, 1.8946), (12, 1.7823)]
)
def test_the_tail_is_that_of_the_tables(freedom: int, t: float) -> None:
    assert student_tail(t, freedom) == pytest.approx(0.05, abs=1e-5)
    assert student_tail(0.0, freedom) == pytest.approx(0.5)
    assert student_tail(math.inf, freedom) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("freedom", [3, 6, 15, 60])
@pytest.mark.parametrize("t", [0.5, 2.0, 4.0])
def test_a_normal_deviate_is_as_improbable_as_the_one_of_student(freedom: int, t: float) -> None:
    of_normal = 0.5 * math.erfc(normal_of_student(t, freedom) / math.sqrt(2.0))
    assert of_normal == pytest.approx(student_tail(t, freedom), rel=0.06)


def test_many_degrees_of_freedom_change_nothing_and_no_deviation_is_none() -> None:
    assert normal_of_student(3.0, 1e6) == pytest.approx(3.0, abs=1e-4)
    assert normal_of_student(0.0, 5.0) == 0.0
    assert math.isfinite(normal_of_student(1e6, 5.0))
