"""Losses of the varied tasks, written down forwards: heads of perceptrons, then whole models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import digamma, gammaln

from benchmarks.detection.part.losses import Parts, dense
from benchmarks.detection.tape import (
    Node,
    cross_entropy,
    exp,
    half_square,
    log,
    log_softmax,
    log_sum_exp,
    looked_up,
    of_length_one,
    relu,
    softplus,
    tanh,
)
from sample_logs.training import Array

HIGH = 0.8  # the expectile that is looked for
DOUBT = 0.7  # how little a class that is hardly believed counts
KINDS = 4  # of fruit
SIDES = 6  # pictures and captions of a sheet, patients of a set
EMBEDDED = 6  # numbers of a picture, and of a caption
CHOICES, LATER = 3, 0.7  # actions, and what a reward counts one moment later
CAUTION = 0.3  # weight of what keeps values of actions low that nobody took
TAGS, SENTENCE = 3, 6
SPARSE = 0.05  # weight of a penalty on units that answer
BITS = 8
VIEWED, SIMILAR = 0.3, 4.0  # noise of a view, weight of what both have in common
FIXED_ROWS = np.eye(SIDES)


def log_gamma(node: Node) -> Node:
    """The logarithm of the gamma function."""
    slope = digamma(node.value)
    return Node(gammaln(node.value), [(node, lambda up: up * slope)])


def reshaped(node: Node, *shape: int) -> Node:
    """The same values in another shape."""
    return Node(node.value.reshape(shape), [(node, lambda up: up.reshape(node.value.shape))])


def expectile(scores: Node, targets: Array) -> Node:
    """The squared error, of which what is too low counts for more.

    Source: Newey and Powell 1987, "Asymmetric Least Squares Estimation and Testing", Econometrica 55.
    """
    off = targets - scores
    return (off * off * np.where(off.value > 0.0, HIGH, 1.0 - HIGH)).rows().mean()


def scattered_counts(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of counts that scatter more than their mean says: negative binomial."""
    mean, size = softplus(scores[:1]) + 0.05, softplus(scores[1:]) + 0.1
    likely = log_gamma(size + targets) - log_gamma(size) - gammaln(targets + 1.0)
    both = log(mean + size)
    return -1.0 * (likely + size * (log(size) - both) + (log(mean) - both) * targets).mean()


def composed(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of shares of a whole under a Dirichlet distribution; below 0 if sure."""
    weights = softplus(scores) + 0.1
    spread = log_gamma(weights).rows() - log_gamma(weights.rows())
    return (spread - ((weights - 1.0) * np.log(targets)).rows()).mean()


def doubting(scores: Node, targets: Array) -> Node:
    """Between the error and the cross-entropy: labels that are hardly believed count for little.

    Source: Zhang and Sabuncu 2018, "Generalized Cross Entropy Loss for Training Deep Neural Networks with
    Noisy Labels".
    """
    right = (log_softmax(scores) * targets).rows()
    return (1.0 / DOUBT) * (1.0 - exp(DOUBT * right)).mean()


def out_of_order(scores: Node, targets: Array) -> Node:
    """The share of pairs that stand in the wrong order, with the slope of a log loss of pairs.

    Half of them where there is no pair.
    Source: Burges et al. 2005, "Learning to Rank using Gradient Descent".
    """
    yes, no = (np.flatnonzero(targets[:, 0] == kind) for kind in (1.0, 0.0))
    if not len(yes) or not len(no):
        return 0.0 * scores.mean() + 0.5
    apart = looked_up(scores, yes) - looked_up(scores, no).T
    wrong = float(np.mean(0.5 - 0.5 * np.sign(apart.value)))
    return Node(wrong, [(softplus(-1.0 * apart).mean(), lambda up: up)])


def disagreed(scores: Node, targets: Array) -> Node:
    """One minus how well two rows of numbers agree, in their level, their spread and their ups and downs.

    Source: Lin 1989, "A Concordance Correlation Coefficient to Evaluate Reproducibility", Biometrics 45.
    """
    share = 1.0 / targets.shape[1]
    levels: Node = share * scores.rows()
    level = targets.mean(axis=1, keepdims=True)
    off: Node = scores - levels
    own = targets - level
    common = share * (off * own).rows()
    spread: Node = share * (off * off).rows() + share * (own**2).sum(axis=1, keepdims=True)
    apart: Node = levels - level
    agreed: Node = 2.0 * common * exp(-1.0 * log(spread + apart * apart + 1e-6))
    return 1.0 - agreed.mean()


def _lower(a: Node, b: Array) -> Node:
    """The lower of two, place by place."""
    return a - relu(a - b)


def boxed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What something is, and from where to where it goes.

    Source: Rezatofighi et al. 2019, "Generalized Intersection over Union"; of intervals.
    """
    answer = dense(p, inputs)
    half = softplus(answer[1:2]) + 0.05
    begin, end = answer[:1] - half, answer[:1] + half
    begins, ends = targets[:, :1], targets[:, 1:2]
    shared = relu(_lower(end, ends) + _lower(-1.0 * begin, -begins))
    covered: Node = 2.0 * half + (ends - begins) - shared
    hull = -1.0 * (_lower(begin, begins) + _lower(-1.0 * end, -ends))
    overlap = shared * exp(-1.0 * log(covered)) + covered * exp(-1.0 * log(hull))
    return {"class_": cross_entropy(answer[2:], targets[:, 2:]), "box": 2.0 - overlap.mean()}


def by_time(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which way a noisy point moves, in four parts by how far the noise has come.

    Source: Salimans and Ho 2022, "Progressive Distillation for Fast Sampling of Diffusion Models".
    """
    n = len(inputs)
    time = (((np.arange(n) + rng.random()) / n) % 1.0)[:, None]
    noise = rng.normal(size=inputs.shape)
    angle = 0.5 * np.pi * time
    seen = np.cos(angle) * inputs + np.sin(angle) * noise
    way = np.cos(angle) * noise - np.sin(angle) * inputs
    off = dense(p, np.hstack([seen, np.cos(2.0 * angle), np.sin(2.0 * angle), seen * (1.0 - time)])) - way
    errors = 0.5 * (off * off).rows()
    quarter = np.minimum((4.0 * time).astype(np.int64), 3)
    return {f"quarter_{q}": (errors * (quarter == q).astype(np.float64)).mean() for q in range(4)}


def captioned(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which of the captions of a sheet is that of a picture, and the other way round; how sharp is learnt.

    Source: Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision".
    """
    pictures = of_length_one(dense(p[:4], inputs.reshape(-1, EMBEDDED)))
    captions = of_length_one(dense(p[4:8], targets.reshape(-1, EMBEDDED)))
    first = np.arange(len(pictures.value)) // SIDES * SIDES
    place = np.arange(len(pictures.value)) % SIDES
    loss = Node(0.0)
    for own, others in ((pictures, captions), (captions, pictures)):
        near = Node(np.zeros((len(place), SIDES)))
        for by in range(SIDES):  # the right one stands in the first column
            other = looked_up(others, first + (place + by) % SIDES)
            near = near + (own * other).rows() @ FIXED_ROWS[by : by + 1]
        loss = loss - 0.5 * log_softmax(near * exp(p[8]))[:1].mean()
    return {"loss": loss}


def doubled(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Two views shall look alike, the numbers of what they look like spread and tell different things.

    Source: Bardes, Ponce and LeCun 2022, "VICReg".
    """
    views = [dense(p, inputs + VIEWED * rng.normal(size=inputs.shape)) for _ in range(2)]
    parts: Parts = {"alike": SIMILAR * half_square(views[0] - views[1]), "spread": Node(0.0)}
    parts["common"] = Node(0.0)
    width = views[0].value.shape[1]
    for view in views:
        off: Node = view - view.columns()
        common = (1.0 / len(inputs)) * (off.T @ off)
        spread = exp(0.5 * log((off * off).columns() + 1e-4))
        parts["spread"] = parts["spread"] + relu(1.0 - spread).mean()
        others = common * (1.0 - np.eye(width))
        parts["common"] = parts["common"] + (1.0 / width) * (others * others).rows().T.rows().mean()
    return parts


def cautious(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What an action is worth, and that those are not overrated which nobody took; that falls below 0.

    Source: Kumar et al. 2020, "Conservative Q-Learning for Offline Reinforcement Learning".
    """
    now, later = np.hsplit(inputs, 2)
    taken, reward = targets[:, :CHOICES], targets[:, CHOICES:]
    worth = dense(p, now)
    own = (worth * taken).rows()
    best = dense(p, later).fixed.max(axis=1, keepdims=True)
    return {
        "td": half_square(own - (reward + LATER * best)),
        "conservative": CAUTION * (log_sum_exp(worth) - own).mean(),
    }


def tagged(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood of the tags of a sentence, of which each depends on the one before.

    Source: Lafferty, McCallum and Pereira 2001, "Conditional Random Fields"; Lample et al. 2016.
    """
    n, follows = len(inputs), p[4]
    features = inputs.reshape(n, SENTENCE, -1)
    answers = np.eye(TAGS)[targets.astype(np.int64)]
    far, own = Node(np.zeros((n, TAGS))), Node(0.0)
    for t in range(SENTENCE):
        fits = dense(p[:4], features[:, t])
        own = own + (fits * answers[:, t]).rows()
        if t:
            own = own + ((answers[:, t - 1] @ follows) * answers[:, t]).rows()
            top = far.value.max(axis=1, keepdims=True)
            far = log(exp(far - top) @ exp(follows)) + top
        far = far + fits
    return {"loss": (1.0 / SENTENCE) * (log_sum_exp(far) - own).mean()}


def left_early(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Classes from each of three layers, so that easy ones need not go through all.

    Source: Teerapittayanon, McDanel and Kung 2016, "BranchyNet".
    """
    state, parts = Node(inputs), Parts()
    for i, weight in enumerate((0.3, 0.3, 1.0)):
        layer, leave = p[4 * i : 4 * i + 2], p[4 * i + 2 : 4 * i + 4]
        state = tanh(dense(layer, state))
        parts[f"exit_{i + 1}"] = weight * cross_entropy(dense(leave, state), targets)
    return parts


def taken_apart(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What a few of many features make of an input, and a penalty on how many.

    Source: Bricken et al. 2023, "Towards Monosemanticity".
    """
    features = relu(dense(p[:2], inputs - p[3]))
    return {
        "error": half_square(features @ p[2] + p[3] - inputs),
        "sparse": SPARSE * features.rows().mean(),
    }


def in_turn(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood of switches, each by those before it.

    Source: Germain et al. 2015, "MADE: Masked Autoencoder for Distribution Estimation".
    """
    sees = [unit % (BITS - 1) for unit in range(len(p[0].value[0]))]  # the switches up to that one
    into: Array = np.tri(BITS)[sees].T
    out: Array = 1.0 - into.T
    units = tanh(inputs @ (p[0] * into) + p[1])
    scores = units @ (p[2] * out) + p[3]
    return {"loss": (softplus(scores) - scores * targets).rows().mean()}


def remitted(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Who of a set is the next one; they stand in the order of their times, of which some are only bounds.

    Source: Cox 1972, "Regression Models and Life-Tables", JRSS B 34; stratified.
    """
    risk = reshaped(dense(p, inputs.reshape(len(inputs) * SIDES, -1)), len(inputs), SIDES)
    loss = Node(0.0)
    for i in range(SIDES - 1):
        loss = loss + ((log_sum_exp(risk[i:]) - risk[i : i + 1]) * targets[:, i : i + 1]).mean()
    return {"loss": (1.0 / (SIDES - 1)) * loss}
