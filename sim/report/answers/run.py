"""All answers of a run, in the order in which they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.answers.arrivals import arrivals_part, departures_part
from sim.report.answers.costs import costs_part
from sim.report.answers.holding_back import holding_back_part
from sim.report.answers.levels import levels_part
from sim.report.answers.requirements import requirements_part
from sim.report.answers.targets import targets_part
from sim.report.answers.track_record import track_record_part

if TYPE_CHECKING:
    from sim.report.blocks import Part
    from sim.report.tables import Tables

ANSWERS = (
    levels_part,
    targets_part,
    arrivals_part,
    departures_part,
    holding_back_part,
    requirements_part,
    costs_part,
    track_record_part,
)
"""Each returns a part, or None where the run has nothing to say of it."""


def run_parts(tables: Tables) -> tuple[Part, ...]:
    """Return what a run says after page one."""
    return tuple(part for answer in ANSWERS if (part := answer(tables)) is not None)
