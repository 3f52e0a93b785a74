"""How well training curves are diagnosed: labelled runs, the tools beside each other, one table."""

import os

# The matrices are small: threads cost more than they give, and they add in an order of their own.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
