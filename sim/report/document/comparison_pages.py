"""The chapter of a report that compares scenarios: what differs, what that changes, and how sure that is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.report.blocks import Block, Listing, Paragraph, Picture, Point, Section
from sim.report.comparison_findings import (
    binding_finding,
    interaction_findings,
    level_finding,
    scenario_findings,
)
from sim.report.comparison_tables import ComparisonTables
from sim.report.document.comparison_sheets import (
    cause_sheet,
    following_sheet,
    interaction_sheet,
    level_sheets,
    other_sheets,
    pairing_sheet,
    target_sheets,
)
from sim.report.document.differing_inputs import input_blocks
from sim.report.figures.comparison_targets import most_changed_target, target_finding
from sim.report.findings import force_finding
from sim.report.pictures import picture
from sim.words.names import capitalised

if TYPE_CHECKING:
    import pandas as pd


def comparison_answer(tables: ComparisonTables) -> list[Block]:
    """Return what opens a report of several scenarios: the answer in words, and one figure."""
    target = most_changed_target(tables)
    points = [
        Point(f"{force_finding(tables.baseline)}.", f"Baseline ({tables.name(tables.comparison.baseline)})"),
        *([Point(f"{target_finding(tables, target)}.", "Targets")] if target else []),
        Point(f"{binding_finding(tables)}.", "What holds the force back"),
        *(Point(sentence, "Two changes together") for sentence in interaction_findings(tables)),
    ]
    return [
        Paragraph(f"{level_finding(tables)}.", leading=True),
        Listing(tuple(points)),
        _effects_picture(tables),
    ]


def comparison_sections(tables: ComparisonTables) -> tuple[Section, ...]:
    """Return the chapter: inputs, force level, targets, what holds back, two changes together, pairing."""
    base = tables.name(tables.comparison.baseline)
    target = most_changed_target(tables)
    causes, following = cause_sheet(tables), following_sheet(tables)
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
                *([following] if following else []),
            ),
            2,
        ),
    ]
    if target:
        parts.append(Section("Targets", (_target_picture(tables, target), *target_sheets(tables)), 2))
    held: list[Block] = [_binding_picture(tables), *([causes] if causes else [])]
    parts.append(Section("What holds the force back", tuple(held), 2))
    if len(tables.comparison.interactions):
        said = Listing(tuple(map(Point, interaction_findings(tables))))
        together: list[Block] = [said, interaction_sheet(tables)]
        parts.append(Section("Two changes together", tuple(together), 2))
    return (*parts, Section("How they were compared", (pairing_sheet(tables),), 2))


def contributors_picture(tables: ComparisonTables, label: str) -> Picture:
    """Return what a scenario changes contributor by contributor, for its own chapter."""
    from sim.report.figures.effects import draw_contributor_effects

    caption = f"{label}: mean troops of each contributor on {tables.day}, less the baseline's."
    data = tables.comparison.rows("contributor_level", label)
    draw = partial(draw_contributor_effects, label=label)
    alternative = f"Dot plot. {' '.join(scenario_findings(tables, label))}"
    return picture(
        draw,
        tables,
        name=f"{label}-contributors",
        caption=caption,
        alternative=alternative,
        data=data,
        wide=False,
    )


def _changes_in_words(tables: ComparisonTables) -> Listing:
    return Listing(
        tuple(
            Point(" ".join(scenario_findings(tables, label)), tables.name(label)) for label in tables.others
        )
    )


def _effects_picture(tables: ComparisonTables) -> Picture:
    from sim.report.figures.effects import draw_effects

    rows = tables.comparison.rows("level_mean")
    caption = f"What each scenario changes in the mean force on {tables.day}."
    alternative = f"Ranked dot plot. {level_finding(tables)}."
    return picture(
        draw_effects, tables, name="comparison-effects", caption=caption, alternative=alternative, data=rows
    )


def _fans_picture(tables: ComparisonTables) -> Picture:
    from sim.report.figures.comparison_fans import draw_comparison_fans

    data = _together({label: tables.of(label).fan for label in tables.labels})
    caption = "Force level of every scenario, on the same axes."
    alternative = f"A fan chart for each scenario. {level_finding(tables)}."
    return picture(
        draw_comparison_fans,
        tables,
        name="comparison-fans",
        caption=caption,
        alternative=alternative,
        data=data,
    )


def _differences_picture(tables: ComparisonTables) -> Picture:
    from sim.report.figures.difference_fans import draw_difference_fans

    data = _together({label: tables.difference(label) for label in tables.others})
    caption = "By how many troops every scenario differs from the baseline."
    alternative = f"A chart of differences over time for each scenario. {level_finding(tables)}."
    return picture(
        draw_difference_fans,
        tables,
        name="comparison-differences",
        caption=caption,
        alternative=alternative,
        data=data,
    )


def _distributions_picture(tables: ComparisonTables) -> Picture:
    from sim.report.figures.level_distributions import draw_level_distributions

    data = tables.comparison.table
    data = data[data["measure"].isin(("level_mean", "level_q50")) & (data["date"] == tables.date.isoformat())]
    caption = f"How the force on {tables.day} differs from world to world."
    alternative = f"Distributions side by side. {level_finding(tables)}."
    return picture(
        draw_level_distributions,
        tables,
        name="comparison-distributions",
        caption=caption,
        alternative=alternative,
        data=data,
    )


def _target_picture(tables: ComparisonTables, target: str) -> Picture:
    from sim.report.figures.comparison_targets import draw_comparison_targets

    curves = {label: tables.curve(label, target) for label in tables.labels}
    data = _together({label: curve for label, curve in curves.items() if curve is not None})
    caption = "The target whose chance changes most, over time."
    alternative = f"Curves over time. {target_finding(tables, target)}."
    draw = partial(draw_comparison_targets, target=target)
    return picture(
        draw, tables, name="comparison-target", caption=caption, alternative=alternative, data=data
    )


def _binding_picture(tables: ComparisonTables) -> Picture:
    from sim.report.figures.comparison_binding import draw_comparison_binding

    caption = "What holds pledged troops back in every scenario, mean over the whole run."
    alternative = f"Stacked bars. {capitalised(binding_finding(tables))}."
    data = tables.comparison.rows("troop_days")
    return picture(
        draw_comparison_binding,
        tables,
        name="comparison-binding",
        caption=caption,
        alternative=alternative,
        data=data,
    )


def _together(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    parts = [table.assign(scenario=label) for label, table in tables.items()]
    return pd.concat(parts, ignore_index=True)
