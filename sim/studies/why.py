"""Why an answer changed from one run to another: each edit's part, the method's and that of chance.

The changed keys and records are put in one after the other, on the worlds of the earlier run, and each is booked what
it changes; since that hangs on the order, its part is the mean over all orders (Shapley's value), or over a sample of
orders where there are more than six edits. The day up to which news is known moves first, because records of later
days cannot stand before it. Orders that lead through a scenario with faults are left out. Where none is left, edits
that need one another are put in together: first those of one contributor, fact or sector, then those of one section
of the file, at last all but the records. What a scenario only asks (targets, requirements, estimates, costs) moves no
troops and is left out in between.

What a replay of the earlier scenario by this version changes is booked to the method; what other worlds, or another
number of them, change is chance. Answers are fractions, so that the parts add up exactly.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from sim.batch.manifest import present_versions
from sim.batch.naming import run_folder
from sim.errors import ScenarioError, TimeUpError, UsageError
from sim.results.dates import day_of
from sim.results.levels import daily_levels
from sim.results.reading import read_beforehand
from sim.results.run import open_run
from sim.results.targets import attainments
from sim.scenario.loading import load_resolved, resolve_text
from sim.scenario.writing import data_text
from sim.studies.diffs import AS_OF, ASKED, Edit, Key, Unit, edits_between, said_together, with_edits
from sim.studies.outcomes import asked_for_outcomes, what_counts
from sim.studies.views import with_targets
from sim.words.dates import day
from sim.words.numbers import so_many

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import pandas as pd

    from sim.batch.workers import Workers
    from sim.results.run import Run
    from sim.scenario.aims import Target
    from sim.scenario.loading import Resolved

MOST_IN_ALL_ORDERS = 6
ORDERS_SAMPLED = 12


@dataclass(frozen=True, slots=True)
class WaterfallBar:
    """A bar of the waterfall: what changed, and by how much the answer changed with it."""

    kind: str
    said: str
    change: Fraction


@dataclass(frozen=True)
class Why:
    """The answer then and now, and the parts between, which add up exactly.

    `share`: the answer is a chance; else troops. `orders` is how many orders were played, `sampled` whether those
    are not all. `replications` is on how many worlds of the earlier run the edits were played.
    """

    title: str
    share: bool
    then: Fraction
    now: Fraction
    parts: tuple[WaterfallBar, ...]
    orders: int
    sampled: bool
    replications: int
    left: int = 0
    """How many more orders were to be played when the time allowed was up."""

    def table(self) -> pd.DataFrame:
        """Return one row a part, between `then` and `now`: `kind`, `what` it is, its `change` (troops or a share)."""
        import pandas as pd

        rows = [(part.kind, part.said, float(part.change)) for part in self.parts]
        ends = ("then", "", float(self.then)), ("now", "", float(self.now))
        return pd.DataFrame([ends[0], *rows, ends[1]], columns=["kind", "what", "change"])


@dataclass(frozen=True)
class Asked:
    """The number that is compared: the chance of a target, or the mean of the headline force on a day."""

    title: str
    target: Target | None
    by: dt.date

    def answer(self, run: Run, most: int | None = None) -> Fraction:
        """Return it in a run, in the first worlds only if `most` says so."""
        if self.target is None:
            levels = daily_levels(run).on_day(day_of(run.dates, self.by))[:most]
            return Fraction(int(levels.sum()), len(levels))
        judged = with_targets(run, {"it": self.target})
        read_beforehand(judged, asked_for_outcomes(judged))
        (attained,) = attainments(judged)
        counted = attained.numbers < run.numbers[:most][-1] + 1
        held = attained.level_on(run.dates)[counted] >= self.target.troops
        return Fraction(int(held.sum()), max(1, len(held)))


def asked_of(run: Run, target: str | None, by: dt.date | None) -> Asked:
    """Return the chance of a run's target, or its mean force on a day (the last); UsageError for an unknown target."""
    if target is None:
        date = by or run.scenario.end
        return Asked(f"mean force on {day(date)}", None, date)
    if target not in run.scenario.targets:
        known = ", ".join(run.scenario.targets) or "none"
        raise UsageError(f"the later run has no target '{target}'; it has: {known}")
    found = run.scenario.targets[target]
    if by is not None:
        found = found.model_copy(update={"by": by})
    troops = f"{so_many(found.troops)} {what_counts(run.scenario, found)}"
    return Asked(f"chance of {troops} on {day(found.by)}", found, found.by)


def why(
    then: Run,
    now: Run,
    asked: Asked,
    *,
    out: Path,
    workers: Workers,
    replications: int | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> Why:
    """Return why an answer changed. What is played between the runs is kept in `out`, as by `isf run`.

    UsageError if the runs do not start on the same day, or if no order leads through scenarios without faults. Where
    the time allowed to the workers is up, the orders that were played until then; TimeUpError if none was.
    """
    if then.scenario.start != now.scenario.start:
        raise UsageError(
            "the runs do not start on the same day, so they have no worlds in common: compare them"
        )
    size = min(replications or then.replications, then.replications)
    earlier, later = (load_resolved(run.folder / "scenario.yaml") for run in (then, now))
    seed, present = int(then.manifest["seed"]), present_versions()

    def played(resolved: Resolved) -> Fraction:
        for run in (then, now):
            same = (resolved.digest, seed, present) == tuple(run.manifest[key] for key in _OF_A_RUN)
            if same and run.replications >= size and not run.manifest["failed"]:
                return asked.answer(run, size)
        return asked.answer(_run(resolved, size, seed, out, workers), size)

    edits = edits_between(earlier.data, later.data)
    values = _Values(
        earlier, later, edits, str(then.folder / "scenario.yaml"), played=played, progress=progress
    )
    parts, orders, left, sampled = _shares(edits, values)
    start, first, end = asked.answer(then), asked.answer(then, size), values.value(_set(edits))
    method, rest = values.value(frozenset()) - first, asked.answer(now) - end
    chance = first - start
    if now.manifest["seed"] == seed and now.replications == size:
        method += rest  # the same worlds: what is left is another version's doing
    else:
        chance += rest
    told = [
        *parts,
        WaterfallBar("method", "another version of the simulator", method),
        WaterfallBar("chance", "chance", chance),
    ]
    return Why(
        asked.title,
        asked.target is not None,
        start,
        asked.answer(now),
        tuple(told),
        orders,
        sampled,
        size,
        left,
    )


_OF_A_RUN = ("digest", "seed", "versions")


def _run(resolved: Resolved, size: int, seed: int, out: Path, workers: Workers) -> Run:
    from sim.batch.retention import AS_THEY_STAND
    from sim.batch.running import run as run_batch

    folder = run_folder(out, "why", resolved.digest, seed)
    outcome = run_batch(
        resolved,
        replications=size,
        seed=seed,
        folder=folder,
        workers=workers,
        retention=AS_THEY_STAND,
    )
    if outcome.is_cut:
        raise TimeUpError(
            "the time given was up before one order of the edits was played; ask again to go on"
        )
    return open_run(folder)


class _Values:
    """The answer with each set of edits, played when first asked for."""

    def __init__(
        self,
        then: Resolved,
        now: Resolved,
        edits: Sequence[Edit],
        name: str,
        *,
        played: Callable[[Resolved], Fraction],
        progress: Callable[[str], None],
    ) -> None:
        self._then, self._edits, self._name = then.data, edits, name
        self._sources = now.data.get("sources") or {}
        """What the later scenario cites. It comes with the news: before that it would be hindsight."""
        self._played, self._progress = played, progress
        self._resolved: dict[frozenset[Key], Resolved | None] = {_set(edits): now, frozenset(): then}
        self._known: dict[frozenset[Key], Fraction] = {}

    def resolved(self, made: frozenset[Key]) -> Resolved | None:
        """Return the scenario with these edits; None if it has faults."""
        if made not in self._resolved:
            try:
                data = with_edits(self._then, [edit for edit in self._edits if edit.key in made])
                for section in ASKED:
                    data.pop(section, None)
                if AS_OF in made or all(edit.key != AS_OF for edit in self._edits):
                    data["sources"] = {**data.get("sources", {}), **self._sources}
                self._resolved[made] = resolve_text(data_text(data), self._name)
            except (ScenarioError, KeyError, ValueError):
                self._resolved[made] = None
        return self._resolved[made]

    def value(self, made: frozenset[Key]) -> Fraction:
        """Return the answer with these edits."""
        if made not in self._known:
            found = self.resolved(made)
            if found is None:
                raise UsageError("the two scenarios cannot be joined edit by edit; compare the runs instead")
            self._progress(f"with {len(made)} of {len(self._edits)} edits")
            self._known[made] = self._played(found)
        return self._known[made]


def _shares(edits: Sequence[Edit], values: _Values) -> tuple[list[WaterfallBar], int, int, bool]:
    """Return each unit's mean change over the orders, how many those are, how many are left, whether it is a sample."""
    first = tuple(edit for edit in edits if edit.key == AS_OF)
    rest = [edit for edit in edits if edit.key != AS_OF]
    for units in _groupings(rest):
        orders = [order for order in _orders(units) if _stands((first, *order), values)]
        if orders:
            break
    else:
        raise UsageError(
            "no order of the edits leads through scenarios without faults; compare the runs instead"
        )
    named = (*([first] if first else ()), *units)
    played: list[dict[frozenset[Key], Fraction]] = []
    for order in orders:
        try:
            played.append(dict(_changes((*([first] if first else ()), *order), values)))
        except TimeUpError:
            if not played:
                raise
            break
    parts = [
        WaterfallBar(
            unit[0].kind,
            said_together(unit),
            sum((changes[_set(unit)] for changes in played), Fraction(0)) / len(played),
        )
        for unit in named
    ]
    left = len(orders) - len(played)
    return parts, len(played), left, len(units) > MOST_IN_ALL_ORDERS or left > 0


def _changes(order: Sequence[Unit], values: _Values) -> Iterator[tuple[frozenset[Key], Fraction]]:
    """Yield by how much each unit changes the answer, put in one after the other."""
    made: Unit = ()
    for unit in order:
        before, made = values.value(_set(made)), (*made, *unit)
        yield _set(unit), values.value(_set(made)) - before


def _groupings(edits: Sequence[Edit]) -> Iterator[tuple[Unit, ...]]:
    """Yield ways to put edits in, from one by one to all together; records stay apart as long as they can."""
    grains: tuple[Callable[[Edit], object], ...] = (
        lambda edit: edit.key,
        lambda edit: edit.key if edit.kind == "record" else edit.key[:2],
        lambda edit: edit.key if edit.kind == "record" else edit.key[:1],
        lambda edit: edit.kind,
        lambda edit: "all",
    )
    tried: set[frozenset[frozenset[Key]]] = set()
    for grain in grains:
        groups: dict[object, Unit] = {}
        for edit in edits:
            groups[grain(edit)] = (*groups.get(grain(edit), ()), edit)
        units = tuple(groups.values())
        if frozenset(map(_set, units)) not in tried:
            tried.add(frozenset(map(_set, units)))
            yield units


def _set(made: Sequence[Edit]) -> frozenset[Key]:
    return frozenset(edit.key for edit in made)


def _orders(units: Sequence[Unit]) -> Iterator[tuple[Unit, ...]]:
    if len(units) <= MOST_IN_ALL_ORDERS:
        yield from itertools.permutations(units)
        return
    shuffled = random.Random("orders of edits")  # the same edits always give the same orders
    for _ in range(ORDERS_SAMPLED // 2):
        order = tuple(shuffled.sample(list(units), len(units)))
        yield order
        yield order[::-1]


def _stands(order: Sequence[Unit], values: _Values) -> bool:
    made = [tuple(itertools.chain.from_iterable(order[:place])) for place in range(len(order) + 1)]
    return all(values.resolved(_set(each)) is not None for each in made)
