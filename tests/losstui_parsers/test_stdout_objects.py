"""Numbers that a loop prints as objects of its library: print("Epoch", epoch, "loss", loss)."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui_parsers.columns import unwrap_objects
from text_logs import read_output, steps, values

OBJECTS = [
    "tensor({}, grad_fn=<NllLossBackward0>)",
    "tensor({}, device='cuda:0', dtype=torch.float64, grad_fn=<MeanBackward0>)",
    "tensor([{}])",
    "np.float64({})",
    "numpy.float32({})",
    "array({}, dtype=float32)",
    "Array({}, dtype=float32, weak_type=True)",
    "DeviceArray({}, dtype=float32)",
    "tf.Tensor({}, shape=(), dtype=float32)",
    "<tf.Tensor: shape=(), dtype=float32, numpy={}>",
]
LINES = [
    "Epoch {} loss {} val_loss {}",
    "Epoch: {}, loss: {}, val_loss: {}",
    "epoch={} loss={} val_loss={}",
    "Epoch {}: loss {} | val_loss {}",
    "{{'epoch': {}, 'loss': {}, 'val_loss': {}}}",
]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("written", OBJECTS)
def test_number_is_taken_from_the_object(written: str, line: str, tmp_path: Path) -> None:
    text = "".join(
        line.format(epoch, written.format(2.5 - epoch / 4), written.format(3.5 - epoch / 4)) + "\n"
        for epoch in range(4)
    )
    run = read_output(tmp_path, text)
    assert sorted(run.frame) == ["loss", "val_loss"]
    assert steps(run, "loss") == [0, 1, 2, 3]
    assert values(run, "loss") == [2.5, 2.25, 2.0, 1.75]
    assert values(run, "val_loss") == [3.5, 3.25, 3.0, 2.75]


@pytest.mark.parametrize(
    "line", ["Epoch [3] loss [0.5]", "tensor of shape (3, 4)", "array(", "in 64(bits)", "rand(1) 16(2, 3)"]
)
def test_what_is_no_object_of_a_library_is_left_as_it_is(line: str) -> None:
    assert unwrap_objects(line) == line
