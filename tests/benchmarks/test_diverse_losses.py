from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.detection.diverse import data as diverse_data
from benchmarks.detection.diverse import heads as diverse_heads
from benchmarks.detection.diverse import losses as diverse_losses
from benchmarks.detection.diverse.optimisers import Believing, Clipped, Compressed, Factored
from benchmarks.detection.head.losses import Head
from benchmarks.detection.tape import Node, gradients
from loss_support import ANY, before_softplus, cost, model_of, nodes, silent
from sample_logs.training import Sgd
from task_support import ways


def density_of(head: Head, scores: list[float], places: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp([-cost(head, scores, float(one)) for one in places])


def test_a_small_error_is_squared_and_a_large_one_counts_by_itself() -> None:
    assert cost(diverse_heads.log_cosh, [1.0], 1.0) == pytest.approx(0.0)
    assert cost(diverse_heads.log_cosh, [0.01], 0.0) == pytest.approx(0.5 * 0.01**2, rel=1e-3)
    assert cost(diverse_heads.log_cosh, [-30.0], 0.0) == pytest.approx(30.0 - np.log(2.0))
    assert cost(diverse_heads.log_cosh, [0.7, -0.2], 0.0, 0.0) == pytest.approx(
        np.log(np.cosh([0.7, 0.2])).sum()
    )


def test_a_wing_is_bent_near_the_body_and_straight_beyond() -> None:
    wide, curved = diverse_heads.WIDE, diverse_heads.CURVED
    assert cost(diverse_heads.wing, [0.3], 0.0) == pytest.approx(wide * np.log1p(0.3 / curved))
    below, above = (cost(diverse_heads.wing, [wide + off], 0.0) for off in (-1e-9, 1e-9))
    assert below == pytest.approx(above)
    assert cost(diverse_heads.wing, [-3.0], 0.0) - cost(diverse_heads.wing, [2.0], 0.0) == pytest.approx(1.0)


def test_the_highest_water_has_the_density_of_gumbel() -> None:
    scores = [0.5, before_softplus(0.4 - diverse_heads.LEAST_WIDTH) - diverse_heads.WIDE_AT_FIRST]
    places = np.arange(-2.0, 8.0, 0.01)
    density = density_of(diverse_heads.extreme, scores, places)
    assert density.sum() * 0.01 == pytest.approx(1.0, abs=1e-3)
    assert (density * places).sum() * 0.01 == pytest.approx(0.5 + 0.4 * np.euler_gamma, abs=5e-3)


def test_a_harvest_twice_as_large_costs_as_much_at_each_size() -> None:
    told = [before_softplus(99.0)]
    assert cost(diverse_heads.squared_log, told, 99.0) == pytest.approx(0.0)
    assert cost(diverse_heads.squared_log, told, 199.0) == pytest.approx(np.log(2.0) ** 2)
    assert cost(diverse_heads.squared_log, told, 49.0) == pytest.approx(np.log(2.0) ** 2)


def test_evidence_of_a_number_is_a_density_beside_what_it_costs_to_be_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scores, places = [0.3, 0.2, 1.5, -0.4], np.arange(-80.0, 80.0, 0.05)
    doubted = cost(diverse_heads.evidential, scores, 1.3)
    monkeypatch.setattr(diverse_heads, "DOUBTED", 0.0)
    density = density_of(diverse_heads.evidential, scores, places)
    assert density.sum() * 0.05 == pytest.approx(1.0, abs=5e-3)
    assert places[density.argmax()] == pytest.approx(0.3, abs=0.05)
    seen, known = (float(np.log1p(np.exp(one))) for one in scores[1:3])
    weight = 2.0 * (seen + 0.05) + known + 1.05
    assert doubted - cost(diverse_heads.evidential, scores, 1.3) == pytest.approx(0.05 * 1.0 * weight)


def test_what_stood_before_is_moved_down_and_its_slopes_back_up() -> None:
    given = Node(np.arange(8.0).reshape(4, 2))
    moved = diverse_losses.earlier(given, 1)
    np.testing.assert_array_equal(moved.value[1:], given.value[:-1])
    np.testing.assert_array_equal(moved.value[0], [0.0, 0.0])
    slope = gradients((moved * np.array([[5.0], [1.0], [2.0], [3.0]])).mean(), [given])[0]
    np.testing.assert_allclose(slope[:, 0], np.array([1.0, 2.0, 3.0, 0.0]) / 8.0)


def test_a_verse_is_told_by_what_stands_before_and_no_more_than_seven_places_back() -> None:
    model = nodes(model_of("stanzas"))
    verse, following = diverse_data.stanzas(np.random.default_rng(1), 1)

    def told(inputs: NDArray[np.floating]) -> NDArray[np.float64]:
        """What another letter in its place would cost more, for each place."""
        costs = list[float]()
        for place in range(diverse_losses.VERSE):
            changed = following.copy()
            changed[0, place] = (changed[0, place] + 1.0) % diverse_losses.LETTERS
            right, wrong = (
                float(diverse_losses.dilated(model, inputs, one, ANY)["loss"].value)
                for one in (following, changed)
            )
            costs.append(wrong - right)
        return np.array(costs)

    for at, touched in ((5, {5, 6, 7, 8, 9, 10, 11}), (0, {0, 1, 2, 3, 4, 5, 6, 7})):
        other = verse.copy()
        other[0, at] = (other[0, at] + 1.0) % diverse_losses.LETTERS
        changes = np.abs(told(other) - told(verse)) > 1e-9
        assert set(np.flatnonzero(changes)) == touched


def test_sounds_fade_from_memory_at_the_speed_that_was_learnt() -> None:
    heard = np.zeros((1, diverse_losses.FRAMES * diverse_losses.HEARD))
    heard[0, 0] = 1.0
    sounds = np.zeros((1, diverse_losses.FRAMES))

    def loss(kept: float) -> float:
        wide = diverse_losses.SOUNDS
        model = nodes(
            [
                np.full((1, wide), np.log(kept / (1.0 - kept))),
                np.ones((diverse_losses.HEARD, wide)),
                np.eye(wide),
                np.zeros((diverse_losses.HEARD, wide)),
                np.zeros((1, wide)),
                np.eye(wide)[:, :1] @ np.eye(wide)[:1],
                np.zeros((1, wide)),
            ]
        )
        return float(diverse_losses.remembered(model, heard, sounds, ANY)["loss"].value)

    states = np.tanh(0.5 ** np.arange(diverse_losses.FRAMES))
    expected = np.mean(np.log(np.exp(states) + diverse_losses.SOUNDS - 1.0) - states)
    assert loss(0.5) == pytest.approx(expected)
    assert loss(0.9) < loss(0.5)


def test_noise_of_which_nothing_is_known_costs_its_square_in_each_quarter() -> None:
    waves, nothing = diverse_data.ripples(np.random.default_rng(1), 20_000)
    parts = diverse_losses.by_quarter(silent("ripples"), waves, nothing, np.random.default_rng(2))
    assert [float(one.value) for one in parts.values()] == pytest.approx([0.25] * 4, abs=0.02)


def test_filters_go_over_all_of_a_tile() -> None:
    tile = np.arange(36.0)
    np.testing.assert_array_equal(tile[diverse_losses.WINDOWS][5].reshape(3, 3), tile.reshape(6, 6)[1:4, 1:4])
    assert diverse_losses.WINDOWS.shape == (16, 9)
    loss = diverse_losses.convolved(silent("tiles"), *diverse_data.tiles(ANY, 9), ANY)["loss"]
    assert float(loss.value) == pytest.approx(np.log(diverse_losses.PATTERNS))


def test_what_is_visited_next_does_not_depend_on_the_order_of_what_was() -> None:
    model = nodes(model_of("sessions"))
    before, next_ = diverse_data.sessions(np.random.default_rng(1), 6)
    losses = [
        float(diverse_losses.visited(model, one, next_, ANY)["loss"].value)
        for one in (before, before[:, ::-1])
    ]
    assert losses[0] == pytest.approx(losses[1])
    unknown = float(diverse_losses.visited(silent("sessions"), before, next_, ANY)["loss"].value)
    assert unknown == pytest.approx(np.log(diverse_losses.GOODS_KNOWN))


def test_a_tree_asks_three_questions_and_then_answers() -> None:
    ways = np.zeros((1, diverse_losses.BRANCHES))
    ways[0, [0, 2, 5]] = 40.0, -40.0, 40.0  # right, then left, then right: the sixth twig
    twigs = np.zeros((diverse_losses.TWIGS, 4))
    twigs[5, 2] = 40.0
    model = nodes([np.zeros((10, diverse_losses.BRANCHES)), ways, twigs])
    right, other = (
        float(diverse_losses.branched(model, np.zeros((1, 10)), np.eye(4)[k : k + 1], ANY)["loss"].value)
        for k in (2, 1)
    )
    assert right == pytest.approx(0.0, abs=1e-6)
    assert other > 15.0
    unknown = diverse_losses.branched(silent("thickets"), *diverse_data.thickets(ANY, 9), ANY)["loss"]
    assert float(unknown.value) == pytest.approx(np.log(4.0), abs=1e-6)


def test_an_example_is_of_the_kind_whose_mean_is_nearest() -> None:
    each, traits = diverse_losses.SHOTS + 1, diverse_losses.TRAITS
    episode = np.zeros((1, diverse_losses.KINDS, each, traits))
    episode[0, 1, :2, 0] = 1.0, 3.0  # of mean 2
    episode[0, 1, 2, 0] = 2.0
    episode[0, 2, :, 1] = 5.0
    model = nodes([np.eye(traits), np.zeros((1, traits))])
    loss = float(diverse_losses.alike(model, episode.reshape(1, -1), np.zeros((1, 1)), ANY)["loss"].value)
    far = np.array([[0.0, 4.0, 25.0], [4.0, 0.0, 29.0], [25.0, 29.0, 0.0]])
    assert loss == pytest.approx(np.log(np.exp(-far).sum(axis=1)).mean())


def test_what_is_imagined_is_held_against_what_came() -> None:
    inputs, came = diverse_data.dreams(np.random.default_rng(1), 50)
    parts = diverse_losses.imagined(silent("dreams"), inputs, came, ANY)
    assert float(parts["seen"].value) == pytest.approx(0.5 * np.sum(came[:, :5] ** 2) / 50)
    assert float(parts["reward"].value) == pytest.approx(0.5 * np.mean(came[:, 5] ** 2))
    assert float(parts["goes_on"].value) == pytest.approx(np.log(2.0))


def test_an_answer_of_which_nothing_is_known_may_begin_and_end_anywhere() -> None:
    inputs, places = diverse_data.answers(np.random.default_rng(1), 50)
    assert np.all(places[:, 0] <= places[:, 1])
    parts = diverse_losses.spanned(silent("answers"), inputs, places, ANY)
    assert [float(one.value) for one in parts.values()] == pytest.approx(
        [0.5 * np.log(diverse_losses.TOKENS)] * 2
    )


def test_smoke_hides_what_lies_behind_it() -> None:
    ray = np.array([[0.0, 0.0, 1.0, 0.0]])

    def shows(smoke: float, light: float) -> float:
        bias = np.array([[before_softplus(smoke), np.log(light / (1.0 - light))]])
        return float(diverse_losses.brightness(nodes([np.zeros((2, 2)), bias]), ray).value[0, 0])

    assert shows(0.5, 0.8) == pytest.approx(0.8 * (1.0 - np.exp(-0.5 * diverse_losses.REACH)))
    assert shows(50.0, 0.8) == pytest.approx(0.8)


def test_what_is_sure_counts_for_more_and_may_be_below_nought() -> None:
    inputs, meals = diverse_data.kitchens(np.random.default_rng(1), 20)
    model = silent("kitchens")
    amount = 0.5 * float(np.mean(meals[:, 3] ** 2))

    def parts(doubt: float) -> list[float]:
        model[4] = Node(np.full((1, 2), doubt))
        return [
            float(one.value) for one in diverse_losses.weighed_by_doubt(model, inputs, meals, ANY).values()
        ]

    assert parts(0.0) == pytest.approx([np.log(3.0), amount])
    assert parts(-2.0) == pytest.approx([np.exp(2.0) * np.log(3.0) - 1.0, np.exp(2.0) * amount - 1.0])


def test_a_slope_that_is_what_was_expected_leads_further() -> None:
    steady, unsteady = (
        ways(Believing(), [[one * 1.0] for one in signs]) for signs in ([1] * 50, [1, -1] * 25)
    )
    assert abs(steady[-1][0]) > 10.0 * abs(unsteady[-1][0])


def test_no_step_of_factors_is_longer_than_the_rate() -> None:
    places = ways(Factored(), [[3.0, -3.0], [3.0, -3.0], [300.0, -300.0]])
    assert places[0] == pytest.approx([-0.1, 0.1])
    assert places[1] == pytest.approx([-0.2, 0.2])
    assert places[2] == pytest.approx([-0.3, 0.3])


def test_what_is_not_sent_waits() -> None:
    places = ways(Compressed(Sgd(0.0), share=0.5), [[4.0, 1.5], [1.0, 1.5], [1.0, 1.0]], rate=1.0)
    assert places[0] == [-4.0, 0.0]
    assert places[1] == [-4.0, -3.0]
    assert places[2] == [-6.0, -3.0]


def test_a_gradient_is_no_longer_than_most_before() -> None:
    places = ways(Clipped(Sgd(0.0), share=0.5), [[1.0], [1.0], [100.0]], rate=1.0)
    assert [one[0] for one in places] == pytest.approx([-1.0, -2.0, -3.0])
