"""`isf forecast`: write down what a run forecasts, and score it against what happened."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.places import figure_to_write, to_write

forecast = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Write down what a run forecasts (seal), and score it against what happened (score).",
)


@forecast.command()
def seal(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.", show_default=False)],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            callback=to_write, metavar="FILE", help="Where; else RUN/forecast-<day>.json.", show_default=False
        ),
    ] = None,
    on: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Sealed on; else today.", show_default=False),
    ] = None,
    follows: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The sealed forecast before this one.", show_default=False),
    ] = None,
) -> None:
    """Write a dated statement of what a run forecasts, with a digest that shows any later change.

    It holds the distribution of the level at the ends of months, first boots, and the chances that each
    contributor comes, each fact holds and each target is met. A statement that is there already is not replaced.

    \b
      isf forecast seal outputs/isf-2026-02-19/0a1b2c3d4e5f
      isf forecast seal outputs/march/1b2c3d4e5f6a --follows february.json
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.files import write_named
    from sim.cli.opening import open_run
    from sim.errors import UsageError
    from sim.studies.forecasts.sealing import Sealed, read_sealed
    from sim.studies.forecasts.statement import statement_of

    day = on.date() if on else dt.datetime.now(dt.UTC).date()
    before = read_sealed(follows).digest if follows else ""
    sealed = Sealed(statement_of(open_run(run)), day, before)
    path = out or run / f"forecast-{day}.json"
    if path.exists():
        raise UsageError(f"{path} is there already; a sealed forecast is never replaced, name another file")
    write_named(path, sealed.text().encode())
    typer.echo(f"{path}  {sealed.digest}")


@forecast.command()
def score(
    forecasts: Annotated[
        list[Path],
        typer.Argument(
            metavar="FORECAST|RUN…", help="Sealed forecasts, or folders of runs.", show_default=False
        ),
    ],
    *,
    history: Annotated[
        Path,
        typer.Option(metavar="FILE", help="What happened: see below.", show_default=False),
    ],
    figure: Annotated[
        Path | None,
        typer.Option(
            callback=figure_to_write,
            metavar="FILE",
            help="Draw the calibration curve (.svg or .png).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Score forecasts against a later history: levels, first boots, facts, who came that nobody stood for.

    The history is a scenario file with a later as_of, or a file with known_until, history (records as in a
    scenario; contributors that no scenario knows may stand there) and, where somebody counted, strength:
    {DATE: TROOPS}. CRPS and percentile a date, Brier and log score a chance. Several forecasts stand side by side,
    the update last. The score of a run is kept in its folder, and its report shows it.

    \b
      isf forecast score february.json --history by-june.yaml
      isf forecast score november.json february.json --history by-june.yaml
      isf forecast score *.json --history by-june.yaml --figure calibration.svg
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.cli.opening import open_run
    from sim.cli.outlets import console
    from sim.errors import UsageError
    from sim.report.answers.forecasts import TITLE, forecast_parts
    from sim.report.writers.terminal import print_answers
    from sim.studies.forecasts.keeping import keep_score
    from sim.studies.forecasts.observed import read_observed
    from sim.studies.forecasts.scoring import score as scored
    from sim.studies.forecasts.sealing import read_sealed
    from sim.studies.forecasts.statement import statement_of

    if figure is not None and figure.suffix not in (".svg", ".png"):
        raise UsageError(f"{figure} is neither SVG nor PNG; end its name in .svg or .png")
    observed = read_observed(history)
    found = []
    for path in forecasts:
        statement = statement_of(open_run(path)) if path.is_dir() else read_sealed(path).statement
        found.append(
            scored(path.stem if path.is_file() else f"{path.parent.name}/{path.name}", statement, observed)
        )
        if path.is_dir():
            keep_score(path, found[-1])
    subtitle = f"What happened is known until {observed.known_until}"
    print_answers(console(), TITLE, subtitle, forecast_parts(found))
    if figure is not None:
        from sim.report.figures.reliability import draw_reliability
        from sim.report.style import write_figure

        write_figure(draw_reliability(found), figure)
        typer.echo(str(figure), err=True)
