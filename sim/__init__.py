"""Simulate a force built from conditional pledges: how large, when, how surely, and what holds it back.

::

    import sim

    scenario = sim.load("scenarios/isf-2025-11-19.yaml")
    run = sim.run(scenario, replications=1000, seed=0)
    run.transitions()                                # a tidy table of every move of troops
    run.targets()                                    # level and probability of each target, with intervals
    run.figure("fan")                                # a matplotlib figure

Importing this package costs nothing; each function imports what it needs when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.version import __version__

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sim.report.compared import Compared
    from sim.report.result import Result
    from sim.results.run import Run
    from sim.scenario.loading import Resolved
    from sim.studies.packages.planning import Planning
    from sim.studies.sensitivity import Sensitivity
    from sim.studies.unlock import Unlocking
    from sim.studies.why import Why

__all__ = [
    "__version__",
    "check",
    "compare",
    "explain",
    "load",
    "open_run",
    "packages",
    "page",
    "report",
    "run",
    "sensitivity",
    "unlock",
    "why",
]


def __dir__() -> list[str]:
    """Return what there is to complete, also before a function is asked for the first time."""
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    """Import `sim.report` when it is first called: the room of that name is also the function."""
    if name == "report":
        import importlib

        return importlib.import_module("sim.report")
    raise AttributeError(f"module 'sim' has no attribute '{name}'")


def load(path: str | Path, settings: Sequence[str] = ()) -> Resolved:
    """Load a scenario file; each of `settings` is `path=value`, as in `isf run --set`.

    `.scenario` of what is returned is the frozen scenario, `.digest` identifies it. ScenarioError with every
    fault of the file.
    """
    from pathlib import Path

    from sim.scenario.loading import load_resolved

    return load_resolved(Path(path), settings)


def run(
    scenario: Resolved | str | Path,
    replications: int = 1000,
    seed: int = 0,
    jobs: int = 1,
    out: str | Path | None = None,
    *,
    executor: str | None = None,
    engine: str = "auto",
    logs: str = "all",
) -> Result:
    """Play a scenario (what `load` returns, or a path) and return the stored run.

    With `out` the run is kept in `out/<scenario>/<run id>/`, as by the command, and what is there already is
    not played again. Without, it lives in a temporary folder that goes with the returned value. A script that
    asks for more than one of `jobs` must do so under `if __name__ == "__main__":`, since workers import it.
    `executor` is as for the command: `serial`, `processes`, `dask` or `dask=tcp://HOST:PORT`; `engine` likewise:
    `auto`, `simpy` or `compiled`, which leave the same bytes. `logs` says whose are kept: `all`, `none` or
    `sample=K`; the answers are the same, and what reads a log that is not kept plays its block again.

    Replications that failed are left out and named in a RuntimeWarning, as are broken `never:` and `always:`
    statements. ScenarioError, UsageError, StoreError and WorkerError as from the command.
    """
    import contextlib
    import warnings
    import weakref
    from pathlib import Path

    from sim.batch.executors import opened_workers
    from sim.batch.naming import run_folder
    from sim.batch.retention import retention_of
    from sim.batch.running import run as run_batch
    from sim.batch.simulation import standard_model
    from sim.passing_folders import passing_folder
    from sim.report.result import Result

    if isinstance(scenario, (str, Path)):
        resolved, name = load(scenario), Path(scenario).stem
    else:
        resolved, name = scenario, scenario.scenario.scenario
    messages: list[str] = []
    retention = retention_of(logs)
    with contextlib.ExitStack() as until_stored:
        if out is None:
            out = until_stored.enter_context(passing_folder("run"))
        with opened_workers(executor, jobs) as workers:
            outcome = run_batch(
                resolved,
                replications=replications,
                seed=seed,
                workers=workers,
                folder=run_folder(Path(out), name, resolved.digest, seed),
                model=standard_model(engine, replications),
                warn=messages.append,
                retention=retention,
            )
        stored = Result.open(outcome.folder)
        weakref.finalize(stored, until_stored.pop_all().close)
    for message in (*messages, *outcome.troubles):
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    return stored


def open_run(folder: str | Path) -> Result:
    """Open a run that was stored before; StoreError if the folder holds none."""
    from pathlib import Path

    from sim.report.result import Result

    return Result.open(Path(folder))


def compare(
    runs: Mapping[str, Run | Resolved | str | Path],
    baseline: str | None = None,
    *,
    replications: int = 1000,
    seed: int = 0,
    jobs: int = 1,
    out: str | Path | None = None,
) -> Compared:
    """Compare runs, by label, with the baseline (the first, unless named).

    A scenario (what `load` returns, or a path of a file) is run first, as by `run`; a path of a run's folder
    is opened. `.table`, `.inputs` and `.interactions` of what is returned are tables, `.fans()`, `.effects()`
    and the like figures. UsageError for fewer than two runs or an unknown label.
    """
    from collections.abc import Mapping
    from pathlib import Path

    from sim.errors import UsageError
    from sim.report.compared import Compared
    from sim.report.comparison_tables import asked_in_comparison
    from sim.results.run import Run
    from sim.studies.comparison import compare as compare_runs

    def played(entry: Run | Resolved | str | Path) -> Run:
        if isinstance(entry, Run):
            return entry
        if isinstance(entry, (str, Path)) and Path(entry).is_dir():
            return open_run(entry)
        return run(entry, replications, seed, jobs, out)

    if not isinstance(runs, Mapping):
        raise UsageError(
            "compare takes runs by label, for example {'now': run, 'halt': 'scenarios/full-halt.yaml'}"
        )
    opened = {label: played(entry) for label, entry in runs.items()}
    return Compared(compare_runs(opened, baseline, further=asked_in_comparison))


def page(
    run: Run | str | Path,
    out: str | Path,
    *others: Run | str | Path,
    sliders: Sequence[str] = (),
    jobs: int = 1,
) -> Path:
    """Write a stored run as one page to mail, with sliders, beside `others`; return its path (`isf page`).

    Runs are values of `run` and `open_run`, or folders. Errors as of `run.page`, and StoreError for a folder that
    holds no run.
    """
    first, *rest = (_opened(each) for each in (run, *others))
    return first.page(out, *rest, sliders=sliders, jobs=jobs)


def why(
    then: Run | str | Path,
    now: Run | str | Path,
    target: str | None = None,
    by: str | dt.date | None = None,
    *,
    replications: int | None = None,
    jobs: int = 1,
    out: str | Path | None = None,
) -> Why:
    """Return why an answer changed from one stored run to a later one (`isf why`); `.table()` has the parts.

    Runs are values of `run` and `open_run`, or folders; `target`, `by` and the rest as of `run.why`, errors too.
    """
    return _opened(now).why(_opened(then), target, by, replications=replications, jobs=jobs, out=out)


def packages(
    scenario: Resolved | str | Path,
    target: str,
    chance: float = 0.8,
    *,
    budget: float | None = None,
    confidence: float = 0.95,
    replications: int = 1000,
    seed: int = 0,
    jobs: int = 1,
    out: str | Path | None = None,
) -> Planning:
    """Search the packages of a scenario's levers for the cheapest that gives a target that chance (`isf plan`).

    `target` is one of the scenario's, or `TROOPS@DATE`. `.answer`, `.frontier` and `.shares` of what is
    returned are values. (It is not called `plan`, which is the room of compiled scenarios.) With `out` what
    was played is kept there and not played again. UsageError without levers or for an unknown target.
    """
    from pathlib import Path

    from sim.batch.executors import opened_workers
    from sim.studies.packages.planning import plan
    from sim.studies.packages.racing import Terms

    resolved = load(scenario) if isinstance(scenario, (str, Path)) else scenario
    terms = Terms(wanted=chance, error=1 - confidence, budget=budget, most=replications)
    folder = None if out is None else Path(out)
    with opened_workers(None, jobs) as workers:
        return plan(resolved, target, workers, terms=terms, seed=seed, folder=folder)


def explain(scenario: Resolved | str | Path, worlds: int = 500) -> str:
    """Return a scenario in plain language, as `isf explain`; 0 `worlds` leave out what no formula gives."""
    from sim.report.telling.explanation import explanation

    return "\n".join(explanation(_resolved(scenario).scenario, worlds))


def unlock(
    scenario: Resolved | str | Path, target: int | str, by: str | dt.date | None = None, **filters: str
) -> Unlocking:
    """Find the smallest sets of changes that make so many troops, or a target by name, reachable.

    `filters` are contributor, role, sector and force. UsageError for what the scenario does not have.
    """
    import datetime

    from sim.results.selection import Selection
    from sim.studies.aiming import aim_of
    from sim.studies.unlock import unlock as unlocked

    own = _resolved(scenario).scenario
    day = datetime.date.fromisoformat(by) if isinstance(by, str) else by
    aim = aim_of(own, str(target), day, Selection(**filters))
    return unlocked(own, aim.troops, aim.by, aim.counts)


def sensitivity(
    scenario: Resolved | str | Path,
    replications: int = 250,
    seed: int = 0,
    jobs: int = 1,
    *,
    measures: Sequence[str] = (),
    only: str = "",
    out: str | Path | None = None,
    executor: str | None = None,
) -> Sensitivity:
    """Move each assumption alone to its low and its high, as `isf sensitivity`; `.table` holds what that changes.

    With `out` the answers are kept there, and what is there already is not played again.
    """
    from pathlib import Path

    from sim.batch.executors import opened_workers
    from sim.studies.sensitivity import sensitivity as moved

    with opened_workers(executor, jobs) as workers:
        return moved(
            _resolved(scenario),
            workers,
            replications=replications,
            seed=seed,
            measures=measures,
            only=only,
            folder=None if out is None else Path(out),
        )


def check(
    scenario: Resolved | str | Path,
    replications: int = 200,
    examples: int = 300,
    seed: int = 0,
    jobs: int = 1,
) -> list[tuple[str, bool]]:
    """Return what `isf check` prints, line by line, and whether each tells of a broken statement.

    It needs Hypothesis: the extra `test`.
    """
    from sim.testing.statements import check_lines

    own = _resolved(scenario).scenario
    name = str(scenario) if not hasattr(scenario, "digest") else own.scenario
    found = check_lines(own, name, replications=replications, examples=examples, seed=seed, jobs=jobs)
    return list(found)


def _opened(run: Run | str | Path) -> Result:
    """Return a stored run with its answers, from a run or the folder that holds one."""
    from sim.report.result import Result
    from sim.results.run import Run

    if isinstance(run, Result):
        return run
    return Result(run.folder, run.scenario, run.manifest) if isinstance(run, Run) else open_run(run)


def _resolved(scenario: Resolved | str | Path) -> Resolved:
    """Return a loaded scenario, from what `load` returns or a path."""
    from sim.scenario.loading import Resolved

    return scenario if isinstance(scenario, Resolved) else load(scenario)
