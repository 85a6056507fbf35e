"""Runs, comparisons and studies on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.tables import Tables, tables_of
from sim.report.writers.terminal import print_answers

if TYPE_CHECKING:
    from rich.console import Console

    from sim.report.answers.packages import Search
    from sim.results.run import Run
    from sim.studies.comparison import Comparison
    from sim.studies.sensitivity import Sensitivity


def print_run(run: Run | Tables, console: Console) -> None:
    """Print the run's answers, page one first."""
    from sim.report.answers.page_one import page_one, subtitle
    from sim.report.answers.run import run_parts

    tables = tables_of(run)
    tables.read_at_once()
    print_answers(console, tables.title, subtitle(tables), (page_one(tables), *run_parts(tables)))


def print_comparison(comparison: Comparison | ComparisonTables, console: Console) -> None:
    """Print what scenarios change: page one, what differs in the inputs, then each answer."""
    from sim.report.answers.comparison import (
        comparison_page_one,
        comparison_parts,
        comparison_subtitle,
        comparison_title,
    )

    tables = comparison_tables_of(comparison)
    parts = (comparison_page_one(tables), *comparison_parts(tables))
    print_answers(console, comparison_title(tables), comparison_subtitle(tables), parts)


def print_sensitivity(sensitivity: Sensitivity, console: Console, top: int = 20) -> None:
    """Print for each measure the conclusion in words and the assumptions with the widest reach."""
    from sim.report.answers.sensitivity import sensitivity_parts, sensitivity_subtitle, sensitivity_title

    parts = sensitivity_parts(sensitivity, top)
    print_answers(console, sensitivity_title(sensitivity), sensitivity_subtitle(sensitivity), parts)


def print_packages(search: Search, console: Console) -> None:
    """Print the package that was found, the frontier, and what each lever adds."""
    from sim.report.answers.packages import packages_parts, packages_subtitle, packages_title

    print_answers(console, packages_title(search), packages_subtitle(search), packages_parts(search))
