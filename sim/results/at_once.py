"""What tables, figures and `summary.csv` ask of a run, asked together where its summaries do not stay in memory."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from sim.results.applicability import rule_questions
from sim.results.arrivals import entries_question
from sim.results.binding import binding_question, stack_question
from sim.results.changes import flow_question, stage_question
from sim.results.costs import costs_question, curve_dates, stated_dates
from sim.results.departures import WAYS
from sim.results.fact_chances import facts_question
from sim.results.funnel import funnel_question
from sim.results.pledges import pledge_question
from sim.results.reading import Question, read_beforehand
from sim.results.requirements import lines_questions
from sim.results.selection import Selection, headline, other_forces

if TYPE_CHECKING:
    from sim.results.run import Run


def read_at_once(run: Run, further: Iterable[tuple[Hashable, Question]] = (), figures: bool = True) -> None:
    """Ask all that is asked of every run, and `further` questions, in one pass.

    What nothing but `figures` needs is left out without them.
    """
    read_beforehand(run, chain(questions_of_every(run, figures), further))


def questions_of_every(run: Run, figures: bool = True) -> Iterator[tuple[Hashable, Question]]:
    """Yield what the tables and figures of a run ask, with keys; without `figures` only what tables do."""
    scenario, own = run.scenario, headline(run.scenario)
    yield stage_question(run, ("deployed",))
    yield pledge_question(run)
    for counts in WAYS:
        yield flow_question(run, counts)
    yield from rule_questions(
        run, (*(target.when for target in scenario.targets.values()), scenario.ends_when)
    )
    yield from lines_questions(run, scenario.requirements)
    selections = (own, Selection(), *(Selection(force=force) for force in other_forces(scenario)))
    for selection in selections:
        yield binding_question(run, selection, sums=True)
    yield binding_question(run, own, sums=False)
    if scenario.costs is not None:
        yield costs_question(run, stated_dates(scenario))
    if figures:
        yield from _of_figures(run)


def _of_figures(run: Run) -> Iterator[tuple[Hashable, Question]]:
    own = headline(run.scenario)
    yield funnel_question(run, own)
    yield entries_question(run, among_arriving=True, sums=True)
    yield facts_question(run)
    yield stack_question(run, own, sums=True)
    if run.scenario.costs is not None:
        yield costs_question(run, curve_dates(run.dates))
