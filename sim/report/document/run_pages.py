"""The chapter of one scenario in a report: levels, targets, arrivals, shortfalls, what holds it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.report.blocks import Block, Paragraph, Picture, Pictures, Section
from sim.report.document.run_sheets import (
    causes_sheet,
    flow_sheet,
    level_sheet,
    shortfall_sheet,
    targets_sheet,
)
from sim.report.findings import (
    arrival_finding,
    binding_finding,
    coverage_finding,
    force_finding,
    gantt_finding,
    target_finding,
)
from sim.report.pictures import picture
from sim.report.tables import Tables
from sim.words.dates import day, short_day
from sim.words.numbers import chance, counted

if TYPE_CHECKING:
    import pandas as pd


def run_section(
    tables: Tables,
    label: str,
    *,
    aside: bool,
    with_fan: bool = True,
    beside: Sequence[Picture] | None = None,
) -> Section:
    """Return everything that a report says of one run.

    `aside` sets pictures two in a row, as suits one scenario among several; `beside` are pictures to show in
    place of the arrivals. Without `with_fan` the fan is left out, where the report opens with it.
    """
    figures: list[list[Picture]] = [[], [], [], []]
    sheets: list[list[Block]] = [[level_sheet(tables)], [], [], []]
    if with_fan:
        figures[0].append(fan_picture(tables, label, wide=not aside))
    if len(tables.targets):
        figures[0].append(_targets_picture(tables, label, wide=not aside))
        sheets[0].append(targets_sheet(tables))
    figures[1] += [_arrivals_picture(tables, label, wide=not aside)] if beside is None else beside
    sheets[1].append(Paragraph(first_boots_sentence(tables)))
    if len(tables.flow_in):
        figures[1].append(_gantt_picture(tables, label, wide=not aside))
        sheets[1].append(flow_sheet(tables))
    if len(tables.binding):
        figures[2].append(_binding_picture(tables, label, wide=not aside))
        sheets[2].append(causes_sheet(tables))
    if tables.coverage is not None:
        figures[2 if aside else 3].append(_matrix_picture(tables, label, wide=not aside))
        sheets[3].append(shortfall_sheet(tables, tables.coverage))
    blocks = _question(tables)
    for drawn, said in zip(figures, sheets, strict=True):
        blocks += [Pictures(tuple(drawn))] if aside and drawn else drawn
        blocks += said
    return Section(chapter_title(tables, label), tuple(blocks))


def chapter_title(tables: Tables, label: str) -> str:
    """Return the label and what the scenario is called, once if both are the same."""
    same = label.casefold() == tables.title.casefold()
    return tables.title if same else f"{label}: {tables.title}"


def _question(tables: Tables) -> list[Block]:
    question = " ".join((tables.scenario.question or "").split())
    failed = len(tables.run.manifest["failed"])
    blocks: list[Block] = [Paragraph(question)] if question else []
    if failed:
        left_out = "failed and is" if failed == 1 else "failed and are"
        blocks.append(Paragraph(f"{counted(failed, 'replication')} {left_out} left out of every number."))
    return blocks


def fan_picture(tables: Tables, label: str, *, wide: bool = True) -> Picture:
    """Return the fan chart of a run."""
    from sim.report.figures.fan import draw_fan

    finding = force_finding(tables)
    caption = f"{label}: force level, median with 50 % and 90 % bands."
    return picture(
        draw_fan,
        tables,
        name=f"{label}-fan",
        caption=caption,
        alternative=f"Fan chart. {finding}.",
        data=tables.fan,
        wide=wide,
    )


def first_boots_sentence(tables: Tables) -> str:
    """Return when the first troops arrive, as a sentence."""
    boots = tables.first_boots
    arrives = chance(boots["chance"], boots["low"], boots["high"], tables.replications)
    sentence = f"First boots on the ground by {day(tables.scenario.end)}: {arrives}"
    if boots["chance"] > 0:
        sentence += (
            f"; median {day(boots['median'])}, 10–90 % {short_day(boots['q10'])} to {short_day(boots['q90'])}"
        )
    return f"{sentence}."


def _targets_picture(tables: Tables, label: str, *, wide: bool) -> Picture:
    from sim.report.figures.target_probability import draw_target_probability

    curves = [_named(curve, name) for name, curve in tables.target_curves.items()]
    alternative = f"Curves over time. {target_finding(tables)}."
    caption = f"{label}: probability of each target over time."
    data = _stacked(curves)
    return picture(
        draw_target_probability,
        tables,
        name=f"{label}-targets",
        caption=caption,
        alternative=alternative,
        data=data,
        wide=wide,
    )


def _named(curve: pd.DataFrame, name: str) -> pd.DataFrame:
    return curve.assign(target=name)


def _stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(tables, ignore_index=True)


def _arrivals_picture(tables: Tables, label: str, *, wide: bool) -> Picture:
    from sim.report.figures.arrivals import draw_arrivals

    caption = f"{label}: mean force by contributor."
    alternative = f"Stacked areas over time. {arrival_finding(tables)}."
    data = tables.by_contributor
    return picture(
        draw_arrivals,
        tables,
        name=f"{label}-arrivals",
        caption=caption,
        alternative=alternative,
        data=data,
        wide=wide,
    )


def _gantt_picture(tables: Tables, label: str, *, wide: bool) -> Picture:
    from sim.report.figures.gantt import draw_gantt

    caption = f"{label}: when each contingent passes each stage, median and 10–90 %, where it does."
    alternative = f"Gantt chart. {gantt_finding(tables)}. {arrival_finding(tables)}."
    return picture(
        draw_gantt,
        tables,
        name=f"{label}-gantt",
        caption=caption,
        alternative=alternative,
        data=tables.stage_dates,
        wide=wide,
    )


def _binding_picture(tables: Tables, label: str, *, wide: bool) -> Picture:
    from sim.report.figures.binding_stack import draw_binding_stack

    caption = f"{label}: what holds pledged troops back, mean over all replications."
    alternative = f"Stacked areas over time. {binding_finding(tables)}."
    data = tables.stack.pivot(index="date", columns="cause", values="mean").reset_index()
    return picture(
        draw_binding_stack,
        tables,
        name=f"{label}-binding",
        caption=caption,
        alternative=alternative,
        data=data,
        wide=wide,
    )


def _matrix_picture(tables: Tables, label: str, *, wide: bool) -> Picture:
    from sim.report.figures.matrix import draw_matrix

    assert tables.coverage is not None
    caption = f"{label}: capabilities required and filled, by sector."
    alternative = f"Matrix of tasks and sectors. {coverage_finding(tables)}."
    return picture(
        draw_matrix,
        tables,
        name=f"{label}-matrix",
        caption=caption,
        alternative=alternative,
        data=tables.coverage.lines,
        wide=wide,
    )
