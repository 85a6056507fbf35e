"""`isf whatif`: other numbers, answered from the worlds that are stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.at_most import TIME_UP, AtMostOption
from sim.cli.places import to_write

if TYPE_CHECKING:
    from sim.batch.allowance import Allowance
    from sim.studies.whatif import Worlds


def whatif(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.", show_default=False)],
    *,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help="Another value, as in `isf run`.", show_default=False
        ),
    ] = None,
    flip: Annotated[
        str | None,
        typer.Option(
            "--flip",
            metavar="T=CHANCE",
            help="What takes target T to that chance: the smallest move of each number.",
            show_default=False,
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv", callback=to_write, metavar="FILE", help="Write the table to FILE.", show_default=False
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="J", help="Worker processes the first time; all processors if left out."),
    ] = None,
    at_most: AtMostOption = None,
) -> None:
    """Say what a run would answer with other numbers: each stored world is weighed, none is played.

    A world counts for as much as its course becomes likelier. How many worlds the answer rests on is always said;
    below 200, or where a value was never played, the answer is refused, with the command that plays it. The first
    question about a run replays its worlds once, to see what their course hung on.

    \b
      isf whatif outputs/tutorial/0a1b2c3d4e5f --set facts.mandate_clear.probability=30%
      isf whatif outputs/tutorial/0a1b2c3d4e5f --flip initial=50%
      isf whatif outputs/tutorial/0a1b2c3d4e5f --set "facts.mandate_clear.after={mean: 90 days}"
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.executors import opened_workers
    from sim.batch.files import write_named
    from sim.cli.opening import open_run
    from sim.errors import UsageError
    from sim.report.telling.whatif import whatif_lines
    from sim.report.world_listing import worlds_csv
    from sim.studies.whatif import whatif as weighed
    from sim.studies.whatif import worlds_of

    if flip is not None:
        if settings:
            raise UsageError("give --set or --flip, not both")
        if csv is not None:
            raise UsageError("--csv writes the answers of --set; --flip prints its own")
        _flip(run, flip, jobs, at_most)
        return
    if not settings:
        raise UsageError(
            "say what to change: --set PATH=VALUE, for example --set facts.mandate_clear.probability=30%"
        )
    opened = open_run(run)
    with opened_workers(None, jobs, at_most) as workers:
        worlds = worlds_of(opened, workers)
    found = weighed(worlds, settings)
    if csv is not None:
        write_named(csv, worlds_csv(found.table()).encode())
    for line in whatif_lines(opened, found):
        typer.echo(line)
    _say_spared(worlds)
    _end(worlds)


def _say_spared(worlds: Worlds) -> None:
    from sim.report.telling.whatif import spared_words
    from sim.words.names import capitalised

    if said := spared_words(worlds):
        typer.echo(f"{capitalised(said)}.")


def _end(worlds: Worlds, cut: bool = False) -> None:
    """Say what was not done in time, and end so."""
    from sim.report.telling.whatif import left_words

    if cut or worlds.left:
        said = left_words(worlds) or "the time given with --at-most was up"
        typer.echo(f"{worlds.run.folder}: {said}; give the same command again to go on from there", err=True)
        raise typer.Exit(TIME_UP)


def _flip(run: Path, flip: str, jobs: int | None, allowance: Allowance | None) -> None:
    from sim.batch.executors import opened_workers
    from sim.cli.opening import open_run
    from sim.report.telling.flips import flip_lines
    from sim.scenario.loading import load_resolved
    from sim.studies.flips import flips
    from sim.studies.outcomes import outcome_of
    from sim.studies.sliders import sliders_of
    from sim.studies.whatif import worlds_of

    target, goal = _target_and_goal(flip)
    opened = open_run(run)
    outcome_of(opened, target, None, None)  # a target that it does not have is found out at once
    with opened_workers(None, jobs, allowance) as workers:
        worlds = worlds_of(opened, workers)
    outcome = outcome_of(worlds.run, target, None, None)
    sliders = list(sliders_of(load_resolved(opened.folder / "scenario.yaml")))
    found = flips(
        worlds, outcome, goal, sliders, lambda message: typer.echo(message, err=True), allowance=allowance
    )
    for line in flip_lines(found):
        typer.echo(line)
    _say_spared(worlds)
    _end(worlds, cut=bool(found.left))


def _target_and_goal(flip: str) -> tuple[str, float]:
    """Read `initial=50%` or `initial=0.5`."""
    from sim.errors import UsageError

    target, _, text = flip.rpartition("=")
    number, percent = text.strip().removesuffix("%"), text.strip().endswith("%")
    try:
        goal = float(number) / (100 if percent else 1)
    except ValueError:
        goal = -1.0
    if not target or not 0 < goal < 1:
        raise UsageError(f"--flip {flip}: write a target and a chance between 0 and 1, such as initial=50%")
    return target.strip(), goal
