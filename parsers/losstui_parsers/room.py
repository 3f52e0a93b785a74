"""Memory for large arrays, which goes back to the system once nobody needs it."""

from __future__ import annotations

import ctypes
import mmap
import sys
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_LARGE_BYTES = 1 << 16
_TEMPORARY_BYTES = 1 << 24  # more than the temporary arrays of a stretch take together

_Number = TypeVar("_Number", np.uint8, np.int64, np.float64)


def room_for(count: int, dtype: type[_Number]) -> NDArray[_Number]:
    """Return an array of shape (count,) with anything in it; what stays unused of it costs no memory.

    Large ones do not come from the allocator: columns that are kept would lie between temporary arrays
    there, which then cannot be given back.
    """
    size = count * np.dtype(dtype).itemsize
    if size < _LARGE_BYTES or sys.platform == "win32":
        return np.empty(count, dtype)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    return np.frombuffer(mmap.mmap(-1, size, flags=flags), dtype)


def keep_freed() -> None:
    """Make the allocator keep what is freed until `give_back`: to get it anew costs more than to fill it.

    glibc returns blocks at once that are larger than the largest one it has seen freed. Nothing writes to
    this one, so it takes no memory.
    """
    np.empty(_TEMPORARY_BYTES, np.uint8)


def give_back() -> None:
    """Return to the system what the allocator keeps of arrays that are gone, where it can be told to."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc
        if trim is not None:
            trim(0)
