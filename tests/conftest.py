"""What every test shares."""

from __future__ import annotations

import os

from hypothesis import settings

# First calls import what they need, and machines that run tests are busy: a deadline would measure those. On a CI
# machine the examples are the same every time, so that a change is judged by what it does and not by a lucky draw.
settings.register_profile("isf", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("isf")
