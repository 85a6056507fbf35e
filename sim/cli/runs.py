"""`isf runs`: the runs that a folder holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim.batch.inventory import StoredRun


def runs(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="A folder of runs, or one run.")] = Path(
        "outputs"
    ),
    *,
    verify: Annotated[bool, typer.Option("--verify", help="Check every file against its checksum.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what is of no use any more, after asking.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Answer yes to --prune.")] = False,
) -> None:
    """List runs: scenario, seed, replications, blocks, failed, broken statements, logs kept, size, folder.

    --verify names each file that is missing, damaged, edited or foreign; the same `isf run` makes it again.
    --prune removes what killed commands left, and runs that nothing can be done with: without a finished
    replication, or made by other versions of the simulator. It leaves alone what it does not know as a run.

    \b
      isf runs
      isf runs outputs/tutorial --verify
      isf runs --prune
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.inventory import faults_of, stored_runs
    from sim.batch.retention import logs_kept
    from sim.cli.tables import in_bytes, table_lines

    found = stored_runs(folder, lambda message: typer.echo(message, err=True))
    rows: list[tuple[str, ...]] = []
    for run in found:
        manifest = run.manifest
        if manifest is None:
            rows.append((*"???????", in_bytes(run.size), str(run.folder)))
            if not verify:
                typer.echo(f"{run.fault}; the same `isf run` makes it again", err=True)
            continue
        numbers = (manifest.seed, manifest.replications, len(manifest.blocks))
        wrong = (len(manifest.failed), len(manifest.violations))
        cells = [f"{number:,}" for number in (*numbers, *wrong)]
        cells.append(logs_kept(manifest.with_logs, manifest.replications))
        rows.append((manifest.scenario, *cells, in_bytes(run.size), str(run.folder)))
    head = ("scenario", "seed", "replications", "blocks", "failed", "broken", "logs", "size", "folder")
    for line in table_lines(head, rows) if rows else [f"{folder}: holds no run"]:
        typer.echo(line)
    faults = [fault for run in found for fault in faults_of(run)] if verify else []
    for fault in faults:
        typer.echo(fault, err=True)
    if verify and not faults:
        typer.echo(
            f"every file of {len(found)} {'run' if len(found) == 1 else 'runs'} is as its manifest says"
        )
    if prune:
        _prune(found, yes)
    if faults:
        raise typer.Exit(1)


def _prune(found: tuple[StoredRun, ...], yes: bool) -> None:
    """Say what may go, ask, and remove it."""
    from sim.batch.inventory import removals, remove
    from sim.cli.tables import in_bytes

    chosen = list(removals(found))
    for removal in chosen:
        what = f"{len(removal.files):,} of its files, {in_bytes(removal.size)}"
        typer.echo(f"{removal.folder}: {removal.reason}: {what}")
    if not chosen:
        typer.echo("nothing to remove")
    elif yes or typer.confirm("Remove them?"):
        for removal in chosen:
            if not remove(removal):
                typer.echo(f"{removal.folder}: is in use or was made anew meanwhile; left alone", err=True)
    else:
        typer.echo("nothing was removed")
