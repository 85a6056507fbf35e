"""All answers of a comparison, in the order in which they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.answers.changed_levels import (
    arrivals_part,
    contributors_part,
    coverage_part,
    levels_part,
    targets_part,
)
from sim.report.answers.changed_losses import losses_part
from sim.report.answers.differing_inputs import input_blocks
from sim.report.answers.interactions import interactions_part, pairing_part
from sim.report.answers.page_one import cautions
from sim.report.blocks import Listing, Paragraph, Part, Point, Said
from sim.report.comparison_findings import (
    binding_finding,
    head_finding,
    interaction_findings,
    level_finding,
    matter_finding,
    pairing_findings,
    scenario_findings,
)
from sim.report.findings import mean_finding
from sim.words.dates import short_day
from sim.words.names import capitalised
from sim.words.numbers import counted

if TYPE_CHECKING:
    from sim.report.comparison_tables import ComparisonTables

CONFIDENCE = (
    "Intervals have 95 % confidence, each for itself: of twenty differences that are none, about one looks clear by "
    "chance. “Same”: in every world; what that leaves open is the interval beside it. Every number is in "
    "comparison.csv."
)
ANSWERS = (
    levels_part,
    targets_part,
    arrivals_part,
    coverage_part,
    losses_part,
    contributors_part,
    interactions_part,
    pairing_part,
)
"""Each returns a part, or None where the comparison has nothing to say of it."""


def comparison_parts(tables: ComparisonTables) -> tuple[Part, ...]:
    """Return what a comparison says after page one, the differing inputs first."""
    inputs = Part("What differs in the inputs", tuple(input_blocks(tables)))
    found = [part for answer in ANSWERS if (part := answer(tables)) is not None]
    return (inputs, *found, Part("How sure that is", (Paragraph(CONFIDENCE),)))


def comparison_title(tables: ComparisonTables) -> str:
    """Return what is compared with what."""
    return head_finding(tables)


def comparison_subtitle(tables: ComparisonTables) -> str:
    """Return the days, what is known by when, seeds and failed replications of all runs together."""
    runs = [tables.of(label) for label in tables.labels]
    parts = [f"{short_day(tables.start)} to {short_day(tables.end)}"]
    known = sorted({run.as_of for run in runs if run.as_of})
    if known:
        dates = " and ".join(map(short_day, known))
        missing = sum(run.as_of is None for run in runs)
        without = f", {'one' if missing == 1 else missing} without" if missing else ""
        parts.append(f"as of {dates}{without}")
    sizes = sorted({run.replications for run in runs})
    parts.append(" to ".join(f"{size:,}" for size in sorted({sizes[0], sizes[-1]})) + " replications each")
    return " · ".join([*parts, *tables.left_out])


def comparison_page_one(tables: ComparisonTables) -> Part:
    """Return the answer: what matters, the baseline's level, and a line for each scenario."""
    said = [
        *pairing_findings(tables.comparison),
        *dict.fromkeys(
            f"{tables.name(label)}: {caution}"
            for label in tables.labels
            for caution in cautions(tables.of(label))
        ),
    ]
    points = [
        Point(f"{mean_finding(tables.baseline)}.", f"Baseline ({tables.name(tables.comparison.baseline)})")
    ]
    points += [Point(_line(tables, label), capitalised(tables.name(label))) for label in tables.others]
    points += [Point(f"{matter_finding(tables)}.", "Which of them matter")] if len(tables.others) > 1 else []
    points.append(Point(f"{binding_finding(tables)}.", "What holds the force back"))
    points += [Point(sentence, "Two changes together") for sentence in interaction_findings(tables)]
    question = " ".join((tables.baseline.scenario.question or "").split())
    blocks: tuple[Said, ...] = (
        *([Paragraph(question)] if question else []),
        *map(Paragraph, said),
        Paragraph(f"{level_finding(tables)}.", leading=True),
        Listing(tuple(points)),
    )
    return Part(comparison_title(tables), blocks, ("effects",))


def _line(tables: ComparisonTables, label: str) -> str:
    """A scenario's title, how many inputs it changes, and what that does."""
    inputs = tables.comparison.inputs
    changed = int((inputs["scenario"] == label).sum())
    title = tables.of(label).title
    about = f"“{title}”, " if title.casefold() != tables.name(label).casefold() else ""
    what = f"{counted(changed, 'input')} changed" if changed else "no input changed"
    return f"{about}{what}. {' '.join(scenario_findings(tables, label))}"
