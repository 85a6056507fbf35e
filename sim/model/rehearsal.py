"""The known time, played once before a replication: what it says about numbers that are drawn once.

Until `as_of` the world follows what history records, so whatever the numbers are, the rules take the same
course there, the same delays run and the same questions are open. A rehearsal plays that time and notes how
long each delay ran without ending, at which rates, and which ends history records; `sim.plan.updating` makes
of it what the numbers are likely to be. It consumes no random number that the replication does not deal again.

====================================  ======================================================================
known                                 says about
====================================  ======================================================================
a stay of a switch                    what scales it: the chance to last so long, the density of its end
the first answer of a milestone or    its probability, and what scales its delay: the chance of no answer by
consent                               then, or of that answer just then
an approval, preparation, notice, …   its probability, what scales it: likewise (`arrived`: over before then)
progress                              what scales it: a step takes longer than the present one has, and at
                                      most what those recorded as done allow
counted events                        rate and bursts: their total since `start`
casualties                            their rate: none has happened, for history cannot record any
====================================  ======================================================================

Numbers that the known time does not test (sizes of pledges, shares delivered, vetted shares, reception) stay
as stated. What cannot have happened under the scenario says nothing.

What is known hangs on chance only through who comes at all, decided on approval: replications alike in that
share one rehearsal. Where anything else that is drawn decides before `as_of`, each has its own.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import floor

from sim.model.notes import Notes
from sim.model.processes import start_processes
from sim.model.troops import Muster
from sim.model.watching import watch
from sim.model.world import World
from sim.plan.laws import ConstantLaw, Law
from sim.plan.randomness import Draws
from sim.plan.tables import ContingentPlan, EventsPlan, MilestonePlan, Plan, Quantity
from sim.plan.updating import Learned, learn

MOST_KEPT = 64
"""Most rehearsals of a plan that are kept for replications that are alike."""


def known_numbers(plan: Plan, draws: Draws, number: int) -> dict[str, float] | None:
    """Return the numbers, by stream, that a replication draws by what is known; None if nothing is."""
    if not _can_learn(plan):
        return None
    learned = _rehearsals(_Same(plan)).learned(draws, number)
    return learned.draw(lambda stream: draws.page(stream, 0, number)[0])


def rehearse(plan: Plan, draws: Draws, number: int) -> tuple[Learned, frozenset[str], bool]:
    """Play the known time; return what it teaches, and what of it hangs on chance.

    That is the streams by which it was decided who never comes, and whether anything else drawn decided.
    """
    known = replace(plan, ends=plan.as_of)
    world = World(known, draws, number)
    notes = world.notes = Notes(plan.as_of, lambda: world.rounds.now)
    _, contingents, _ = start_processes(world, Muster(world))
    watch(world, notes, contingents)
    world.rounds.play(known.ends)
    learned = learn(plan.uncertain, notes.observations(plan.uncertain))
    return learned, frozenset(notes.approved), world.met_chance


def _can_learn(plan: Plan) -> bool:
    """Tell whether there is known time, and a number drawn once that it can say something about."""
    return plan.as_of > 0 and any(not isinstance(law, ConstantLaw) for law in _learnable(plan))


def _learnable(plan: Plan) -> list[Law]:
    laws = [quantity.law for _, quantity in plan.uncertain]
    for fact in plan.facts:
        if isinstance(fact, MilestonePlan):
            laws.append(fact.probability.law)
        elif isinstance(fact, EventsPlan):
            laws += [fact.rate.law, fact.bursts.law]
    for row in plan.contingents:
        laws += [approval.probability.law for approval in row.approvals]
        laws += [row.casualties.rate.law] if row.casualties else []
    return laws


class _Same:
    """A plan as a key: the same object, for to compare two plans takes longer than to rehearse one."""

    __slots__ = ("plan",)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.plan is self.plan


@lru_cache(maxsize=4)
def _rehearsals(same: _Same) -> _Rehearsals:
    return _Rehearsals(same.plan)


class _Rehearsals:
    """What was learned in rehearsals of one plan, by who comes; results do not depend on what is kept.

    That a contingent never comes shows only once it is approved: of those that are not approved before `as_of`
    it does not matter, and who is approved then does not depend on whether others come.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._approved: dict[tuple[bool, ...], frozenset[str]] = {}
        """By who has troops at all: the streams that decide whether those approved come."""
        self._kept: dict[tuple[int, ...], Learned] = {}

    def learned(self, draws: Draws, number: int) -> Learned:
        """Return what replication `number` learns."""
        who = _who_comes(self._plan, draws, number)
        has_troops = tuple(comes > 0 for comes in who)
        approved = self._approved.get(has_troops)
        kept = None if approved is None else self._kept.get(self._alike(who, approved))
        if kept is not None:
            return kept
        learned, approved, met_chance = rehearse(self._plan, draws, number)
        if met_chance or len(self._kept) >= MOST_KEPT:
            return learned
        if self._approved.setdefault(has_troops, approved) == approved:
            self._kept[self._alike(who, approved)] = learned
        return learned

    def _alike(self, who: tuple[int, ...], approved: frozenset[str]) -> tuple[int, ...]:
        rows = zip(self._plan.contingents, who, strict=True)
        return tuple(comes if row.arrival_outcome in approved else min(comes, 1) for row, comes in rows)


def _who_comes(plan: Plan, draws: Draws, number: int) -> tuple[int, ...]:
    """Return of each contingent whether it has nobody (0), will never come (1), or comes (2)."""

    def dealt(quantity: Quantity) -> float:
        if isinstance(quantity.law, ConstantLaw):
            return quantity.law.value
        return quantity.law.quantile(draws.page(quantity.stream, 0, number)[0])

    common = {name: dealt(quantity) for name, quantity in plan.uncertain}

    def drawn(quantity: Quantity) -> float:
        return quantity.moved(dealt(quantity), common)

    def comes(row: ContingentPlan) -> int:
        pledged = floor(drawn(row.troops) + 0.5)
        if pledged == 0:
            return 0
        never = drawn(row.never_arrives)
        if never > 0.0 and draws.page(row.arrival_outcome, 0, number)[0] < never:
            return 1
        return 1 if floor(drawn(row.delivers) * pledged + 0.5) == 0 else 2

    return tuple(comes(row) for row in plan.contingents)
