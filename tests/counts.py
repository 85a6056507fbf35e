"""How many examples a property is tried on: few by default, so that the suite stays short; more on request."""

from __future__ import annotations

import os


def examples(usual: int) -> int:
    """Return how many examples to try: the usual number, times `ISF_TEST_TIMES` of the environment (default 1)."""
    return usual * int(os.environ.get("ISF_TEST_TIMES", "1"))
