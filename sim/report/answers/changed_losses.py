"""What holds troops back more or less than in the baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim.report.answers.changed_levels import CLEAR, changed, difference_columns
from sim.report.blocks import Part, Sheet
from sim.report.comparison_findings import cause_in_words
from sim.vocabulary import DEPLOYED
from sim.words.names import capitalised

if TYPE_CHECKING:
    from sim.report.comparison_tables import ComparisonTables

_MOST_CAUSES = 4


def losses_part(tables: ComparisonTables) -> Part:
    """Return the causes that gain and lose most troop-days in each scenario."""
    rows = [
        (tables.name(label), capitalised(cause_in_words(tables, label, row.item)), *changed(row))
        for label in tables.others
        for row in _most_changed([each for each in tables.effects("troop_days") if each.scenario == label])
    ]
    caption = "Mean troop-days from start to end, all forces: the causes that clearly gain and lose most."
    sheet = Sheet(caption, difference_columns("Waiting for, or lost to"), tuple(rows), grouped=True)
    return Part("What holds the force back", (sheet,) if rows else (), ("binding",))


def _most_changed(rows: Sequence[Any]) -> Iterator[Any]:
    """The clear changes of causes, the largest gains first and the largest losses last."""
    clear = [row for row in rows if row.verdict in CLEAR and row.item != DEPLOYED]
    ordered = sorted(clear, key=lambda row: (-row.difference, row.item))
    yield from [row for row in ordered if row.difference > 0][:_MOST_CAUSES]
    yield from [row for row in ordered if row.difference < 0][-_MOST_CAUSES:]
