from losstui.wording import counted, noun, times


def test_of_one_thing_no_more_than_one_is_said() -> None:
    assert [counted(count, "run") for count in (0, 1, 2)] == ["0 runs", "1 run", "2 runs"]
    assert [noun(count, "value") for count in (0, 1, 2)] == ["values", "value", "values"]


def test_once_is_no_number() -> None:
    assert [times(count) for count in (1, 2)] == ["once", "2 times"]
