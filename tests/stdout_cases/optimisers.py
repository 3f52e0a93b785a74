"""Programs that hand their model to a general optimiser."""

from __future__ import annotations

from losstui.run import StepUnit
from stdout_cases.case import Case

TITLE = "CRF++, Wapiti, liblinear, L-BFGS-B or R's optim"
CRF_PLUS_PLUS = """\
Number of sentences: 12
iter=0 terr=0.75000 serr=1.00000 act=900 obj=500.50000 diff=1.00000
iter=1 terr=0.50000 serr=0.75000 act=900 obj=250.25000 diff=0.50000
iter=2 terr=0.25000 serr=0.50000 act=900 obj=125.12500 diff=0.50000
"""
WAPITI = """\
* Train the model with l-bfgs
  [   1] obj=900.50     act=1200     err=50.00%/100.00% time=0.25s/0.25s
  [   2] obj=450.25     act=1100     err=25.50%/75.00% time=0.25s/0.50s
  [   3] obj=225.00     act=1000     err= 5.25%/50.00% time=0.25s/0.75s
"""
LIBLINEAR = """\
iter  1 act 5.5e+03 pre 5.0e+03 delta 1.0e+00 f 9.5e+03 |g| 1.5e+04 CG   3
iter  2 act 2.5e+03 pre 2.0e+03 delta 1.0e+00 f 4.5e+03 |g| 2.5e+03 CG   4
iter  3 act 1.5e+02 pre 1.0e+02 delta 1.0e+00 f 2.5e+03 |g| 5.0e+02 CG  12
"""
L_BFGS_B = """\
RUNNING THE L-BFGS-B CODE
 N =          650     M =           10
At iterate    0    f=  2.50000D+00    |proj g|=  5.00000D-01
At iterate   50    f=  1.25000D+00    |proj g|=  2.50000D-02
At iterate  100    f=  7.50000D-01    |proj g|=  1.25000D-03
"""
R_OPTIM = """\
# weights:  25
initial  value 90.500000
iter  10 value 45.250000
iter  20 value 22.500000
iter  30 value 11.250000
final  value 11.000000
"""

CASES: list[Case] = [
    (
        TITLE,
        CRF_PLUS_PLUS,
        StepUnit.STEP,
        {
            "loss": ([0, 1, 2], [500.5, 250.25, 125.125]),
            "train/token error": ([0, 1, 2], [0.75, 0.5, 0.25]),
            "train/sequence error": ([0, 1, 2], [1.0, 0.75, 0.5]),
        },
    ),
    (
        TITLE,
        WAPITI,
        StepUnit.STEP,
        {
            "loss": ([1, 2, 3], [900.5, 450.25, 225.0]),
            "train/token error": ([1, 2, 3], [50.0, 25.5, 5.25]),
            "train/sequence error": ([1, 2, 3], [100.0, 75.0, 50.0]),
        },
    ),
    (
        TITLE,
        LIBLINEAR,
        StepUnit.STEP,
        {
            "loss": ([1, 2, 3], [9500.0, 4500.0, 2500.0]),
            "grad_norm": ([1, 2, 3], [15000.0, 2500.0, 500.0]),
        },
    ),
    (
        TITLE,
        L_BFGS_B,
        StepUnit.STEP,
        {
            "loss": ([0, 50, 100], [2.5, 1.25, 0.75]),
            "grad_norm": ([0, 50, 100], [0.5, 0.025, 0.00125]),
        },
    ),
    (TITLE, R_OPTIM, StepUnit.STEP, {"loss": ([10, 20, 30], [45.25, 22.5, 11.25])}),
]
