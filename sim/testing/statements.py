"""A scenario's own `never:` and `always:` statements, in random worlds and hunted for counter-examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from sim.batch.allowance import allowance_of
from sim.batch.executors import workers_for
from sim.batch.simulation import Violation
from sim.batch.workers import Workers
from sim.durations import DAY
from sim.errors import TimeUpError
from sim.model.logbook import Logs
from sim.rules.readings import said_instant
from sim.rules.syntax import Not, Rule
from sim.scenario.rules import completed
from sim.scenario.scenario import Scenario
from sim.testing.hunting import hunt
from sim.testing.stories import story

Line = tuple[str, bool]
"""A line (or some) of what was found, and whether it tells of a broken statement."""


def check_lines(
    scenario: Scenario,
    name: str,
    *,
    replications: int,
    examples: int,
    seed: int = 0,
    jobs: int = 1,
    workers: Workers | None = None,
    cut: Callable[[], None] = lambda: None,
) -> Iterator[Line]:
    """Yield what becomes of each statement of a scenario that is called `name`.

    Where the time allowed to the workers is up, `cut` is called: fewer random worlds were played, and statements are
    not hunted any more (a hunt that is begun goes to its end).

    Each is watched in so many random replications, and, if it holds in them, hunted in so many worlds in
    which the facts do whatever they may (see `sim.testing.worlds`). Random worlds are played by `workers`, or
    by so many `jobs` on this machine.
    """
    statements = statements_of(scenario)
    if not statements:
        yield f"{name}: has no `never:` and no `always:` statement; nothing to check", False
        return
    workers = workers or workers_for(jobs)
    allowance = allowance_of(workers)
    broken, finished, failed = random_worlds(scenario, replications, seed, workers)
    if finished + failed < replications:
        cut()
    if failed:
        yield f"{name}: {failed:,} of {finished + failed:,} replications failed; `isf run` tells why", True
    for text, rule in statements.items():
        if text in broken:
            share = f"is broken in {broken[text].replications:,} of {finished:,} random worlds"
            first = _history(scenario, rule, broken[text], seed)
            yield f"{name}: “{text}” {share}, first in {first}", True
            continue
        kept = f"holds in {finished:,} random worlds"
        if examples and allowance is not None and not allowance.may_begin():
            cut()
            yield f"{name}: “{text}” {kept}; it was not hunted, as the time given was up", False
            continue
        hunted = counter_example(scenario, text, rule, examples, seed) if examples else None
        if hunted is not None:
            yield f"{name}: “{text}” {kept}, but the facts may do what breaks it: {hunted}", True
        else:
            searched = f"; no counter-example among {examples:,} worlds hunted through" if examples else ""
            yield f"{name}: “{text}” {kept}{searched}", False


def statements_of(scenario: Scenario) -> dict[str, Rule]:
    """Return each statement as the log of violations names it, with the rule that must never hold."""
    never = {f"never: {rule}": completed(scenario, rule) for rule in scenario.never}
    always = {f"always: {rule}": Not(completed(scenario, rule)) for rule in scenario.always}
    return {**never, **always}


def random_worlds(
    scenario: Scenario, replications: int, seed: int, workers: Workers
) -> tuple[dict[str, Violation], int, int]:
    """Play replications; return the broken statements, and how many finished and failed in the time allowed."""
    from sim.batch.playing import play
    from sim.batch.simulation import Simulation, merged, standard_model
    from sim.batch.spans import blocks_of, part_size, split

    model = standard_model()
    parts = split(blocks_of(replications), part_size(replications, workers.jobs)) if replications else ()
    violations: list[Any] = []
    done, failed = 0, 0
    with suppress(TimeUpError):
        for played in play(workers, Simulation.of(model, model.compile(scenario), seed), parts):
            violations.extend(played.violations)
            done, failed = done + played.span.count, failed + len(played.failures)
    return {each.statement: each for each in merged(violations)}, done - failed, failed


def counter_example(scenario: Scenario, text: str, rule: Rule, examples: int, seed: int = 0) -> str | None:
    """Return the simplest world found in which a statement is broken, as a readable history, or None."""
    watched = scenario.model_copy(update={"never": (rule,), "always": ()})
    found = hunt(watched, _first_violation, examples, seed)
    if found is None:
        return None
    when = f"on {said_instant(scenario.start, found.time)} (day {found.time / DAY:g})"
    where = f"delays, approvals and troops as in replication {found.world.replication} of seed {seed}"
    moved = [fact for fact, course in found.world.courses.items() if course]
    return f"{when}, {where}\n{story(scenario, found.logs, rule, found.time, also=moved)}"


def _first_violation(logs: Logs) -> tuple[int, int] | None:
    return logs.violations[0][:2] if logs.violations else None


def _history(scenario: Scenario, rule: Rule, violation: Violation, seed: int) -> str:
    """Tell the first replication in which a statement is broken."""
    from sim.batch.rerunning import replication_rerun

    logs = replication_rerun(scenario, violation.number, seed=seed)
    time = next(row[0] for row in logs.violations if row[2] == violation.statement)
    when = f"{said_instant(scenario.start, time)} (day {time / DAY:g})"
    return f"replication {violation.number} on {when}:\n{story(scenario, logs, rule, time)}"
