"""The race: few worlds for all packages, more for those of which something is still open.

At each look (after 50, 100, 200, 300, … worlds, the same for all) every package that still races is judged:

* it *meets* the target if its chance is at least the wanted one less the indifference zone;
* it *misses* if its chance is below the wanted one;
* it is *beaten* if a package that takes no more effort has a chance that is at most the indifference zone
  lower, or is higher;
* it is *too dear* if its mean effort is over the budget, or the mean cost of the force over the cap;

each with confidence: the bounds are exact, and the error is shared out over all packages and looks (and, for
who beats whom, over all rivals). A package
that is beaten, or too dear, leaves the race. Packages that miss stay in as long as they are not beaten: they
are the frontier of effort and chance. The race ends when no package is open any more, but not before 200 worlds,
or at the last look. Then those on the frontier, and the answer, are played up to the last look, so that what is
said of them rests on as many worlds as there are.

Where the time allowed is up, the race ends with the last look for which all was played; at the first look, with the
packages of which all was. Verdicts keep their confidence: the error is shared out over the looks that were planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from sim.errors import TimeUpError
from sim.studies.packages.bounds import at_least, at_most, gains_at_least
from sim.studies.packages.deck import NOTHING, Package
from sim.studies.packages.evidence import PART, Evidence, PackageOutcome

Verdict = Literal["open", "meets", "misses"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is raced for: a chance of `wanted`, told apart to within `zone`, wrongly with `error` at most.

    A race lasts at least `least` worlds and at most `most`.
    """

    wanted: float = 0.8
    zone: float = 0.05
    error: float = 0.05
    budget: float | None = None
    cost_cap: float | None = None
    most: int = 1000
    least: int = 200


@dataclass
class Runner:
    """A package in the race; `worlds` is how many it was judged by when it left, or at the end."""

    package: Package
    worlds: int = 0
    verdict: Verdict = "open"
    beaten_by: Package | None = None
    too_dear: bool = False

    @property
    def races(self) -> bool:
        """Tell whether it is still in the race."""
        return self.beaten_by is None and not self.too_dear


@dataclass
class Race:
    """Packages racing on the same worlds."""

    evidence: Evidence
    terms: Terms
    runners: dict[Package, Runner] = field(default_factory=dict)
    worlds: int = 0
    """How many worlds the last look was made after."""
    cut: bool = False
    """Whether the time allowed was up before its end."""

    def run(self, packages: Sequence[Package]) -> None:
        """Race these packages to the end; TimeUpError if not even one of them has a first look in time."""
        self.runners = {package: Runner(package) for package in packages}
        steps = looks(self.terms.most)
        share = self.terms.error / (3 * len(packages) * len(steps))
        for worlds in steps:
            racing = [runner for runner in self.runners.values() if runner.races]
            if not self._gathered(racing, worlds):
                if self.worlds:
                    return
                racing = self._seen(racing, worlds)
            self.worlds = worlds
            for runner in racing:
                self._judge(runner, share)
            self._cut(racing, share)
            if self.cut:
                return
            if worlds >= self.terms.least and not any(map(self._is_open, self.runners.values())):
                break
        self._refine(share)

    def _gathered(self, runners: Sequence[Runner], worlds: int) -> bool:
        """Have played what these need, and tell whether there was time."""
        try:
            self.evidence.gather([runner.package for runner in runners], worlds)
        except TimeUpError:
            self.cut = True
        return not self.cut

    def _seen(self, racing: Sequence[Runner], worlds: int) -> list[Runner]:
        """Keep those of which all was played, to do nothing among them, when the time was up at the first look."""
        seen = [runner for runner in racing if self.evidence.has(runner.package, worlds)]
        if NOTHING not in [runner.package for runner in seen]:
            raise TimeUpError(
                f"the time given was up before {worlds} worlds were played as things stand; what is finished is kept: "
                "ask again to go on from there"
            )
        self.runners = {runner.package: runner for runner in seen}
        return seen

    def frontier(self) -> tuple[Runner, ...]:
        """Return the packages in the race whose chance is higher than that of all that take less effort."""
        found: list[Runner] = []
        best = -1.0
        for runner in sorted((each for each in self.runners.values() if each.races), key=self.order):
            chance = self.evidence.outcome(runner.package, runner.worlds).chance
            if chance > best:
                found.append(runner)
                best = chance
        return tuple(found)

    def answer(self) -> Runner | None:
        """Return the package of least effort that meets the target."""
        able = [runner for runner in self.runners.values() if runner.races and runner.verdict == "meets"]
        return min(able, key=self.order, default=None)

    def _refine(self, share: float) -> None:
        """Play the frontier and the answer up to the last look, which judges them again."""
        answer = self.answer()
        chosen = [*self.frontier(), *([] if answer is None else [answer])]
        if not self._gathered(chosen, self.terms.most):
            return
        self.worlds = self.terms.most
        for runner in chosen:
            self._judge(runner, share)

    def order(self, runner: Runner) -> tuple[float, int, tuple[str, ...]]:
        """Return where a package stands among others: by effort, number of levers, names."""
        effort = self.evidence.outcome(runner.package, runner.worlds).mean_effort
        return effort, len(runner.package), tuple(sorted(runner.package))

    def _judge(self, runner: Runner, share: float) -> None:
        runner.worlds = self.worlds
        outcome = self.evidence.outcome(runner.package, self.worlds)
        if at_least(outcome.successes, outcome.trials, share) >= self.terms.wanted - self.terms.zone:
            runner.verdict = "meets"
        elif at_most(outcome.successes, outcome.trials, share) < self.terms.wanted:
            runner.verdict = "misses"
        runner.too_dear = self._is_too_dear(outcome)

    def _is_too_dear(self, outcome: PackageOutcome) -> bool:
        budget, cap = self.terms.budget, self.terms.cost_cap
        over_budget = budget is not None and outcome.mean_effort > budget + 1e-9
        return over_budget or (cap is not None and outcome.mean_cost > cap)

    def _cut(self, racing: Sequence[Runner], share: float) -> None:
        """Let those leave that a package which stays, and takes no more effort, beats."""
        stays: list[Runner] = []
        for runner in sorted((each for each in racing if each.races), key=self.order):
            own = self.evidence.outcome(runner.package, self.worlds)
            for other in stays:
                rival = self.evidence.outcome(other.package, self.worlds)
                gain = gains_at_least(rival, own, share / len(self.runners))
                if gain >= -self.terms.zone:
                    runner.beaten_by = other.package
                    break
            else:
                stays.append(runner)

    def _is_open(self, runner: Runner) -> bool:
        """Tell whether a package could still be the answer, and is not judged yet."""
        if not runner.races or runner.verdict != "open":
            return False
        dearer = (each for each in self.runners.values() if each.races and each.verdict == "meets")
        return not any(self.order(each) <= self.order(runner) for each in dearer)


def looks(most: int) -> tuple[int, ...]:
    """Return after how many worlds a race looks: 50, 100, 200, then half as many again each time; at last `most`."""
    steps = []
    worlds = PART
    while worlds < most:
        steps.append(worlds)
        worlds = worlds * 2 if worlds < 4 * PART else (worlds * 3 // 2) // PART * PART
    return (*steps, most)
