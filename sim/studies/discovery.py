"""Which combination of happenings the misses (or hits) of an outcome have in common: boxes, found by PRIM.

A *box* is a conjunction of at most four conditions, each that something has, or has not, happened by a day (or that
a drawn number lies at one side of a value, or that a statement is read in one way). It is found as in the patient
rule induction method (Friedman and Fisher, "Bump hunting in high-dimensional data", Statistics and Computing 1999):
condition after condition is added that raises the density of cases most for each world it gives up, and of the boxes
on the way the one with the best balance (the harmonic mean) of coverage and density is kept, without conditions that
do not help.

It is looked for in every other world and judged in the rest. It is told only if there cases are denser in it than
chance would make them (hypergeometric, 2.5 %), so that of noise fewer than one search in twenty finds anything. Then
its worlds are set aside and the next is looked for. *Stability* of a condition is the share of bootstrap samples in
whose box the same thing stands on the same side.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.results.changes import stage_question
from sim.results.happenings import Happening, happenings_of, happenings_question
from sim.results.worlds import drawn_numbers, drawn_question
from sim.scenario.rules import readings_of
from sim.studies.signposts import Chance, watch_days
from sim.studies.world_sets import WorldSet, WorldSets
from sim.words.assumptions import number_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.batch.allowance import Allowance
    from sim.results.reading import Question
    from sim.results.run import Run
    from sim.rules.syntax import Readings
    from sim.scenario.scenario import Scenario
    from sim.studies.outcomes import Outcome

MOST_CONDITIONS = 4
MOST_BOXES = 3
LEAST_SHARE = 0.05
"""No box holds less of the worlds it is looked for in."""
LEAST_WORLDS = 10
BOOTSTRAPS = 50
SIGNIFICANCE = 0.025


@dataclass(frozen=True)
class Condition:
    """One side of one thing: `rule` says it in the rule language, empty for a number; `held` is where it holds."""

    thing: str
    side: bool
    sentence: str
    rule: str
    day: dt.date | None
    held: WorldSet

    @property
    def worlds(self) -> NDArray[np.bool_]:
        """Which of the outcome's worlds it holds in."""
        return self.held.marks


@dataclass(frozen=True)
class Box:
    """A box with its conditions and their stability, judged in worlds in which it was not looked for."""

    conditions: tuple[Condition, ...]
    stability: tuple[float, ...]
    coverage: Chance
    """The share of the cases that lie in it."""
    density: Chance
    """The share of its worlds that are cases."""
    base: Chance
    """The share of all worlds judged that are cases."""
    chance: float
    """How likely chance alone makes it so dense."""

    @property
    def rule(self) -> str:
        """Return the box in the rule language, true from the day on which it is decided; empty if a number is in it.

        Under `never:` it is broken in exactly the worlds of the box.
        """
        days = [each.day for each in self.conditions if each.day is not None]
        if len(days) < len(self.conditions):
            return ""
        decided = max(days) + dt.timedelta(days=1)
        return f"after {decided} and {' and '.join(each.rule for each in self.conditions)}"

    def holds(self) -> NDArray[np.bool_]:
        """Return which of the outcome's worlds lie in it."""
        import numpy as np

        inside: NDArray[np.bool_] = np.logical_and.reduce([each.worlds for each in self.conditions])
        return inside


@dataclass(frozen=True)
class Discovery:
    """The boxes of the worlds that miss (or hit) an outcome, the best first; none where nothing is there to find."""

    outcome: Outcome
    misses: bool
    base: Chance
    boxes: tuple[Box, ...]
    cut: bool = False
    """Whether the time allowed was up before further boxes, or all repeated searches."""


def asked_for_discovery(run: Run, *, numbers: bool = False) -> Iterator[tuple[Hashable, Question]]:
    """Yield what `discover` asks of a run beside the outcome, with keys."""
    yield happenings_question(run)
    yield stage_question(run, ("deployed",))
    if numbers:
        yield drawn_question(run)


def discover(
    run: Run,
    outcome: Outcome,
    *,
    misses: bool = True,
    numbers: bool = False,
    arrivals: bool = False,
    allowance: Allowance | None = None,
) -> Discovery:
    """Return what the worlds that miss an outcome (or hit it) have in common.

    `numbers` lets drawn numbers and readings of statements be conditions too, `arrivals` who has arrived: those
    nearly are the outcome. It takes at most 3 boxes, each found and found again in 50 samples, 5 passes over the table
    of conditions and worlds at a time; with an allowance the first box, then as many as there is time for.
    """
    case = ~outcome.holds if misses else outcome.holds
    conditions = tuple(conditions_of(run, outcome, numbers=numbers, arrivals=arrivals))
    base = Chance(int(case.sum()), case.size)
    cuts: list[bool] = []
    boxes = tuple(boxes_of(conditions, case, allowance=allowance, cut=lambda: cuts.append(True)))
    return Discovery(outcome, misses, base, boxes, bool(cuts))


def conditions_of(run: Run, outcome: Outcome, *, numbers: bool, arrivals: bool) -> Iterator[Condition]:
    """Yield each condition that tells some worlds of an outcome from others."""
    days = watch_days(max(run.scenario.start, run.scenario.as_of or run.scenario.start), outcome.by)
    for happening in happenings_of(run):
        if arrivals or not happening.column.startswith("arrival."):
            yield from _by_days(run, happening, outcome, days)
    if numbers:
        statements = {f"reading.{each.name}": each for each in readings_of(run.scenario)}
        for name, values in drawn_numbers(run).items():
            if name in statements:
                yield from _by_readings(run.scenario, statements[name], values[outcome.places])
            else:
                yield from _by_values(name, number_words(run.scenario, name), values[outcome.places])


def _by_days(
    run: Run, happening: Happening, outcome: Outcome, days: Sequence[dt.date]
) -> Iterator[Condition]:
    from sim.words.dates import day as said

    second = happening.second[outcome.places]
    for day in days:
        happened = second < ((day - run.scenario.start).days + 1) * DAY
        if happened.all() or not happened.any():
            continue
        for side in (True, False):
            yield Condition(
                happening.column,
                side,
                f"by {said(day)} {happening.said(side)}",
                happening.rule_by(day, side),
                day,
                WorldSet.of(happened if side else ~happened),
            )


def _by_values(name: str, said: str, values: NDArray[np.float64]) -> Iterator[Condition]:
    import numpy as np

    known = values[~np.isnan(values)]
    cuts = np.unique(np.quantile(known, np.arange(1, 10) / 10, method="inverted_cdf")) if known.size else ()
    for cut in cuts:
        for side in (True, False):
            worlds = np.asarray(values >= cut if side else values < cut)
            if worlds.any() and not worlds.all():
                sign = "at least" if side else "below"
                yield Condition(
                    f"drawn.{name}", side, f"{said} is {sign} {cut:.4g}", "", None, WorldSet.of(worlds)
                )


def _by_readings(scenario: Scenario, statement: Readings, values: NDArray[np.float64]) -> Iterator[Condition]:
    """Yield that a statement is read in one way, or is not; of two readings it is enough to say which one is."""
    from sim.words.statements import rule_said, statement_title
    from sim.words.titles import titles_of

    titles = titles_of(scenario)
    title = statement_title(scenario, statement.name, titles)
    for place, part in enumerate(statement.parts):
        read = values == place
        for side in (True, False) if len(statement.parts) > 2 else (True,):
            if read.any() and not read.all():
                verb = "is read as" if side else "is not read as"
                sentence = f"{title} {verb}: {rule_said(part, titles)}"
                thing = f"drawn.reading.{statement.name} {place}"
                yield Condition(thing, side, sentence, "", None, WorldSet.of(read if side else ~read))


def boxes_of(
    conditions: Sequence[Condition],
    case: NDArray[np.bool_],
    bootstraps: int = BOOTSTRAPS,
    *,
    allowance: Allowance | None = None,
    cut: Callable[[], None] = lambda: None,
) -> Iterator[Box]:
    """Yield the boxes that hold in worlds in which they were not looked for; `cut` is called where time is up."""
    import numpy as np

    def may_go_on() -> bool:
        if allowance is None or allowance.may_begin():
            return True
        cut()
        return False

    if not conditions:
        return
    table = WorldSets([each.held for each in conditions])
    even = np.arange(case.size) % 2 == 0
    left = np.ones(case.size, dtype=bool)
    for number in range(MOST_BOXES):
        if not may_go_on():
            return
        looked, judged = np.flatnonzero(even & left), np.flatnonzero(~even & left)
        searched = table.among(looked)
        chosen = search(searched, case[looked])
        if not chosen:
            return
        inside = table.all_of(chosen)
        own = inside[judged]
        cases = case[judged]
        hits, size = int(cases[own].sum()), int(own.sum())
        chance = denser_by_chance(hits, size, int(cases.sum()), cases.size)
        if chance > SIGNIFICANCE:
            return
        found = tuple(conditions[each] for each in chosen)
        sample = np.random.Generator(np.random.Philox(key=number))
        yield Box(
            found,
            _stability(searched, case[looked], found, conditions, _again(sample, bootstraps, may_go_on)),
            Chance(hits, int(cases.sum())),
            Chance(hits, size),
            Chance(int(cases.sum()), cases.size),
            chance,
        )
        left &= ~inside


def search(table: WorldSets, case: NDArray[np.bool_]) -> list[int]:
    """Return the places of the conditions of the best box in these worlds; none if no condition helps.

    `table` says where each condition holds.
    """
    import numpy as np

    whole, least = int(case.sum()), max(LEAST_WORLDS, math.ceil(LEAST_SHARE * case.size))
    inside, chosen = np.ones(case.size, dtype=bool), list[int]()
    best: tuple[float, list[int]] = (_balance(whole, case.size, whole), [])
    while len(chosen) < MOST_CONDITIONS and whole:
        sizes, hits = table.counts(WorldSet.of(inside)), table.counts(WorldSet.of(inside & case))
        size, density = int(inside.sum()), float(case[inside].mean())
        gain = np.where(sizes > 0, hits / np.maximum(1, sizes) - density, -1.0)
        per_world = np.where((sizes >= least) & (sizes < size), gain / np.maximum(1, size - sizes), -1.0)
        place = int(np.argmax(per_world * np.sqrt(np.maximum(0, sizes))))
        if per_world[place] <= 0:
            break
        chosen.append(place)
        inside &= table.sets[place].marks
        balance = _balance(int(case[inside].sum()), int(inside.sum()), whole)
        if balance > best[0]:
            best = balance, list(chosen)
    return _needed(best[1], table, case)


def _needed(chosen: list[int], table: WorldSets, case: NDArray[np.bool_]) -> list[int]:
    """Leave out conditions without which the box is as good."""
    whole = int(case.sum())

    def balance(places: list[int]) -> float:
        inside = table.all_of(places)
        return _balance(int(case[inside].sum()), int(inside.sum()), whole)

    for place in list(chosen):
        fewer = [each for each in chosen if each != place]
        if fewer and balance(fewer) >= balance(chosen):
            chosen = fewer
    return chosen


def _balance(hits: int, size: int, whole: int) -> float:
    """Return the harmonic mean of coverage and density."""
    return 2 * hits / (size + whole) if size + whole else 0.0


def _stability(
    table: WorldSets,
    case: NDArray[np.bool_],
    found: Sequence[Condition],
    conditions: Sequence[Condition],
    samples: Iterator[np.random.Generator],
) -> tuple[float, ...]:
    counts, number = [0] * len(found), 0
    for number, sample in enumerate(samples, 1):  # noqa: B007 - how many there were is asked behind it
        drawn = sample.integers(0, case.size, case.size)
        again = {
            (conditions[each].thing, conditions[each].side)
            for each in search(table.among(drawn), case[drawn])
        }
        counts = [
            count + ((each.thing, each.side) in again) for count, each in zip(counts, found, strict=True)
        ]
    return tuple(count / number for count in counts)


def _again(
    sample: np.random.Generator, bootstraps: int, may_go_on: Callable[[], bool]
) -> Iterator[np.random.Generator]:
    """Yield the generator for each repeated search, once at least."""
    for number in range(bootstraps):
        if number and not may_go_on():
            return
        yield sample


def denser_by_chance(hits: int, size: int, cases: int, worlds: int) -> float:
    """Return how likely so many worlds, taken at random, hold at least so many cases (hypergeometric)."""
    if size == 0:
        return 1.0

    def ways(whole: int, part: int) -> float:
        if not 0 <= part <= whole:
            return -math.inf
        return math.lgamma(whole + 1) - math.lgamma(part + 1) - math.lgamma(whole - part + 1)

    total = ways(worlds, size)
    terms = [ways(cases, each) + ways(worlds - cases, size - each) - total for each in range(hits, size + 1)]
    return min(1.0, math.fsum(math.exp(term) for term in terms))
