"""`isf unlock`: the smallest changes that would make a target reachable."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.at_most import TIME_UP, AtMostOption
from sim.cli.engines import EngineOption
from sim.cli.executors import JobsOption


def unlock(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.", show_default=False)],
    *,
    target: Annotated[
        str,
        typer.Option(
            metavar="TROOPS", help="How many troops, or one of the file's targets.", show_default=False
        ),
    ],
    by: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="By when; else the end.", show_default=False),
    ] = None,
    force: Annotated[
        str | None, typer.Option(metavar="F", help="Count this force; else the military.", show_default=False)
    ] = None,
    role: Annotated[
        str | None, typer.Option(metavar="R", help="Count this role.", show_default=False)
    ] = None,
    sector: Annotated[
        str | None, typer.Option(metavar="S", help="Count this sector.", show_default=False)
    ] = None,
    contributor: Annotated[
        str | None, typer.Option(metavar="C", help="Count this contributor.", show_default=False)
    ] = None,
    replications: Annotated[
        int,
        typer.Option(
            "-n", "--replications", metavar="N", help="Worlds to see how likely each set is; 0: none."
        ),
    ] = 1000,
    seed: Annotated[int, typer.Option(metavar="S", help="Which worlds.")] = 0,
    jobs: JobsOption = None,
    at_most: AtMostOption = None,
    engine: EngineOption = "auto",
    shown: Annotated[int, typer.Option("--show", metavar="K", help="Most sets to print.")] = 12,
    code: Annotated[bool, typer.Option("--code", help="Print conditions as rules, not in words.")] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help="Change one value of the scenario.", show_default=False
        ),
    ] = None,
) -> None:
    """Find the smallest sets of changes that make a number of troops reachable, and how likely each is.

    Changes are facts and consents (or their opposites) that hold from day 0 on, at most four, in a steady
    world: facts stay (a schedule at the value that it has now), windows have elapsed, every approval is given,
    troops are at their medians, and time is no object. How likely: in which share of played worlds the changes
    hold, all together, at some time by the date.

    \b
      isf unlock scenarios/isf-2025-11-19.yaml --target 3000
      isf unlock scenarios/isf-2025-11-19.yaml --target initial --by 2026-12-31
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.executors import available_jobs, opened_workers
    from sim.batch.running import check_numbers
    from sim.cli.loading import load_all
    from sim.report.telling.unlocking import aim_words, unlocking_lines
    from sim.results.selection import Selection
    from sim.studies.aiming import aim_of
    from sim.studies.unlock import Likelihoods, likelihoods
    from sim.studies.unlock import unlock as unlocked

    jobs = available_jobs() if jobs is None else jobs
    check_numbers(replications, seed, jobs, least=0)
    ((_, resolved),) = load_all([file], settings or [])
    filters = Selection(contributor=contributor, role=role, sector=sector, force=force)
    aim = aim_of(resolved.scenario, target, None if by is None else by.date(), filters)
    found = unlocked(resolved.scenario, aim.troops, aim.by, aim.counts, allowance=at_most)
    likely = Likelihoods((), 0, cut=False)
    if replications and found.sets and found.sets[0].conditions:
        with opened_workers(None, jobs, at_most) as workers:
            likely = likelihoods(
                resolved.scenario,
                found.sets[:shown],
                found.by,
                replications=replications,
                seed=seed,
                workers=workers,
                also=[aim.rule],
            )
    times, played = likely.times, likely.played
    reached = times[-1] if played else None
    for line in unlocking_lines(
        resolved.scenario,
        found,
        shown,
        times=times,
        played=played,
        reached=reached,
        code=code,
        counted_troops=aim_words(resolved.scenario, aim.selection),
    ):
        typer.echo(line)
    if found.cut or likely.cut:
        typer.echo(f"{file}: the time given with --at-most was up before the end of the search", err=True)
        raise typer.Exit(TIME_UP)
