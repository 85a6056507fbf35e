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
casualties                            their rate: how many of how many exposed
who came, and who prepares still      the sizes of pledges, the share delivered, whether any come at all
graduates, reliefs                    the vetted share, the chance of a relief
====================================  ======================================================================

Numbers that the known time does not test stay as stated. What cannot have happened under the scenario says
nothing. What is not reported goes its own way in each replication and says nothing; nor is it learned from what
others that are reported did because of it.

Replications share one rehearsal; where something that is drawn decides before `as_of`, each has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from sim.model.notes import Notes
from sim.model.processes import start_processes
from sim.model.troops import Muster
from sim.model.watching import watch
from sim.model.world import World
from sim.plan.coming import ObservedComing, observed_deliveries, sizes
from sim.plan.laws import ConstantLaw, Law
from sim.plan.observations import Observation, uncertain
from sim.plan.randomness import Draws
from sim.plan.tables import EventsPlan, MilestonePlan, Plan, Quantity
from sim.plan.updating import Learned, learn

MOST_KEPT = 64
"""Most rehearsals of a plan that are kept for replications that are alike."""


def known_numbers(plan: Plan, draws: Draws, number: int) -> dict[str, float] | None:
    """Return what a replication draws by what is known; None if nothing is.

    That is numbers by their stream, and by its outcome's stream the chance that a pledge never comes.
    """
    if not _can_learn(plan):
        return None
    known = _rehearsals(_Same(plan)).known(draws, number)
    return _drawn(plan, known, draws, number)


@dataclass(frozen=True, slots=True)
class Known:
    """What a rehearsal teaches."""

    learned: Learned
    comings: tuple[ObservedComing, ...] = ()


def rehearse(plan: Plan, draws: Draws, number: int) -> tuple[Known, bool]:
    """Play the known time; return what it teaches, and whether anything that is drawn has decided on that."""
    played = replace(plan, ends=plan.as_of)
    deliveries = observed_deliveries(plan)
    before = Known(learn(plan.uncertain, _telling(plan, deliveries))) if deliveries else None
    world = World(played, draws, number, _drawn(plan, before, draws, number) if before else None)
    notes = world.notes = Notes(plan.as_of, lambda: world.rounds.now)
    _, contingents, _ = start_processes(world, Muster(world))
    watch(world, notes, contingents)
    world.rounds.play(played.ends)
    observed = notes.observations(plan.uncertain)
    comings = notes.comings(plan.contingents)
    told = (*observed, *_telling(plan, (*deliveries, *comings)))
    return Known(learn(plan.uncertain, told), comings), world.met_chance


def _telling(plan: Plan, observed: Iterable[Observation]) -> tuple[Observation, ...]:
    """Return those that tell about something uncertain."""
    varying = {name for name, quantity in plan.uncertain if uncertain(quantity)}
    return tuple(each for each in observed if each.numbers or not varying.isdisjoint(each.common))


def _drawn(plan: Plan, known: Known, draws: Draws, number: int) -> dict[str, float]:
    def variate(stream: str) -> float:
        return draws.page(stream, 0, number)[0]

    numbers = known.learned.draw(variate)
    common = {name: _raw(quantity, numbers, variate) for name, quantity in plan.uncertain}
    numbers |= sizes(plan, {**numbers, **common}, variate)
    for coming in known.comings:
        own = {each.stream: _raw(each, numbers, variate) for each in coming.numbers}
        numbers[coming.outcome] = coming.chance({**common, **own})
    return numbers


def _raw(quantity: Quantity, numbers: Mapping[str, float], variate: Callable[[str], float]) -> float:
    known = numbers.get(quantity.stream)
    if known is not None:
        return known
    law = quantity.law
    return law.value if isinstance(law, ConstantLaw) else law.quantile(variate(quantity.stream))


def _can_learn(plan: Plan) -> bool:
    """Tell whether there is known time, and something latent that it can say something about."""
    if plan.as_of <= 0:
        return False
    never = any(row.never_arrives.law != ConstantLaw(0.0) for row in plan.contingents)
    return never or any(not isinstance(law, ConstantLaw) for law in _learnable(plan))


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
        laws += [row.tour.relief.law] if row.tour else []
        laws += [row.troops.law, row.delivers.law] if row.records else []
    laws += [row.vetted.law for row in plan.training if row.graduates]
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
    """What was learned in rehearsals of one plan, by who has troops; results do not depend on what is kept."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._kept: dict[tuple[bool, ...], Known] = {}

    def known(self, draws: Draws, number: int) -> Known:
        """Return what replication `number` knows."""
        who = _who_has_troops(self._plan, draws, number)
        kept = self._kept.get(who)
        if kept is not None:
            return kept
        known, met_chance = rehearse(self._plan, draws, number)
        if not met_chance and len(self._kept) < MOST_KEPT:
            self._kept[who] = known
        return known


def _who_has_troops(plan: Plan, draws: Draws, number: int) -> tuple[bool, ...]:
    """Return of each contingent whether anybody is pledged."""

    def dealt(quantity: Quantity) -> float:
        return _raw(quantity, {}, lambda stream: draws.page(stream, 0, number)[0])

    common = {name: dealt(quantity) for name, quantity in plan.uncertain}
    return tuple(row.troops.moved(dealt(row.troops), common) >= 0.5 for row in plan.contingents)
