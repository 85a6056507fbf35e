"""What every test shares."""

from __future__ import annotations

from hypothesis import settings

# First calls import what they need, and machines that run tests are busy: a deadline would measure those.
settings.register_profile("isf", deadline=None, print_blob=True)
settings.load_profile("isf")
