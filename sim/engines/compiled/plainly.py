"""Whether the twin runs as plain Python: for debugging, and as a rival in benchmarks."""

import os

PURE = os.environ.get("NUMBA_DISABLE_JIT", "0") == "1"
"""As numba reads it, so that one word switches off both."""
