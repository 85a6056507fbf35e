"""The chapter of a report that compares scenarios: what differs, what that changes, and how sure that is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.report.comparison_findings import (
    binding_finding,
    interaction_findings,
    level_finding,
    scenario_findings,
)
from sim.report.comparison_tables import ComparisonTables
from sim.report.document.comparison_sheets import (
    cause_sheet,
    interaction_sheet,
    level_sheets,
    other_sheets,
    pairing_sheet,
    target_sheets,
)
from sim.report.document.differing_inputs import input_blocks
from sim.report.document.parts import Block, Listing, Paragraph, Picture, Section
from sim.report.document.pictures import picture
from sim.report.figures.comparison_targets import most_changed_target, target_finding
from sim.report.findings import force_finding
from sim.report.wording import capitalised

if TYPE_CHECKING:
    import pandas as pd


def comparison_answer(tables: ComparisonTables) -> list[Block]:
    """Return what opens a report of several scenarios: the answer in words, and one figure."""
    base = tables.comparison.baseline
    sentences = [f"In the baseline ({tables.name(base)}): {force_finding(tables.baseline)}."]
    target = most_changed_target(tables)
    sentences += [f"{target_finding(tables, target)}."] if target else []
    sentences += [f"{binding_finding(tables)}.", *interaction_findings(tables)]
    return [
        Paragraph(f"{level_finding(tables)}.", leading=True),
        Listing(tuple(sentences)),
        _effects_picture(tables),
    ]


def comparison_sections(tables: ComparisonTables) -> tuple[Section, ...]:
    """Return the chapter: inputs, force level, targets, what holds troops back, two changes together, pairing."""
    base = tables.name(tables.comparison.baseline)
    target = most_changed_target(tables)
    causes = cause_sheet(tables)
    parts = [
        Section(f"Compared with {base}", (_changes_in_words(tables),)),
        Section("What differs in the inputs", tuple(input_blocks(tables)), 2),
        Section(
            "Force level",
            (
                _fans_picture(tables),
                _differences_picture(tables),
                *level_sheets(tables),
                _distributions_picture(tables),
                *other_sheets(tables),
            ),
            2,
        ),
    ]
    if target:
        parts.append(Section("Targets", (_target_picture(tables, target), *target_sheets(tables)), 2))
    held = [_binding_picture(tables), *([causes] if causes else [])]
    parts.append(Section("What holds the force back", tuple(held), 2))
    if len(tables.comparison.interactions):
        together: list[Block] = [Listing(tuple(interaction_findings(tables))), interaction_sheet(tables)]
        parts.append(Section("Two changes together", tuple(together), 2))
    return (*parts, Section("How they were compared", (pairing_sheet(tables),), 2))


def contributors_picture(tables: ComparisonTables, label: str) -> Picture:
    """Return what a scenario changes contributor by contributor, for its own chapter."""
    from sim.report.figures.effects import draw_contributor_effects

    caption = f"{label}: mean troops of each contributor on {tables.day}, less the baseline's."
    data = tables.comparison.rows("contributor_level", label)
    draw = partial(draw_contributor_effects, label=label)
    alternative = f"Dot plot. {_changes_of(tables, label)}"
    return picture(f"{label}-contributors", draw, tables, caption, alternative, data, wide=False)


def _changes_in_words(tables: ComparisonTables) -> Listing:
    return Listing(tuple(_changes_of(tables, label) for label in tables.others))


def _changes_of(tables: ComparisonTables, label: str) -> str:
    return f"{tables.name(label)}: {' '.join(scenario_findings(tables, label))}"


def _effects_picture(tables: ComparisonTables) -> Picture:
    from sim.report.figures.effects import draw_effects

    rows = tables.comparison.rows("level_mean")
    caption = f"What each scenario changes in the mean force on {tables.day}."
    alternative = f"Ranked dot plot. {level_finding(tables)}."
    return picture("comparison-effects", draw_effects, tables, caption, alternative, rows)


def _fans_picture(tables: ComparisonTables) -> Picture:
    from sim.report.figures.comparison_fans import draw_comparison_fans

    data = _together({label: tables.of(label).fan for label in tables.labels})
    caption = "Force level of every scenario, on the same axes."
    alternative = f"A fan chart for each scenario. {level_finding(tables)}."
    return picture("comparison-fans", draw_comparison_fans, tables, caption, alternative, data)


def _differences_picture(tables: ComparisonTables) -> Picture:
    from sim.report.figures.difference_fans import draw_difference_fans

    data = _together({label: tables.difference(label) for label in tables.others})
    caption = "By how many troops every scenario differs from the baseline."
    alternative = f"A chart of differences over time for each scenario. {level_finding(tables)}."
    return picture("comparison-differences", draw_difference_fans, tables, caption, alternative, data)


def _distributions_picture(tables: ComparisonTables) -> Picture:
    from sim.report.figures.level_distributions import draw_level_distributions

    data = tables.comparison.table
    data = data[data["measure"].isin(("level_mean", "level_q50")) & (data["date"] == tables.date.isoformat())]
    caption = f"How the force on {tables.day} differs from world to world."
    alternative = f"Distributions side by side. {level_finding(tables)}."
    return picture("comparison-distributions", draw_level_distributions, tables, caption, alternative, data)


def _target_picture(tables: ComparisonTables, target: str) -> Picture:
    from sim.report.figures.comparison_targets import draw_comparison_targets

    curves = {label: tables.curve(label, target) for label in tables.labels}
    data = _together({label: curve for label, curve in curves.items() if curve is not None})
    caption = "The target whose chance changes most, over time."
    alternative = f"Curves over time. {target_finding(tables, target)}."
    draw = partial(draw_comparison_targets, target=target)
    return picture("comparison-target", draw, tables, caption, alternative, data)


def _binding_picture(tables: ComparisonTables) -> Picture:
    from sim.report.figures.comparison_binding import draw_comparison_binding

    caption = "What holds pledged troops back in every scenario, mean over the whole run."
    alternative = f"Stacked bars. {capitalised(binding_finding(tables))}."
    data = tables.comparison.rows("troop_days")
    return picture("comparison-binding", draw_comparison_binding, tables, caption, alternative, data)


def _together(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    parts = [table.assign(scenario=label) for label, table in tables.items()]
    return pd.concat(parts, ignore_index=True)
