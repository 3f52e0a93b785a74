from losstui.tui.recent import Recent


def test_what_was_asked_for_last_is_kept_and_no_more() -> None:
    made: list[int] = []
    recent: Recent[int, int] = Recent(2)

    def ask(key: int) -> int:
        def make() -> int:
            made.append(key)
            return key * 10

        return recent.get(key, make)

    assert [ask(key) for key in (1, 2, 1, 3, 1, 2)] == [10, 20, 10, 30, 10, 20]
    assert made == [1, 2, 3, 2]
    assert len(recent) == 2
