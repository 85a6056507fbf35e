"""How packages do when the assumptions are otherwise: futures, worst case, regret, where the choice changes.

A *future* is the scenario with one assumption at its low or its high, or one reading of a quotation taken for
certain. Those that the scenario names under `plausible:` count, and every reading; where it names none, the
assumptions are screened on 50 worlds, and the eight that move the chance of the best package most count.

In each future the packages of the frontier are played on the same worlds. A package *satisfies* a future if
its chance there is at least the wanted one. Its *regret* is how much higher a chance the best of these packages
has there, the largest of all futures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import TimeUpError, UsageError
from sim.results.statistics import wilson
from sim.studies.assumptions import moves_of
from sim.studies.packages.deck import Deck, Package
from sim.studies.packages.evidence import PART, Evidence
from sim.studies.packages.planning import Planning, RacedPackage, player_of
from sim.studies.packages.playing import Cells, Settings

if TYPE_CHECKING:
    from sim.batch.workers import Workers
    from sim.scenario.loading import Resolved

MOST_SCREENED = 8
"""How many screened assumptions count."""

MOST_PACKAGES = 12
"""How many packages are tried in every future."""

ENDS = ("low", "high")


@dataclass(frozen=True, slots=True)
class Future:
    """One assumption moved: its path, where to (`low` or `high`) and the value there."""

    path: str
    end: str
    value: str
    settings: Settings = ()
    """What is set: of a number in a rule, the whole rule."""


AS_STATED = Future("", "", "")
"""The scenario as it stands."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One package in one future: the chance with a 95 % interval, and the effort spent."""

    package: Package
    future: Future
    chance: float
    low: float
    high: float
    effort: float


@dataclass(frozen=True, slots=True)
class Judged:
    """One package over all futures, the scenario as it stands among them."""

    package: Package
    worst: Trial
    regret: float
    regret_in: Future
    satisfied: int
    futures: int


@dataclass(frozen=True)
class Robustness:
    """What became of the packages.

    `judged` by effort; `choices` the cheapest package that satisfies each future (None: none does), first as
    stated; `worlds` is how many each trial rests on; `screened`: the scenario names no plausible ends, so the
    assumptions that matter were found by trial. `cut`: the time allowed was up before all futures were tried.
    """

    judged: tuple[Judged, ...]
    trials: tuple[Trial, ...]
    choices: tuple[tuple[Future, Package | None], ...]
    worlds: int
    screened: bool
    cut: bool = False

    @property
    def changes(self) -> tuple[tuple[Future, Package | None], ...]:
        """The futures in which the choice is another than in the scenario as it stands."""
        (_, stated), *others = self.choices
        return tuple((future, choice) for future, choice in others if choice != stated)


def robust(
    resolved: Resolved,
    planning: Planning,
    workers: Workers,
    *,
    worlds: int = 200,
    seed: int = 0,
    folder: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, wanted: None,
) -> Robustness:
    """Try the packages of the frontier (and the answer) in every future.

    Raises UsageError if the scenario has no assumption that could be moved, TimeUpError if the time allowed to the
    workers was up before one future was tried.
    """
    deck = planning.deck
    cells = Cells(player_of(resolved, deck, planning.target, seed), workers, folder, progress)
    packages = _packages(planning)
    stated = {move.path for move in moves_of(resolved) if is_plausible(resolved, move.path)}
    candidates = _futures(resolved, lambda path: not stated or path in stated)
    if not candidates:
        raise UsageError("the scenario has no assumption with a number, so there are no other futures to try")
    if not stated:
        candidates = _screened(deck, cells, planning.best.package, candidates, seed)
    trials: list[Trial] = []
    tried: list[Future] = []
    for future in (AS_STATED, *candidates):
        evidence = Evidence(deck, cells, seed, worlds, future.settings)
        try:
            evidence.gather(packages, worlds)
        except TimeUpError:
            break
        trials.extend(_trial(evidence, package, future, worlds) for package in packages)
        tried.append(future)
    if len(tried) < 2:
        raise TimeUpError("the time given was up before one other future was tried")
    found = _robustness(planning, packages, tried, trials, worlds, screened=not stated)
    return replace(found, cut=cells.cut)


def is_plausible(resolved: Resolved, path: str) -> bool:
    """Tell whether the scenario itself says how far an assumption could be off."""
    stated = resolved.data.get("plausible", {})
    return isinstance(stated, dict) and path in stated


def _packages(planning: Planning) -> tuple[Package, ...]:
    """Return the packages of the frontier, evenly thinned out if there are many, and the answer."""
    frontier = list(planning.frontier)
    if len(frontier) > MOST_PACKAGES:
        step = (len(frontier) - 1) / (MOST_PACKAGES - 1)
        frontier = [frontier[round(place * step)] for place in range(MOST_PACKAGES)]
    entries: list[RacedPackage] = [*frontier, *([planning.answer] if planning.answer else [])]
    return tuple(dict.fromkeys(entry.package for entry in sorted(entries, key=lambda entry: entry.effort)))


def _futures(resolved: Resolved, counts: Callable[[str], bool]) -> list[Future]:
    return [
        Future(move.path, end, getattr(move, end), tuple(move.settings(end).items()))
        for move in moves_of(resolved)
        if counts(move.path)
        for end in ENDS
        if getattr(move, end)
    ]


def _screened(
    deck: Deck, cells: Cells, package: Package, futures: Sequence[Future], seed: int
) -> list[Future]:
    """Return the futures of the assumptions that move a package's chance most, in the file's order."""
    evidence = {future: Evidence(deck, cells, seed, PART, future.settings) for future in futures}
    cells.want([part for each in evidence.values() for part in each.parts([package], PART)])
    base = Evidence(deck, cells, seed, PART).outcome(package, PART).chance
    reach: dict[str, float] = {}
    for future, each in evidence.items():
        moved = abs(each.outcome(package, PART).chance - base)
        reach[future.path] = max(moved, reach.get(future.path, 0.0))
    chosen = sorted(reach, key=lambda path: (-reach[path], path))[:MOST_SCREENED]
    return [future for future in futures if future.path in chosen]


def _trial(evidence: Evidence, package: Package, future: Future, worlds: int) -> Trial:
    outcome = evidence.outcome(package, worlds)
    return Trial(
        package, future, outcome.chance, *wilson(outcome.successes, outcome.trials), outcome.mean_effort
    )


def _robustness(
    planning: Planning,
    packages: Sequence[Package],
    futures: Sequence[Future],
    trials: Sequence[Trial],
    worlds: int,
    *,
    screened: bool,
) -> Robustness:
    by_future = {future: [trial for trial in trials if trial.future == future] for future in futures}
    best = {future: max(trial.chance for trial in found) for future, found in by_future.items()}
    judged = []
    for package in packages:
        own = [trial for trial in trials if trial.package == package]
        sorriest = max(own, key=lambda trial: best[trial.future] - trial.chance)
        judged.append(
            Judged(
                package=package,
                worst=min(own, key=lambda trial: trial.chance),
                regret=best[sorriest.future] - sorriest.chance,
                regret_in=sorriest.future,
                satisfied=sum(trial.chance >= planning.terms.wanted for trial in own),
                futures=len(own),
            )
        )
    choices = tuple((future, _choice(planning, by_future[future])) for future in futures)
    return Robustness(tuple(judged), tuple(trials), choices, worlds, screened)


def _choice(planning: Planning, trials: Sequence[Trial]) -> Package | None:
    able = [trial for trial in trials if trial.chance >= planning.terms.wanted]
    cheapest = min(
        able, key=lambda trial: (trial.effort, len(trial.package), sorted(trial.package)), default=None
    )
    return None if cheapest is None else cheapest.package
