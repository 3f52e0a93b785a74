import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from losstui.tui.glyphs import ASCII, UNICODE
from losstui.tui.naming import Names

SWEEP = [
    f"runs/vit-base/adamw/lr={rate}-wd={decay}-batch=1024-warmup=500/seed-{seed}"
    for rate in (0.1, 0.01)
    for decay in (0, 0.1)
    for seed in range(2)
]


def test_what_fits_is_whole() -> None:
    assert Names(SWEEP).shortened(SWEEP[0], 80, UNICODE) == SWEEP[0]
    assert Names(SWEEP).shortened(SWEEP[0], 44, UNICODE, skip=3) == SWEEP[0].split("/", 3)[3]


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (43, "lr=0.1-wd=0.1…/seed-1"),
        (21, "lr=0.1-wd=0.1…/seed-1"),
        (20, "0.1-wd=0.1…/1"),
        (9, "0.1-…1…/1"),
    ],
)
def test_what_all_share_goes_first(width: int, shown: str) -> None:
    assert Names(SWEEP).shortened(SWEEP[3], width, UNICODE) == shown


def test_a_folder_loses_what_those_beside_it_have_too() -> None:
    folder = SWEEP[0].rpartition("/")[0]
    assert Names(SWEEP).shortened(folder, 15, UNICODE, skip=3) == "lr=0.1-wd=0…"
    dated = [f"2026-11-25_{time}-resnet50" for time in ("12-30", "14-05")]
    assert Names(dated).shortened(dated[0], 9, UNICODE) == "…12-30…"


@pytest.mark.parametrize(
    ("width", "shown"),
    [(19, "…search_exp_2"), (14, "…search_exp_2"), (12, "…exp_2"), (6, "…exp_2"), (5, "…2")],
)
def test_of_what_all_begin_with_the_last_words_stay_longest(width: int, shown: str) -> None:
    names = Names([f"hparams_search_exp_{number}" for number in (1, 2, 3)])
    assert names.shortened("hparams_search_exp_2", 20, UNICODE) == "hparams_search_exp_2"
    assert names.shortened("hparams_search_exp_2", width, UNICODE) == shown


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (20, ["lightning_csv-021/v…", "lightning_csv-022/v…", "lightning_…ersion_10"]),
        (18, ["lightning_csv-021…", "lightning_csv-022…", "lightning…rsion_10"]),
        (9, ["li…v-021…", "li…v-022…", "ligh…n_10"]),
    ],
)
def test_what_alone_tells_names_apart_stays(width: int, shown: list[str]) -> None:
    names = ["lightning_csv-021/version_0", "lightning_csv-022/version_0", "lightning_csv-005/version_10"]
    beside = Names([*names, "keras_json-1/version_1"])
    assert [beside.shortened(one, width, UNICODE) for one in names] == shown


def test_names_in_a_folder_are_told_apart_from_those_in_it_alone() -> None:
    names = Names([f"x/{name}/long_run" for name in ("adam_w-21", "adam_w-22", "sgd_m-21")] + ["y/adam_w-1"])
    assert names.shortened("x/adam_w-21/long_run", 10, UNICODE, skip=1) == "adam_w-21…"
    assert names.shortened("x/adam_w-21", 6, UNICODE, skip=1) == "ada…21"


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (25, ["adam-bs32-lr0.01-seed0", "sgd-bs128-lr1e-4-seed1"]),
        (21, ["adam-bs32-lr0.01-0", "sgd-bs128-lr1e-4-1"]),
        (14, ["adam-32-0.01-0", "sgd-128-1e-4-1"]),
        (13, ["adam-3…0.01-0", "sgd-12…1e-4-1"]),
    ],
)
def test_words_that_all_have_before_their_numbers_go_from_all(width: int, shown: list[str]) -> None:
    names = Names(["adam-bs32-lr0.01-seed0", "sgd-bs128-lr1e-4-seed1"])
    assert [names.shortened(one, width, UNICODE) for one in names.run_ids] == shown


def test_a_letter_that_all_hashes_begin_with_is_no_word_before_a_number() -> None:
    hashes = ["d0aafb17/tb", "d0448f4c/tb", "d15cc363/tb"]
    assert Names(hashes).shortened(hashes[0], 10, UNICODE) == "d0aaf…7/tb"
    seeds = ["s1e-4/tb", "s0.1k/tb", "s*/tb"]
    assert Names(seeds).shortened(seeds[0], 7, UNICODE) == "1e-4/tb"


def test_names_beside_each_other_lose_the_same_words() -> None:
    names = Names(["x/wd0-lr0.0001-seed0", "x/wd0.1-lr0.1-seed0", "x/wd0-lr0.1-seed1", "y"])
    assert [names.shortened(one, 16, UNICODE, skip=1, beside=16) for one in [*names.run_ids][:3]] == [
        "wd0-lr0.0001-0",
        "wd0.1-lr0.1-0",
        "wd0-lr0.1-1",
    ]
    assert names.shortened("x/wd0-lr0.1-seed1", 16, UNICODE, skip=1) == "wd0-lr0.1-seed1"


def test_a_name_made_up_otherwise_keeps_its_words_and_the_others_lose_theirs() -> None:
    rates = ["adam_lr0.0001_seed0", "adam_lr0.001_seed0", "sgd_lr0.001_seed1"]
    names = Names([*rates, "adam_small_data_of_mine"])
    shown = [names.shortened(one, 14, UNICODE, beside=14) for one in names.run_ids]
    assert shown == ["adam_0.0001_0", "adam_0.001_0", "sgd_0.001_1", "adam_sm…f_mine"]


def test_no_two_names_are_called_alike_for_want_of_a_word() -> None:
    names = Names(["adam_long_word_1", "sgd_long_word_2", "adam_1"])
    assert names.shortened("adam_long_word_1", 12, UNICODE) == "adam_l…ord_1"


def test_words_of_which_nothing_is_left_go_with_what_joins_them() -> None:
    names = ["one-two-three-4-five-6", "one-two-three-5-five-7"]
    assert [Names(names).shortened(one, 6, UNICODE) for one in names] == ["…4-6", "…5-7"]
    names = ["a-4-five-6-z", "a-5-five-7-z"]
    assert [Names(names).shortened(one, 4, UNICODE) for one in names] == ["4-6", "5-7"]


def test_shared_folders_in_the_middle_are_one_mark() -> None:
    names = ["a" * 20, "sweep/of/many/x/1", "sweep/of/many/y/1"]
    assert Names(names).shortened(names[1], 12, UNICODE) == "sweep/…/x/1"
    assert Names(names).shortened(names[1], 12, ASCII) == "sweep/~/x/1"


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["abcdefghijklmnop"], "abcde…lmnop"),
        (["an-other-abcdefghijklmnop", "an-other-abcdefghijklmnop-2"], "…abcd…lmnop"),
        (["abcdefghi_abcdefghi", "b"], "abcde…efghi"),
        (["folder/of/one/run-abcdefgh"], "run-a…defgh"),
    ],
)
def test_without_others_or_without_anything_left_the_middle_goes(names: list[str], shown: str) -> None:
    assert cell_len(shown) == 11
    assert Names(names).shortened(names[0], 11, UNICODE) == shown


@given(st.lists(st.text("ab-/=\x1b宽", min_size=1), min_size=1, max_size=5), st.integers(1, 12))
def test_any_name_fits_and_is_never_obeyed(names: list[str], width: int) -> None:
    for name in names:
        shown = Names(names).shortened(name, width, UNICODE)
        assert shown
        assert cell_len(shown) <= width
        assert "\x1b" not in shown
