"""Runs as people name them: a run's folder, the folder of the scenario that holds it, all runs of a sweep."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from pathlib import Path

from sim.errors import StoreError, UsageError
from sim.plain_files import text_of

MOST_RUNS = 60
"""So many runs one name may stand for; more are no figure and no table that anybody reads."""
_MANIFEST = "manifest.json"
_SWEEP = "sweep.csv"
_BESIDE_PATHS = frozenset({"scenario", "seed", "run", "replications", "failed", "statements_broken"})


def runs_behind(path: Path) -> dict[str, Path]:
    """Return the runs that a path stands for, by what tells them apart; a single one by an empty label.

    A path is a run's folder; a folder of runs, as `outputs/<scenario>/`; or a sweep: `sweep.csv`, or the folder that
    holds it. Several runs are called by what varies between them (`probability=0.2`). Anything else stands for
    nothing. Raises StoreError if a sweep cannot be read or one of its runs is not there, UsageError for too many.
    """
    if (path / _MANIFEST).exists():
        return {"": path}
    table = path / _SWEEP if (path / _SWEEP).is_file() else path
    if table.name == _SWEEP and table.is_file():
        return _checked(path, _of_sweep(table))
    found = sorted(each.parent for each in path.glob(f"*/{_MANIFEST}")) if path.is_dir() else []
    if len(found) <= 1:
        return dict(zip([""], found, strict=False))
    return _checked(path, _of_folder(found))


def _checked(path: Path, runs: dict[str, Path]) -> dict[str, Path]:
    if len(runs) > MOST_RUNS:
        raise UsageError(
            f"{path} holds {len(runs):,} runs, above {MOST_RUNS}; name those that are to be compared"
        )
    return runs


def _of_sweep(table: Path) -> dict[str, Path]:
    try:
        read = csv.DictReader(io.StringIO(text_of(table), newline=""))
        rows = [{str(key): str(value or "") for key, value in row.items()} for row in read]
    except (OSError, ValueError, csv.Error) as fault:
        raise StoreError(f"{table} cannot be read ({fault}); the same `isf run` writes it again") from None
    if not rows or any(not row.get("run") for row in rows):
        raise StoreError(f"{table} names no runs; the same `isf run` writes it again")
    out = table.resolve().parents[2]
    folders = [out / row["run"].removeprefix("'") for row in rows]
    missing = [folder for folder in folders if not (folder / _MANIFEST).exists()]
    if missing:
        raise StoreError(f"{table} names {missing[0]}, which is no run; the same `isf run` makes it")
    told = [{key: value for key, value in row.items() if _varies(key)} for row in rows]
    return _called(told, folders, [row.get("scenario", "") for row in rows])


def _varies(column: str) -> bool:
    return column not in _BESIDE_PATHS and not column.startswith(("held.", "reached."))


def _of_folder(folders: Sequence[Path]) -> dict[str, Path]:
    """Runs side by side in a folder: told apart by the keys of their scenarios that are not the same in all."""
    from sim.results.run import open_run
    from sim.studies.differences import changes_between, tree_of

    runs = [open_run(folder) for folder in folders]
    trees = [tree_of(run) for run in runs]
    first = trees[0]
    told: list[dict[str, str]] = []
    for run, tree in zip(runs, trees, strict=True):
        changes = {change.key: change.value for change in changes_between(tree, first)}
        told.append(changes | {"seed": str(run.manifest["seed"])})
    baseline = {change.key: change.baseline for tree in trees[1:] for change in changes_between(tree, first)}
    complete = [{**baseline, **own} for own in told]
    return _called(complete, folders, [run.scenario.scenario for run in runs])


def _called(
    told: Sequence[Mapping[str, str]], folders: Sequence[Path], scenarios: Sequence[str]
) -> dict[str, Path]:
    """Labels of the keys whose values differ, each by as little of its path as tells it from the others."""
    keys = list(dict.fromkeys(key for own in told for key in own))
    varying = [key for key in keys if len({own.get(key, "") for own in told}) > 1]
    short = _shortened(varying)
    several = len(set(scenarios)) > 1
    runs: dict[str, Path] = {}
    for own, folder, scenario in zip(told, folders, scenarios, strict=True):
        parts = [scenario] if several else []
        parts += [f"{short[key]}={own[key]}" for key in varying if own.get(key)]
        label = unused(", ".join(parts) or "as it is", runs)
        runs[label] = folder
    return runs


def _shortened(keys: Sequence[str]) -> dict[str, str]:
    """The end of each dotted key that no other key ends in."""
    tails = {key: [".".join(key.split(".")[-size:]) for size in range(1, key.count(".") + 2)] for key in keys}
    counts = Counter(tail for own in tails.values() for tail in own)
    return {key: next((tail for tail in own if counts[tail] == 1), key) for key, own in tails.items()}


def labelled(argument: str, form: str, example: str) -> tuple[str | None, Path]:
    """Part `LABEL=PATH`; a path that is there, or whose first part has a slash, needs no label.

    `form` and `example` are for the message: UsageError for an empty label or path.
    """
    label, equals, rest = argument.partition("=")
    if not equals or Path(argument).exists() or "/" in label:
        return None, Path(argument)
    if not label.strip() or not rest:
        raise UsageError(f"'{argument}' is not {form}; write for example {example}")
    return label.strip(), Path(rest)


def unused(label: str, used: Container[str]) -> str:
    """Return the label, with a number behind it where it is taken."""
    own, number = label, 2
    while own in used:
        own, number = f"{label} ({number})", number + 1
    return own


def named_runs(label: str | None, path: Path, used: Collection[str]) -> dict[str, Path]:
    """Return the runs behind a path by labels that are not used: its own for one, what varies for several.

    UsageError for a label that would stand for several runs or is taken. Empty where no run is behind the path.
    """
    runs = runs_behind(path)
    if label is not None and len(runs) > 1:
        raise UsageError(
            f"{label}={path}: holds {len(runs)} runs, which one label cannot name; leave the label out"
        )
    if label is not None and label in used:
        raise UsageError(f"the label '{label}' is given twice; each run needs its own")
    found: dict[str, Path] = {}
    for told, folder in runs.items():
        own = label if label is not None else told or folder.resolve().parent.name
        found[own if label is not None else unused(own, [*found, *used])] = folder
    return found
