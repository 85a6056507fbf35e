"""Which numbers of a scenario are those that real missions teach."""

from __future__ import annotations

from collections.abc import Iterator

from sim.report.telling.paragraphs import heading, labelled, paragraph
from sim.scenario.ledger import ledger
from sim.scenario.nodes import Branch
from sim.words.names import printable

LEARNED = ("build_ups_of_missions", "withdrawal_cases")
"""The sources that the table of `isf calibrate` names; see `sim.studies.calibration.table`."""


def taught_lines(root: Branch) -> Iterator[str]:
    """Yield what was learned from real missions and stands in a resolved scenario; nothing where nothing is."""
    found = [each for each in ledger(root) if each.source is not None and each.source.name in LEARNED]
    if not found:
        return
    yield from heading("What real missions teach")
    yield from paragraph(
        "These numbers are learned (isf calibrate); where a contributor writes its own, that holds."
    )
    for each in found:
        yield from labelled(printable(each.path), printable(each.value))
