"""Large arrays whose memory goes back to the system once nobody needs it."""

from __future__ import annotations

import ctypes
import mmap
import sys
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_LARGE_BYTES = 1 << 16  # below, a mapping of whole pages costs more than it gives back
_TEMPORARY_BYTES = 1 << 24  # more than the temporary arrays of a stretch take together

_Number = TypeVar("_Number", np.uint8, np.int64, np.float64)


def room_for(count: int, dtype: type[_Number]) -> NDArray[_Number]:
    """Return an uninitialised array of shape (count,); pages that are never written cost no memory.

    Large ones are mapped, not allocated: in the allocator's heap the columns that are kept would lie between
    temporary arrays, whose memory could then not be given back.
    """
    size = count * np.dtype(dtype).itemsize
    if size < _LARGE_BYTES or sys.platform == "win32":
        return np.empty(count, dtype)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    return np.frombuffer(mmap.mmap(-1, size, flags=flags), dtype)


def keep_freed() -> None:
    """Make the allocator keep freed memory until `give_back`: getting it anew costs more than filling it.

    glibc gives a freed block back at once if it is larger than any block freed before. So one large block is
    freed here; nothing writes to it, so it takes no memory.
    """
    np.empty(_TEMPORARY_BYTES, np.uint8)


def give_back() -> None:
    """Return to the system what the allocator keeps of arrays that are gone, where it can be told to."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc
        if trim is not None:
            trim(0)
