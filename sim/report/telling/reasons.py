"""Why troops moved: what their rules and the consents asked for, and which part of it changed then."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from sim.model.past import Past
from sim.plan.compilation import compile_plan
from sim.plan.tables import TrainingPlan
from sim.rules.binding import bind
from sim.rules.meaning import truth
from sim.rules.references import atoms, signals
from sim.rules.syntax import ALWAYS, Casualties, Not, Quantity, Rule
from sim.rules.truths import Truth
from sim.scenario.rules import completed
from sim.words.names import listed
from sim.words.titles import clause

if TYPE_CHECKING:
    from sim.model.logbook import Logs
    from sim.plan.conditions import Conditions
    from sim.plan.tables import ContingentPlan
    from sim.scenario.scenario import Scenario


class Reasons:
    """Reads the rules of one replication against what happened in it."""

    def __init__(self, scenario: Scenario, logs: Logs, titles: Mapping[str, str]) -> None:
        self._scenario = scenario
        self._past = Past(scenario, logs)
        self._titles = titles
        self._truths: dict[Rule, Truth] = {}

    def conditions(self, contributor: str, contingent: str) -> Conditions | None:
        """Return what a contingent's rules and the consents ask together; None for a trained force."""
        return self._conditions.get((contributor, contingent))

    def newly(self, contributor: str, contingent: str, time: int) -> str:
        """Say which parts of a contingent's conditions changed at an instant; empty if none did."""
        conditions = self.conditions(contributor, contingent)
        parts = conditions.atoms if conditions is not None else ()
        changed = [atom for atom in parts if time in self._truth(atom).flips]
        now = [atom if self._truth(atom).at(time) else Not(atom) for atom in changed]
        return listed([clause(rule, self._titles) for rule in now])

    def asks(self, contributor: str, contingent: str) -> bool:
        """Say whether a contingent has any condition."""
        conditions = self.conditions(contributor, contingent)
        return conditions is not None and bool(conditions.atoms)

    def reads(self, contributor: str) -> frozenset[str]:
        """Return what the rules of a contributor or trained force read, by the names that logs have."""
        rules = [row.rule for (owner, _), row in self._conditions.items() if owner == contributor]
        rules += [rule] if (rule := self._withdraws(contributor)) is not None else []
        read = {str(quantity) for rule in rules for quantity in signals(rule)}
        return frozenset({*read, str(Casualties(contributor))})

    def value(self, quantity: Quantity, time: int) -> float:
        """Return the value of a quantity at an instant; 0 for a fact that is not recorded."""
        try:
            return self._past.signal(quantity).at(time)
        except ValueError:
            return 0.0

    def withdrawals(self, contributor: str) -> tuple[int, ...]:
        """Return the instants at which a contributor's `withdraws_when` became true."""
        rule = self._withdraws(contributor)
        if rule is None:
            return ()
        known = self._scenario.as_of or self._scenario.start
        begins = max(1, (known - self._scenario.start).days * 86_400)
        found = self._truth(rule)
        return tuple(flip for flip in found.flips if flip > begins and found.at(flip))

    def withdraws(self, contributor: str, time: int) -> str:
        """Say what made a contributor's `withdraws_when` true at an instant."""
        rule = self._withdraws(contributor) or ALWAYS
        changed = [atom for atom in atoms(rule) if time in self._truth(atom).flips]
        now = [atom if self._truth(atom).at(time) else Not(atom) for atom in changed]
        return listed([clause(part, self._titles) for part in now or [rule]])

    def _withdraws(self, contributor: str) -> Rule | None:
        state = self._scenario.contributors.get(contributor)
        rule = state.withdraws_when if state is not None else None
        return None if rule is None else bind(completed(self._scenario, rule), contributor)

    def _truth(self, rule: Rule) -> Truth:
        found = self._truths.get(rule)
        if found is None:
            try:
                found = truth(rule, self._past)
            except ValueError:  # it reads a fact with `log: false`, of whose changes nothing is known
                found = Truth(False)
            self._truths[rule] = found
        return found

    @cached_property
    def _conditions(self) -> Mapping[tuple[str, str], Conditions]:
        plan = compile_plan(self._scenario)
        rows: tuple[ContingentPlan | TrainingPlan, ...] = (*plan.contingents, *plan.training)
        return {(_owner(row), row.name): row.conditions for row in rows}


def _owner(row: ContingentPlan | TrainingPlan) -> str:
    return row.name if isinstance(row, TrainingPlan) else row.contributor
