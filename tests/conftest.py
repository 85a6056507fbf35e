"""What every test shares."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import Phase, settings

from tests.counts import examples

# Generated scenarios make much garbage beside much that stays (modules, cached runs): looking for it as often as
# Python does by default took a tenth of the tests' time.
gc.set_threshold(50_000, 20, 100)

# First calls import what they need, and machines that run tests are busy: a deadline would measure those. On a CI
# machine the examples are the same every time, so that a change is judged by what it does and not by a lucky draw.
# Where only the verdict counts (tests/mutants), a failing example is not made smaller.
PHASES = [phase for phase in Phase if phase is not Phase.shrink or "ISF_NO_SHRINKING" not in os.environ]
settings.register_profile(
    "isf",
    max_examples=examples(30),
    deadline=None,
    print_blob=True,
    derandomize="CI" in os.environ,
    phases=PHASES,
)
settings.load_profile("isf")


SHORT = ("rules", "scenario", "words")
"""Rooms of which each file takes a few seconds at most."""


def pytest_collection_modifyitems(items):
    """Leave short files to the end, where no process then waits long for another."""
    items.sort(key=lambda item: item.path.parent.name in SHORT)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give each process whole files, in their order: what a file prepares for its tests is prepared once.

    So where `-n` is given and no `--dist`.
    """
    from xdist.scheduler import LoadFileScheduling

    if config.getvalue("dist") != "load":
        return None
    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


@pytest.fixture
def plain_pictures():
    """Pictures of reports are built and not inked (`tests/report/paper.py`): for tests of what is written."""
    from tests.report.paper import white_paper

    with white_paper():
        yield


@pytest.fixture
def no_pictures():
    """Pictures of reports are white and their figures not even built: for tests of what is written beside them."""
    from tests.report.paper import white_paper

    with white_paper(built=False):
        yield
