"""`isf backtest`: how good forecasts of real missions would have been."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.engines import EngineOption
from sim.cli.executors import JobsOption


def backtest(
    *,
    missions: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Forecast the missions of these tables; else the project's.",
            show_default=False,
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option("-n", "--replications", metavar="N", min=10, help="Worlds played of each forecast.")
    ] = 400,
    seed: Annotated[int, typer.Option(metavar="S", help="Which worlds.")] = 0,
    jobs: JobsOption = None,
    engine: EngineOption = "auto",
    ablations: Annotated[
        bool, typer.Option(help="Also without tempo, unnamed, re-hat, kind, pledges, one at a time.")
    ] = True,
    expanding: Annotated[bool, typer.Option(help="Also learning from earlier missions only.")] = True,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where DIR/backtest/ is written.")] = Path(
        "outputs"
    ),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the folder.")] = False,
) -> None:
    """Forecast real missions from what was known on day 0 and on day 90, and score what came.

    One mechanical template draws every mission; delays and shares are learned without the mission's own cluster.
    Rivals: two reference classes, the last value, the official plan. Tables of other missions have the form that
    sim/missions/data/README.md describes; they are forecast with what the project's own teach.

    \b
      isf backtest
      isf backtest --missions my-missions/ --no-ablations --no-expanding
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.executors import available_jobs, workers_for
    from sim.batch.running import check_numbers
    from sim.cli.outlets import console
    from sim.cli.progress import progress_of
    from sim.errors import UsageError
    from sim.missions.reading import read_missions
    from sim.report.backtest_findings import Findings
    from sim.report.backtest_report import print_backtest, write_backtest
    from sim.studies.backtest.study import ABLATIONS
    from sim.studies.backtest.study import backtest as tested

    jobs = available_jobs() if jobs is None else jobs
    check_numbers(replications, seed, jobs)
    own = read_missions()
    asked = own if missions is None else read_missions(missions)
    view = progress_of(1, 1, shown=not quiet)
    with view.of("backtest") as progress:
        result = tested(
            asked,
            own,
            workers_for(jobs),
            replications=replications,
            seed=seed,
            ablations=tuple(ABLATIONS) if ablations else (),
            expanding=expanding,
            progress=lambda done, wanted: progress(done, wanted, 0),
        )
    if not result.scores():
        raise UsageError(
            "no count in strength.csv tells of any day that is scored (30 to 730 days after the mandate); add counts"
        )
    findings = Findings(result)
    folder = out / "backtest" / (missions.resolve().name if missions else "own")
    write_backtest(findings, folder)
    if not quiet:
        print_backtest(findings, console())
    typer.echo(str(folder))
