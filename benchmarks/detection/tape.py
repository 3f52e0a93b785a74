"""Gradients of a loss that is written down forwards only: what a loss of several parts is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sample_logs.training import Array, Parameters, stable_softmax

Pull = Callable[[Array], Array]  # the gradient of the loss by a value -> by what it was made of
SHORTEST = 1e-9  # added to a squared length: that of a row of zeros has no logarithm


class Node:
    """A value, and what it was made of. Operands that are plain arrays are constants.

    Source: reverse accumulation, Linnainmaa 1976, BIT Numerical Mathematics 16.
    """

    __array_ufunc__ = None  # an array on the left leaves the operation to the node
    __slots__ = ("made_of", "value")

    def __init__(self, value: Array | float, made_of: Sequence[tuple[Node, Pull]] = ()) -> None:
        self.value: Array = np.asarray(value, dtype=np.float64)
        self.made_of = made_of

    def __add__(self, other: Node | Array | float) -> Node:
        return _of_two(self, other, lambda a, b: a + b, lambda up, a, b: up, lambda up, a, b: up)

    __radd__ = __add__

    def __mul__(self, other: Node | Array | float) -> Node:
        return _of_two(self, other, lambda a, b: a * b, lambda up, a, b: up * b, lambda up, a, b: up * a)

    __rmul__ = __mul__

    def __sub__(self, other: Node | Array | float) -> Node:
        return self + (-1.0) * other

    def __rsub__(self, other: Array | float) -> Node:
        return (-1.0) * self + other

    def __matmul__(self, other: Node | Array) -> Node:
        return _of_two(self, other, lambda a, b: a @ b, lambda up, a, b: up @ b.T, lambda up, a, b: a.T @ up)

    def __rmatmul__(self, other: Array) -> Node:
        return Node(other) @ self

    def __getitem__(self, columns: slice) -> Node:
        """Some of the columns of a matrix."""

        def pull(up: Array) -> Array:
            whole = np.zeros_like(self.value)
            whole[:, columns] = up
            return whole

        return Node(self.value[:, columns], [(self, pull)])

    @property
    def T(self) -> Node:
        """The transposed matrix."""
        return Node(self.value.T, [(self, lambda up: up.T)])

    @property
    def fixed(self) -> Array:
        """The value as a constant: no gradient goes back through it."""
        return self.value

    def mean(self) -> Node:
        """The mean of all values."""
        return Node(
            float(self.value.mean()), [(self, lambda up: np.full_like(self.value, up / self.value.size))]
        )

    def rows(self) -> Node:
        """The sum of each row, shape (n, 1)."""
        sums = self.value.sum(axis=1, keepdims=True)
        return Node(sums, [(self, lambda up: np.broadcast_to(up, self.value.shape))])

    def columns(self) -> Node:
        """The mean of each column, shape (1, k)."""
        means, n = self.value.mean(axis=0, keepdims=True), len(self.value)
        return Node(means, [(self, lambda up: np.broadcast_to(up / n, self.value.shape))])


def _of_two(
    left: Node | Array | float,
    right: Node | Array | float,
    forward: Callable[[Array, Array], Array],
    pull_left: Callable[[Array, Array, Array], Array],
    pull_right: Callable[[Array, Array, Array], Array],
) -> Node:
    a = left.value if isinstance(left, Node) else np.asarray(left, dtype=np.float64)
    b = right.value if isinstance(right, Node) else np.asarray(right, dtype=np.float64)
    made_of: list[tuple[Node, Pull]] = []
    if isinstance(left, Node):
        made_of.append((left, lambda up: _as_shaped(pull_left(up, a, b), a.shape)))
    if isinstance(right, Node):
        made_of.append((right, lambda up: _as_shaped(pull_right(up, a, b), b.shape)))
    return Node(forward(a, b), made_of)


def _as_shaped(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Summed over the axes along which a value of that shape was repeated."""
    if gradient.shape == shape:
        return gradient
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    repeated = tuple(i for i, length in enumerate(shape) if length == 1 and gradient.shape[i] != 1)
    return gradient.sum(axis=repeated, keepdims=True) if repeated else gradient


def tanh(node: Node) -> Node:
    """The hyperbolic tangent."""
    value = np.tanh(node.value)
    return Node(value, [(node, lambda up: up * (1.0 - value**2))])


def relu(node: Node) -> Node:
    """The value, or 0 where it is below."""
    return Node(np.maximum(node.value, 0.0), [(node, lambda up: up * (node.value > 0.0))])


def sigmoid(node: Node) -> Node:
    """The logistic function."""
    value = 0.5 * (1.0 + np.tanh(0.5 * node.value))
    return Node(value, [(node, lambda up: up * value * (1.0 - value))])


def log(node: Node) -> Node:
    """The natural logarithm."""
    return Node(np.log(node.value), [(node, lambda up: up / node.value)])


def log_sum_exp(node: Node) -> Node:
    """The logarithm of the sum of the exponentials of each row, shape (n, 1)."""
    highest = node.value.max(axis=1, keepdims=True)
    return log(exp(node - highest).rows()) + highest


def of_length_one(node: Node) -> Node:
    """Each row of `node` divided by its length; one of zeros stays so."""
    return node * exp(-0.5 * log((node * node).rows() + SHORTEST))


def looked_up(table: Node, places: NDArray[np.int64]) -> Node:
    """The rows of `table` at `places`, shape (n,)."""

    def pull(up: Array) -> Array:
        whole = np.zeros_like(table.value)
        np.add.at(whole, places, up)
        return whole

    return Node(table.value[places], [(table, pull)])


def sine(node: Node) -> Node:
    """The sine."""
    slope = np.cos(node.value)
    return Node(np.sin(node.value), [(node, lambda up: up * slope)])


def exp(node: Node) -> Node:
    """The exponential."""
    value = np.exp(node.value)
    return Node(value, [(node, lambda up: up * value)])


def softplus(node: Node) -> Node:
    """The logarithm of one more than the exponential: the loss of a yes or no."""
    slope = 0.5 * (1.0 + np.tanh(0.5 * node.value))
    return Node(np.logaddexp(0.0, node.value), [(node, lambda up: up * slope)])


def log_softmax(node: Node) -> Node:
    """The logarithm of the share of each column, row by row."""
    share = stable_softmax(node.value)
    value = np.log(np.maximum(share, 1e-30))
    return Node(value, [(node, lambda up: up - share * up.sum(axis=1, keepdims=True))])


def cross_entropy(scores: Node, targets: Array) -> Node:
    """The mean cross-entropy of class shares `targets` under `scores`, both of shape (n, k)."""
    return -1.0 * (log_softmax(scores) * targets).rows().mean()


def half_square(error: Node) -> Node:
    """Half the squared error summed over the columns, on average over the rows."""
    return 0.5 * (error * error).rows().mean()


def gradients(loss: Node, parameters: Sequence[Node]) -> Parameters:
    """The gradient of `loss`, a single number, by each of `parameters`."""
    found: dict[int, Array] = {id(loss): np.ones_like(loss.value)}
    for node in reversed(_in_order(loss)):
        up = found[id(node)]
        for part, pull in node.made_of:
            added = pull(up)
            found[id(part)] = found[id(part)] + added if id(part) in found else added
    return [np.array(found[id(one)]) if id(one) in found else np.zeros_like(one.value) for one in parameters]


def _in_order(last: Node) -> list[Node]:
    """All that `last` was made of, each node after what it was made of itself."""
    order: list[Node] = []
    seen: set[int] = set()
    waiting = [(last, False)]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting += [(part, False) for part, _ in node.made_of]
    return order
