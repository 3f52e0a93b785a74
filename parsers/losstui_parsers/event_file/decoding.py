"""Turns the bytes of many records at once into numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray


def decode_steps(raw: NDArray[np.unsignedinteger[Any]], width: int) -> IntArray:
    """Return the steps whose varints, `width` bytes each, are the low bytes of `raw`; any shape."""
    wide = raw if width <= 4 and raw.dtype == np.uint32 else raw.astype(np.uint64)
    kind = wide.dtype.type
    steps = wide & kind(127)
    for byte in range(1, width):
        steps |= wide >> kind(byte) & kind(127 << 7 * byte)
    return steps.astype(np.int64)


def decode_numbers(raw: NDArray[np.unsignedinteger[Any]], dtype: str) -> FloatArray:
    """Return the numbers whose bytes are the low bytes of `raw`; `dtype` as in `wire`; any shape."""
    if dtype == "bfloat16":
        upper = raw.astype(np.uint16).astype(np.uint32) << np.uint32(16)
        return upper.view(np.float32).astype(np.float64)
    kind = np.dtype(dtype)
    exact = raw.astype(f"<u{kind.itemsize}", copy=False)
    return exact.view(kind).astype(np.float64, copy=False)
