"""Programs that fit a model by a general optimiser and print a line an iteration."""

from __future__ import annotations

import re
from typing import ClassVar, Final

from losstui_parsers.stdout_lines.record import LineFamily, Record

_REAL = r"([-+]?\d+(?:\.\d*)?(?:[eEdD][-+]?\d+)?|nan|inf)"  # Fortran writes "6.5D-01"

# Each with the iteration first, and the names of the numbers behind it.
_LINES: Final[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = (
    (  # CRF++
        re.compile(rf"\s*iter=(\d+) terr={_REAL} serr={_REAL} act=\d+ obj={_REAL} diff=.*"),
        ("train/token error", "train/sequence error", "loss"),
    ),
    (  # Wapiti
        re.compile(rf"\s*\[ *(\d+)\] obj={_REAL} +act=\d+ +err= *{_REAL}%/ *{_REAL}%.*"),
        ("loss", "train/token error", "train/sequence error"),
    ),
    (  # liblinear
        re.compile(rf"\s*iter +(\d+) act \S+ pre \S+ delta \S+ f {_REAL} \|g\| {_REAL} CG +\d+\s*"),
        ("loss", "grad_norm"),
    ),
    (  # SciPy's L-BFGS-B
        re.compile(rf"\s*At iterate +(\d+) +f= +{_REAL} +\|proj g\|= +{_REAL}\s*"),
        ("loss", "grad_norm"),
    ),
    (re.compile(r"\s*iter +(\d+) value (-?\d+\.\d{6})\s*"), ("loss",)),  # R's optim and nnet
)


class Iterations(LineFamily):
    """`At iterate   10    f=  6.5D-01    |proj g|=  2.2D-02`, `iter=3 terr=0.5 serr=0.9 act=9 obj=12.5 …`.

    What is minimised is the loss, be it called `f`, `obj` or `value`.
    """

    title: ClassVar[str] = "CRF++, Wapiti, liblinear, L-BFGS-B or R's optim"
    marks: ClassVar[tuple[str, ...]] = ("iter=", "obj=", "|g|", "At iterate", " value ")

    def read(self, line: str) -> Record | None:
        """The values of one iteration."""
        for pattern, names in _LINES:
            match = pattern.fullmatch(line)
            if match:
                step, *numbers = match.groups()
                values = [float(number.upper().replace("D", "E")) for number in numbers]
                return Record(list(zip(names, values, strict=True)), float(step))
        return None
