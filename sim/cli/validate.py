"""`isf validate`: find every fault of scenario files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim.scenario.loading import Resolved


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Scenario files.", show_default=False)],
    *,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Change one value before checking; may be given more than once.",
            show_default=False,
        ),
    ] = None,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="Print what each value rests on: its source, or none.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Take warnings for faults.")] = False,
) -> None:
    """Check scenario files: every fault with file, line, column and remedy.

    Warnings tell of what is odd: rules that can never hold, pledges that wait for each other or for what
    cannot come, needs that are due too early. What they say is certain; that they are silent proves
    nothing.

    \b
      isf validate scenarios/tutorial.yaml
      isf validate scenarios/*.yaml --strict
      isf validate scenarios/isf-2025-11-19.yaml --ledger
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.cli.loading import load_all
    from sim.report.telling.contradiction_lines import contradiction_warnings
    from sim.scenario.analysis import analyse
    from sim.scenario.faults import scenario_error
    from sim.words.numbers import counted

    loaded = load_all(files, settings or [], strict=strict)
    analysed = [
        (
            *each,
            (
                *analyse(each[1].tree, each[1].scenario),
                *contradiction_warnings(each[1].tree, each[1].scenario),
            ),
        )
        for each in loaded
    ]
    if strict and any(found for *_, found in analysed):
        raise scenario_error(fault for *_, found in analysed for fault in found)
    for file, resolved, found in analysed:
        for warning in sorted({*resolved.warnings, *found}):
            typer.echo(str(warning), err=True)
        scenario = resolved.scenario
        contingents = sum(len(each.contingents) for each in scenario.contributors.values())
        typer.echo(
            f"{file}: right: {scenario.scenario} ({counted(len(scenario.contributors), 'contributor')} with "
            f"{counted(contingents, 'contingent')}, {counted(len(scenario.facts), 'fact')}, "
            f"{counted(len(scenario.targets), 'target')})"
        )
        if ledger:
            _print_ledger(resolved)


def _print_ledger(resolved: Resolved) -> None:
    from sim.report.telling.assumptions import ledger_lines
    from sim.scenario.ledger import ledger

    for line in ledger_lines(ledger(resolved.tree), resolved.scenario):
        typer.echo(line)
