"""The cheapest package of moves that makes a target likely enough, and what more effort would buy.

The answer is a value: a table of all packages that were raced, those on the frontier, the cheapest that meets
the target, ties, what each lever adds, and what adaptive levers are worth. Same scenario, seed and terms, same
answer: resumed, on any executor.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import ScenarioError, TimeUpError, UsageError
from sim.results.statistics import quantile_of, wilson
from sim.studies.packages.deck import EXACTLY, Deck, Package
from sim.studies.packages.evidence import PART, Evidence
from sim.studies.packages.fortunes import Fortunes
from sim.studies.packages.playing import Cells, Player
from sim.studies.packages.racing import Race, Runner, Terms, looks
from sim.studies.packages.searching import candidates
from sim.studies.packages.shares import Share, shares_of

if TYPE_CHECKING:
    from sim.batch.workers import Workers
    from sim.scenario.aims import Target
    from sim.scenario.loading import Resolved


@dataclass(frozen=True, slots=True)
class RacedPackage:
    """One package that was raced.

    `effort` is the mean a world, with its 10 and 90 % quantiles; `chance` that the target is held on its date,
    with a 95 % interval; `worlds` is how many both rest on; `verdict` is `meets`, `misses` or `open`;
    `beaten_by` takes no more effort and is as good or better to within the indifference zone; `cost` is the
    mean cost of the force by the date (None where none is stated).
    """

    package: Package
    effort: float
    effort_low: float
    effort_high: float
    chance: float
    low: float
    high: float
    level: float
    cost: float | None
    worlds: int
    verdict: str
    beaten_by: Package | None
    too_dear: bool


@dataclass(frozen=True)
class Planning:
    """What a search found.

    `entries` are all packages raced, by effort; `frontier` those that no other package beats, each with a
    higher chance than all that take less effort. `answer` is the cheapest package that meets the target (None:
    none does), `ties` are packages as cheap or cheaper of which it is open whether they meet it, or that meet
    it at the same effort. `best` has the highest chance. `complete`: every package was to be looked at. `cut`: the
    time allowed was up before the search was at its end.
    """

    name: str
    target: Target
    terms: Terms
    deck: Deck
    entries: tuple[RacedPackage, ...]
    frontier: tuple[RacedPackage, ...]
    answer: RacedPackage | None
    ties: tuple[RacedPackage, ...]
    best: RacedPackage
    base: RacedPackage
    shares: tuple[Share, ...]
    shares_worlds: int
    complete: bool
    failed: int
    cut: bool = False

    def entry(self, package: Package) -> RacedPackage:
        """Return the entry of a package; KeyError if it was not raced."""
        return next(entry for entry in self.entries if entry.package == package)

    @property
    def adaptive(self) -> tuple[RacedPackage, RacedPackage] | None:
        """The best package with an adaptive lever, and the best without one that takes no more effort."""
        raced = [entry for entry in self.entries if entry.beaten_by is None and not entry.too_dear]
        able = [entry for entry in raced if any(self.deck.is_adaptive(name) for name in entry.package)]
        if not able:
            return None
        best = max(able, key=lambda entry: (entry.chance, -entry.effort))
        fixed = [
            entry
            for entry in self.entries
            if entry.effort <= best.effort + 1e-9 and not any(map(self.deck.is_adaptive, entry.package))
        ]
        return best, max(fixed, key=lambda entry: (entry.chance, -entry.effort))


_TOLD = 1000
"""By how many worlds the outlay is told."""


@dataclass(frozen=True, slots=True)
class Outlay:
    """What a search will take at the most, said before it is played."""

    packages: int
    complete: bool
    first: int
    """Replications of the first look."""
    most: int
    """Replications if no package left the race before its end."""


def outlay(resolved: Resolved, terms: Terms, seed: int = 0) -> Outlay:
    """Return what a search will take; UsageError if there are no levers.

    Where every package is raced, a world is played once for each set of levers that can take effect in it. What
    is said of more than 1,000 worlds goes by the first 1,000.
    """
    deck = Deck.of(resolved.scenario)
    number = len(deck.names)
    first = min(PART, terms.most)
    if number > EXACTLY:
        return Outlay(number * number, False, number * number * first, number * number * terms.most)
    packages = deck.packages()
    told = min(terms.most, _TOLD)
    most = Fortunes(deck, seed, told).replications(packages) * terms.most // told
    return Outlay(len(packages), True, Fortunes(deck, seed, first).replications(packages), most)


def plan(
    resolved: Resolved,
    target: str,
    workers: Workers,
    *,
    terms: Terms,
    seed: int = 0,
    folder: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, wanted: None,
) -> Planning:
    """Search the packages of a scenario's levers for the cheapest that makes the target likely enough.

    `target` is one of the scenario's, or `TROOPS@DATE`. What `folder` keeps is not played again.

    Raises UsageError without levers or for an unknown target, ScenarioError if a lever breaks the scenario,
    TimeUpError if the time allowed to the workers was up before anything can be said.
    """
    _check(terms)
    deck = Deck.of(resolved.scenario)
    name, aim = target_of(resolved, target)
    check_levers(resolved, deck)
    if terms.cost_cap is not None and resolved.scenario.costs is None:
        raise UsageError("--cost-cap: the scenario states no `costs:`, so nothing is known to cost too much")
    cells = Cells(player_of(resolved, deck, aim, seed), workers, folder, progress)
    evidence = Evidence(deck, cells, seed, terms.most)
    packages, complete = candidates(evidence, terms.budget, terms.most)
    race = Race(evidence, terms)
    race.run(packages)
    entries = {package: _entry(evidence, runner) for package, runner in race.runners.items()}
    answer = race.answer()
    shares_worlds = max(looks(terms.most)[0], min(runner.worlds for runner in race.runners.values()))
    shares: tuple[Share, ...] = ()
    if complete:
        with suppress(TimeUpError):  # the cells know
            evidence.gather(deck.packages(), shares_worlds)
            shares = shares_of(evidence, shares_worlds)
    ordered = tuple(sorted(entries.values(), key=_order))
    able = [entry for entry in ordered if entry.beaten_by is None and not entry.too_dear]
    able = able or [entries[frozenset()]]  # a cap on costs may forbid even to do nothing
    chosen = None if answer is None else entries[answer.package]
    return Planning(
        name=name,
        target=aim,
        terms=terms,
        deck=deck,
        entries=ordered,
        frontier=tuple(entries[runner.package] for runner in race.frontier()),
        answer=chosen,
        ties=_ties(ordered, chosen),
        best=max(able, key=lambda entry: (entry.chance, -entry.effort)),
        base=entries[frozenset()],
        shares=shares,
        shares_worlds=shares_worlds,
        complete=complete,
        failed=cells.failed,
        cut=cells.cut,
    )


def target_of(resolved: Resolved, text: str) -> tuple[str, Target]:
    """Return the target that a text names: one of the scenario's, or `TROOPS@DATE`."""
    import datetime as dt

    from sim.rules.suggestions import nearest
    from sim.scenario.aims import Target

    scenario = resolved.scenario
    if text in scenario.targets:
        return text, scenario.targets[text]
    troops, at, day = text.replace(",", "").partition("@")
    if troops.isdigit():
        try:
            by = dt.date.fromisoformat(day) if at else scenario.end
        except ValueError:
            raise UsageError(
                f"--target {text}: '{day}' is no date; write for example 1000@2026-12-31"
            ) from None
        if not scenario.start <= by <= scenario.end:
            raise UsageError(
                f"--target {text}: {by} is outside the scenario ({scenario.start} to {scenario.end})"
            )
        return f"{int(troops):,} troops", Target(troops=int(troops), by=by)
    close = nearest(text, scenario.targets)
    hint = f"did you mean {close}?" if close else f"it has: {', '.join(scenario.targets) or 'none'}"
    raise UsageError(f"--target: there is no target '{text}'; {hint} Or write TROOPS@DATE: 1000@2026-12-31")


def check_levers(resolved: Resolved, deck: Deck) -> None:
    """Raise ScenarioError if what one lever sets cannot stand in the scenario."""
    from sim.scenario.loading import resolve_text
    from sim.studies.packages.searching import with_needs

    text = resolved.text
    for name in deck.names:
        package = with_needs(deck, frozenset({name}))
        if not deck.feasible(package) or not deck.levers[name].set_:
            continue
        try:
            resolve_text(text, resolved.scenario.scenario, {"pulled": f"[{', '.join(sorted(package))}]"})
        except ScenarioError as error:
            raise ScenarioError(f"the lever {name} breaks the scenario:\n{error}", error.faults) from None


def player_of(resolved: Resolved, deck: Deck, target: Target, seed: int) -> Player:
    """Return what plays the cells of a search."""
    adaptive = tuple(name for name in deck.names if deck.is_adaptive(name))
    return Player(resolved.text, resolved.scenario.scenario, target, adaptive, seed)


def _check(terms: Terms) -> None:
    for what, share in (("the wanted chance", terms.wanted), ("--confidence", 1 - terms.error)):
        if not 0 < share < 1:
            raise UsageError(
                f"{what} of {share:g} cannot be promised; give a share between 0 and 1, such as 0.8"
            )
    if not 0 < terms.zone < 0.5:
        raise UsageError(f"--indifference {terms.zone:g} is not between 0 and 0.5; 0.05 means five points")
    if terms.budget is not None and not 0 <= terms.budget < math.inf:
        raise UsageError(
            f"--budget {terms.budget:g} is no effort of 0 or more; 0 allows only what takes none, without it any"
        )


def _entry(evidence: Evidence, runner: Runner) -> RacedPackage:
    outcome = evidence.outcome(runner.package, runner.worlds)
    low, high = wilson(outcome.successes, outcome.trials)
    return RacedPackage(
        package=runner.package,
        effort=outcome.mean_effort,
        effort_low=float(quantile_of(outcome.effort, 0.1)),
        effort_high=float(quantile_of(outcome.effort, 0.9)),
        chance=outcome.chance,
        low=low,
        high=high,
        level=float(outcome.level[outcome.counts].mean()) if outcome.trials else float("nan"),
        cost=None if math.isnan(outcome.mean_cost) else outcome.mean_cost,
        worlds=outcome.trials,
        verdict=runner.verdict,
        beaten_by=runner.beaten_by,
        too_dear=runner.too_dear,
    )


def _order(entry: RacedPackage) -> tuple[float, int, list[str]]:
    return entry.effort, len(entry.package), sorted(entry.package)


def _ties(entries: tuple[RacedPackage, ...], answer: RacedPackage | None) -> tuple[RacedPackage, ...]:
    """Return the packages that could as well be the answer."""
    able = [
        entry for entry in entries if entry.beaten_by is None and not entry.too_dear and entry is not answer
    ]
    if answer is None:
        return tuple(entry for entry in able if entry.verdict == "open")
    return tuple(
        entry for entry in able if entry.effort <= answer.effort + 1e-9 and entry.verdict in {"open", "meets"}
    )
