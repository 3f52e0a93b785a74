"""What the diagnosis of long curves costs."""

import os

# As `losstui.start` does before numpy is imported; waiting threads would count where the machine is busy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
