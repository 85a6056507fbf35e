"""`isf check`: see whether the `never:` and `always:` statements of scenarios are kept, whatever happens."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.at_most import TIME_UP, AtMostOption
from sim.cli.engines import EngineOption
from sim.cli.executors import ExecutorOption, JobsOption

MOST_EXAMPLES = 100_000
"""Most worlds of a hunt: it keeps what it tried in memory."""


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Scenario files.", show_default=False)],
    *,
    replications: Annotated[
        int, typer.Option("-n", "--replications", metavar="N", help="Random worlds to play.")
    ] = 200,
    examples: Annotated[
        int, typer.Option(metavar="K", help="Worlds to hunt through for each statement; 0: do not hunt.")
    ] = 300,
    seed: Annotated[int, typer.Option(metavar="S", help="Which worlds.")] = 0,
    jobs: JobsOption = None,
    executor: ExecutorOption = None,
    at_most: AtMostOption = None,
    engine: EngineOption = "auto",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Change one value of the scenarios; may be given more than once.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check that the statements of scenarios hold: in random worlds, and in worlds made to break them.

    The hunt lets facts and consents take any course that their kind allows, whatever their rates and rules,
    and prints the simplest world that breaks a statement. That it finds none proves nothing. A statement that
    is broken, in either way, makes the exit code 1. The hunt needs Hypothesis: the extra `test`.

    \b
      isf check scenarios/isf-2025-11-19.yaml
      isf check scenarios/*.yaml -n 2000 --examples 1000
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.executors import opened_workers
    from sim.batch.running import check_numbers
    from sim.cli.loading import load_all
    from sim.errors import UsageError

    try:
        from sim.testing.statements import check_lines
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise UsageError(
            "isf check hunts with Hypothesis, which is not installed: pip install '.[test]' in the simulator's folder"
        ) from None
    check_numbers(replications, seed, jobs=1)
    if not 0 <= examples <= MOST_EXAMPLES:
        raise UsageError(f"examples: {examples} is not between 0 and {MOST_EXAMPLES:,}; 0 hunts through none")
    broken = False
    cut: list[bool] = []
    with opened_workers(executor, jobs, at_most) as workers:
        for file, resolved in load_all(files, settings or []):
            for line, is_broken in check_lines(
                resolved.scenario,
                str(file),
                replications=replications,
                examples=examples,
                seed=seed,
                workers=workers,
                cut=lambda: cut.append(True),
            ):
                broken |= is_broken
                typer.echo(line)
    if cut:
        typer.echo("isf: the time given with --at-most was up before all was looked at", err=True)
    if broken or cut:
        raise typer.Exit(1 if broken else TIME_UP)
