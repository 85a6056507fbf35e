"""What holds the pledged troops back: by cause, and the largest loss of each contributor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.answers.rows import shown_rows
from sim.report.blocks import Cell, Column, Paragraph, Part, Said, Sheet, joined
from sim.report.findings import binding_finding, counted_force, other_binding_findings
from sim.report.tables import rows_of
from sim.vocabulary import DEPLOYED
from sim.words.causes import cause_label
from sim.words.names import capitalised
from sim.words.numbers import counted, percentage, span, whole

if TYPE_CHECKING:
    from sim.report.tables import Tables

_MOST_CAUSES = 10


def holding_back_part(tables: Tables) -> Part | None:
    """Return troop-days by cause and each contributor's largest loss; None where nobody is pledged."""
    if not len(tables.binding):
        return None
    said = [f"{finding}." for finding in (binding_finding(tables), *other_binding_findings(tables))]
    blocks: tuple[Said, ...] = (Paragraph(" ".join(said)), causes_sheet(tables), *_losses(tables))
    return Part("What holds the rest back", blocks, ("binding_stack", "funnel", "waiting", "facts"))


def causes_sheet(tables: Tables) -> Sheet:
    """Return the causes that cost most troop-days of the headline force, the others in one row."""
    lost = tables.binding[(tables.binding["cause"] != DEPLOYED) & (tables.binding["troop_days"] > 0)]
    lost = lost.sort_values(["troop_days", "cause"], ascending=[False, True])
    rows: list[tuple[Cell, ...]] = [
        (
            capitalised(cause_label(str(row.cause), tables.titles)),
            whole(row.troop_days),
            span(row.low, row.high),
            joined(percentage(row.share)),
        )
        for row in rows_of(lost.head(_MOST_CAUSES))
    ]
    rest = lost.iloc[_MOST_CAUSES:]
    if len(rest):
        words, share = counted(len(rest), "other cause"), joined(percentage(float(rest["share"].sum())))
        rows.append((words, whole(float(rest["troop_days"].sum())), "", share))
    columns = (
        Column("Waiting for, or lost to", folds=True),
        Column("Troop-days", True),
        Column("95 % interval", True),
        Column("Of the pledge", True),
    )
    caption = f"Mean troop-days from start to end ({counted_force(tables)}) by what they are lost to."
    return Sheet(caption, columns, tuple(rows))


def _losses(tables: Tables) -> list[Sheet]:
    """The largest loss of each contributor, and what part of its pledge it serves."""
    found: list[tuple[float, str, tuple[Cell, ...]]] = []
    for name, own in tables.binding_by_contributor.groupby("contributor"):
        lost = own[(own["cause"] != DEPLOYED) & (own["troop_days"] > 0)]
        lost = lost.sort_values(["troop_days", "cause"], ascending=[False, True])
        if len(lost):
            row = rows_of(lost)[0]
            served = float(own.loc[own["cause"] == DEPLOYED, "share"].sum())
            cells = (
                tables.contributor_name(str(name)),
                capitalised(cause_label(str(row.cause), tables.titles)),
                whole(row.troop_days),
                span(row.low, row.high),
                joined(percentage(row.share)),
                joined(percentage(served)),
            )
            found.append((float(row.troop_days), str(name), cells))
    if not found:
        return []
    columns = (
        Column("Contributor", folds=True),
        Column("Largest loss to", folds=True),
        Column("Troop-days", True),
        Column("95 % interval", True, wide=True),
        Column("Of its pledge", True),
        Column("Served", True),
    )
    ordered = sorted(found, key=lambda entry: (-entry[0], entry[1]))
    caption = f"Each contributor's largest single loss ({counted_force(tables)}), and the part of its pledge served."
    return [Sheet(caption, columns, shown_rows([cells for _, _, cells in ordered], "contributor"))]
