"""What a question about stored worlds turns on: in which of them a number of troops is there on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.errors import UsageError
from sim.results.applicability import applies, rule_questions
from sim.results.changes import stage_question
from sim.results.dates import day_of
from sim.results.levels import daily_levels
from sim.results.reading import Question, read_beforehand
from sim.results.targets import attainments
from sim.rules.domains import MILITARY
from sim.words.dates import day
from sim.words.numbers import so_many
from sim.words.titles import titles_of, troops_counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.results.run import Run
    from sim.scenario.aims import Target
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Outcome:
    """An answer of yes or no in every world that counts.

    `title` says it ("5,000 troops on 30 June 2026"); `places` are the worlds that count, as their places among
    those that finished, `holds` in which of them it is so.
    """

    name: str
    title: str
    troops: int
    by: dt.date
    places: NDArray[np.int64] = field(repr=False)
    holds: NDArray[np.bool_] = field(repr=False)

    @property
    def worlds(self) -> int:
        """How many worlds count."""
        return len(self.places)


def asked_for_outcomes(run: Run, names: Collection[str] | None = None) -> Iterator[tuple[Hashable, Question]]:
    """Yield what the outcomes of targets (None: of all) ask of a run, with keys; without any the force is asked for."""
    targets = run.scenario.targets
    yield stage_question(run, ("deployed",))
    yield from rule_questions(run, (targets[name].when for name in targets if names is None or name in names))


def outcome_of(
    run: Run,
    target: str | None,
    troops: int | None,
    by: dt.date | None,
    further: Iterable[tuple[Hashable, Question]] = (),
) -> Outcome:
    """Return the outcome that is asked for: a target of the scenario, or so many of the headline force by a day.

    `by` moves a target to another day. With neither, the only target there is. `further` is what will be asked of the
    run next: of a long one it is read in the same pass. UsageError for a contradiction, an unknown target, a day
    outside the run, or an outcome that counts nowhere.
    """
    if target is not None and troops is not None:
        raise UsageError("give a target or a number of troops, not both")
    if target is None and troops is None:
        target = _only_target(run)
    if target is None or target in run.scenario.targets:
        read_beforehand(run, (*asked_for_outcomes(run, [] if target is None else [target]), *further))
    if target is None:
        assert troops is not None
        return _of_troops(run, troops, by or run.scenario.end)
    return _of_target(run, target, by)


def outcome_where(
    run: Run, text: str, by: dt.date | None, further: Iterable[tuple[Hashable, Question]] = ()
) -> Outcome:
    """Return in which worlds a rule holds at the end of a day, of the run's last if none is given.

    `further` is that of `outcome_of`. RuleError for a text that is no rule, UsageError for one that names what the
    scenario does not have or log.
    """
    import numpy as np

    from sim.rules import parse
    from sim.scenario.rule_texts import complete_rule
    from sim.words.titles import clause

    rule, date = parse(text), by or run.scenario.end
    day_of(run.dates, date)
    complete_rule(run.scenario, rule)
    read_beforehand(run, (*rule_questions(run, [rule]), *further))
    (holds,) = applies(run, [(rule, date)])
    title = f"that on {day(date)} {clause(rule, titles_of(run.scenario))}"
    return Outcome(text, title, 0, date, np.arange(run.replications), holds)


def outcomes_of(run: Run) -> tuple[Outcome, ...]:
    """Return the outcome of every target that counts somewhere, by date and name."""
    read_beforehand(run, asked_for_outcomes(run) if run.scenario.targets else ())
    found = []
    for name in run.scenario.targets:
        try:
            found.append(_of_target(run, name, None))
        except UsageError:
            continue
    return tuple(sorted(found, key=lambda each: (each.by, each.name)))


def _only_target(run: Run) -> str:
    names = list(run.scenario.targets)
    if len(names) == 1:
        return names[0]
    listed = ", ".join(names) or "none"
    raise UsageError(
        f"which target? name one with --target, or ask with --troops N --by D; the run has: {listed}"
    )


def _of_target(run: Run, name: str, by: dt.date | None) -> Outcome:
    import numpy as np

    (attained,) = attainments(run, [name])
    date = by or attained.target.by
    if not attained.numbers.size:
        raise UsageError(f"target '{name}' applies in no world of the run")
    from sim.results.levels import levels_of

    held = levels_of(attained.changes, run.dates).on_day(day_of(run.dates, date)) >= attained.target.troops
    places = np.searchsorted(run.numbers, attained.numbers)
    title = f"{so_many(attained.target.troops)} {what_counts(run.scenario, attained.target)} on {day(date)}"
    return Outcome(name, title, attained.target.troops, date, places, held)


def what_counts(scenario: Scenario, target: Target) -> str:
    """Return which troops a target counts: `troops`, `police`, `infantry of Turkey in Rafah`."""
    force = None if target.force == MILITARY else target.force
    return troops_counted(scenario, force, target.role, target.sector, target.contributor)


def _of_troops(run: Run, troops: int, by: dt.date) -> Outcome:
    import numpy as np

    if troops < 1:
        raise UsageError(f"--troops {troops}: ask for one or more")
    held = daily_levels(run).on(by) >= troops
    title = f"{so_many(troops)} troops on {day(by)}"
    return Outcome(title, title, troops, by, np.arange(run.replications), held)
