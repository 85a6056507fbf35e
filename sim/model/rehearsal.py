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

Which reading of a statement holds, and on which side of a rule's limit an `uncertain:` quantity lies, decides the
course itself: then each course has a rehearsal of its own, and is as likely as all that is known is under it
(`sim.plan.courses`); one in which somebody came whose rule had never held is excluded.

Replications share a rehearsal as long as chance answers alike to what it asks (`sim.model.questions`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log
from types import MappingProxyType

from sim.model.chance import Dealer
from sim.model.notes import Contradiction, Notes
from sim.model.processes import start_processes
from sim.model.questions import Asked, Recollection
from sim.model.troops import Muster
from sim.model.watching import Disagreements, Kept, watch
from sim.model.world import World
from sim.plan.coming import ObservedComing, SeenSize, observed_deliveries, seen_sizes
from sim.plan.courses import Courses, courses_of, posterior
from sim.plan.laws import ConstantLaw, Law
from sim.plan.observations import IMPOSSIBLE, Observation, uncertain
from sim.plan.randomness import Draws
from sim.plan.tables import EventsPlan, MilestonePlan, Plan, Quantity
from sim.plan.updating import Learned, learn, log_evidence


def known_numbers(plan: Plan, draws: Draws, number: int) -> dict[str, float] | None:
    """Return what a replication draws by what is known; None if nothing is.

    That is numbers by their stream, and by its outcome's stream the chance that a pledge never comes.
    """
    if plan.as_of <= 0:
        return None
    courses = _courses(_Same(plan)) if plan.constants else None
    if courses is not None:
        return courses.known_numbers(draws, number)
    rehearsals = _rehearsals(_Same(plan))
    return None if rehearsals is None else _drawn(plan, rehearsals.known(draws, number), draws, number)


@dataclass(frozen=True, slots=True)
class Known:
    """What a rehearsal teaches."""

    learned: Learned
    sizes: tuple[SeenSize, ...]
    comings: tuple[ObservedComing, ...]
    settled: Mapping[str, float]
    """The chances of never coming, by outcome, that no drawn number moves."""
    log_evidence: float
    """How likely all that is known is, where courses are weighed."""
    readings_differ: bool
    """Whether readings of one statement ever disagreed, so that it matters which one was drawn."""


def rehearse(
    plan: Plan, draws: Draws, number: int, numbers: Mapping[str, float], weighs: bool = False
) -> tuple[Known, Asked]:
    """Play the known time; return what it teaches, and what it asked of chance, all that this hangs on.

    `numbers` are drawn by what has come of pledges, by stream. With `weighs` also how likely it is at all, which
    is next to nothing if history says that somebody came whose rule had never held.
    """
    played, asked = replace(plan, ends=plan.as_of), Asked()
    world = World(played, draws, number, numbers, asked)
    notes = world.notes = Notes(plan.as_of, lambda: world.rounds.now)
    _, contingents, _ = start_processes(world, Muster(world))
    watch(world, notes, contingents, weighs)
    kept = Kept(world, contingents) if weighs else None
    disagreements = Disagreements(world) if weighs else None
    world.rounds.play(played.ends)
    observed = notes.observations()
    comings = notes.comings(plan.contingents)
    told = (*observed, *observed_deliveries(plan), *comings)
    evidence = 0.0
    if kept is not None:
        evidence = log_evidence(plan.uncertain, told) + kept.broken() * log(IMPOSSIBLE)
    differ = disagreements is not None and disagreements.any
    return _known(plan, told, comings, evidence, differ), asked


def _known(
    plan: Plan,
    told: Iterable[Observation],
    comings: Iterable[ObservedComing] = (),
    evidence: float = 0.0,
    differ: bool = False,
) -> Known:
    settled = {each.outcome: each.settled for each in comings}
    return Known(
        learn(plan.uncertain, _telling(plan, told)),
        seen_sizes(plan),
        tuple(each for each in comings if settled[each.outcome] is None),
        {outcome: chance for outcome, chance in settled.items() if chance is not None},
        evidence,
        differ,
    )


def contradictions(plan: Plan, draws: Draws, number: int) -> tuple[Contradiction, ...]:
    """Return which measurements contradict each other in the known time of a replication."""
    world = World(replace(plan, ends=plan.as_of), draws, number)
    notes = world.notes = Notes(plan.as_of, lambda: world.rounds.now)
    start_processes(world, Muster(world))
    world.rounds.play(plan.as_of)
    notes.observations()
    return tuple(notes.contradictions)


def _telling(plan: Plan, observed: Iterable[Observation]) -> tuple[Observation, ...]:
    """Return those that tell about something uncertain."""
    varying = {name for name, quantity in plan.uncertain if uncertain(quantity)}
    return tuple(each for each in observed if each.numbers or not varying.isdisjoint(each.common))


def _drawn(
    plan: Plan, known: Known, draws: Draws, number: int, dealt: Mapping[str, float] = MappingProxyType({})
) -> dict[str, float]:
    """Return what is drawn by what is known; `dealt` are variates of streams in place of those of the draws."""

    def variate(stream: str) -> float:
        if stream in dealt:
            return dealt[stream]
        return draws.page(stream, 0, number)[0]

    numbers = known.learned.draw(variate)
    common = {name: _raw(quantity, numbers, variate) for name, quantity in plan.uncertain}
    values = {**numbers, **common}
    for each in known.sizes:
        if (size := each.drawn(values, variate)) is not None:
            numbers[each.size.stream] = size
    numbers |= known.settled
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
    """Tell whether there is something latent that the known time can say something about."""
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


class _Weighed:
    """The courses of one plan, each with its rehearsals."""

    def __init__(self, courses: Courses) -> None:
        self._courses = courses
        self._rehearsals = {each.places: _Rehearsals(each.plan, weighs=True) for each in courses.courses}

    def known_numbers(self, draws: Draws, number: int) -> dict[str, float]:
        """Return what a replication draws by what is known, which course it takes among it."""
        courses = self._courses
        known: dict[tuple[int, ...], Known] = {}
        for alike in courses.alike:
            first = known[alike[0]] = self._rehearsals[alike[0]].known(draws, number)
            for places in alike[1:]:
                known[places] = (
                    self._rehearsals[places].known(draws, number) if first.readings_differ else first
                )
        weights = posterior(courses, {places: each.log_evidence for places, each in known.items()})
        dealt = {stream: draws.page(stream, 0, number)[0] for stream in courses.streams}
        course, left = courses.choose(weights, dealt)
        numbers = _drawn(course.plan, known[course.places], draws, number, left)
        for stream, cells, place in zip(courses.streams, courses.cells, course.places, strict=True):
            numbers.setdefault(stream, cells[place].law.quantile(left[stream]))
        return numbers


@lru_cache(maxsize=4)
def _courses(same: _Same) -> _Weighed | None:
    courses = courses_of(same.plan)
    return None if courses is None else _Weighed(courses)


@lru_cache(maxsize=4)
def _rehearsals(same: _Same) -> _Rehearsals | None:
    return _Rehearsals(same.plan) if _can_learn(same.plan) else None


class _Rehearsals:
    """What was learned in rehearsals of one plan, by what chance answered; results do not depend on what is kept."""

    def __init__(self, plan: Plan, weighs: bool = False) -> None:
        self._plan = plan
        self._weighs = weighs
        self._answered = Recollection[Known]()
        came = observed_deliveries(plan)
        self._delivered = _known(plan, came) if came else None
        """What has come of pledges teaches, if any has."""

    def known(self, draws: Draws, number: int) -> Known:
        """Return what replication `number` knows."""
        plan = self._plan
        numbers = self.delivered(draws, number) if self._answered.asks else None
        found = self._answered.find(Dealer(plan, draws, number, numbers))
        if found is None:
            numbers = self.delivered(draws, number) if numbers is None else numbers
            found, asked = rehearse(plan, draws, number, numbers, self._weighs)
            self._answered.keep(asked, found)
        return found

    def delivered(self, draws: Draws, number: int) -> dict[str, float]:
        """Return what a replication draws by what has come of pledges: with that the known time is rehearsed."""
        return {} if self._delivered is None else _drawn(self._plan, self._delivered, draws, number)
