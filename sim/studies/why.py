"""Why an answer changed from one run to another: each edit's part, the method's and that of chance.

The changed keys and records are put in one after the other, on the worlds of the earlier run, and each is booked what
it changes; since that hangs on the order, its part is the mean over all orders (Shapley's value), or over a sample of
orders where there are more than six edits. The day up to which news is known moves first, because records of later
days cannot stand before it. Orders that lead through a scenario with faults are left out.

What a replay of the earlier scenario by this version changes is booked to the method; what other worlds, or another
number of them, change is chance. Answers are fractions, so that the parts add up exactly.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sim.batch.manifest import present_versions
from sim.batch.naming import run_folder
from sim.errors import ScenarioError, UsageError
from sim.results.dates import day_of
from sim.results.levels import daily_levels
from sim.results.run import open_run
from sim.results.targets import attainments
from sim.scenario.loading import load_resolved, resolve_text
from sim.studies.views import with_targets

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from sim.batch.executors import Workers
    from sim.results.run import Run
    from sim.scenario.aims import Target
    from sim.scenario.loading import Resolved

MOST_IN_ALL_ORDERS = 6
ORDERS_SAMPLED = 12
AS_OF = ("as_of",)
_TELLS_NOTHING = frozenset({"source", "sources", "scenario", "name", "title", "note", "notes", "description"})
_STATED = frozenset(
    {"value", "planned", "slips", "p5", "p10", "p25", "median", "p75", "p90", "p95"}
    | {"low", "mode", "high", "mean", "chance", "per", "one_of", "times", "odds"}
)
_ASKED = frozenset({"targets", "requirements", "estimates"})

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that the later scenario says otherwise; None on one side: not at all."""

    key: Key
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        """`record`, `news` (the day up to which it is known), or `assumption`."""
        if self.key == AS_OF:
            return "news"
        return "record" if self.key[0] == "history" else "assumption"


@dataclass(frozen=True, slots=True)
class Part:
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
    parts: tuple[Part, ...]
    orders: int
    sampled: bool
    replications: int


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
        (attained,) = attainments(with_targets(run, {"it": self.target}))
        counted = attained.numbers < run.numbers[:most][-1] + 1
        held = attained.level_on(run.dates)[counted] >= self.target.troops
        return Fraction(int(held.sum()), max(1, len(held)))


def edits_between(then: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Edit, ...]:
    """Return what one resolved scenario says otherwise than another, news first; wordings and aims aside."""
    found = list(_edits(then, now, ()))
    kinds = {edit.key[:2] for edit in found if edit.key[0] == "facts" and edit.key[-1] == "kind"}
    whole = [Edit(key, _at(then, key), _at(now, key)) for key in sorted(kinds, key=str)]
    kept = [edit for edit in found if edit.key[:2] not in kinds]
    return tuple(sorted([*kept, *whole], key=lambda edit: (edit.key != AS_OF, edit.kind != "record")))


def _edits(then: Any, now: Any, key: Key) -> Iterator[Edit]:
    if then == now or (key and (key[-1] in _TELLS_NOTHING or key[0] in _ASKED)):
        return
    if key == ("history",):
        yield from _records(then or [], now or [])
    elif isinstance(then, dict) and isinstance(now, dict) and not ({*then, *now} <= _STATED and key):
        for name in dict.fromkeys([*then, *now]):
            yield from _edits(then.get(name), now.get(name), (*key, name))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for place, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from _edits(one, other, (*key, place))
    else:
        yield Edit(key, copy.deepcopy(then), copy.deepcopy(now))


def _records(then: list[Any], now: list[Any]) -> Iterator[Edit]:
    def bare(record: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in record.items() if name not in _TELLS_NOTHING}

    kept = [bare(record) for record in now]
    told = [bare(record) for record in then]
    for number, record in enumerate(then):
        if bare(record) not in kept:
            yield Edit(("history", f"-{number}"), record, None)
    for number, record in enumerate(now):
        if bare(record) not in told:
            yield Edit(("history", f"+{number}"), None, record)


def with_edits(then: Mapping[str, Any], edits: Sequence[Edit]) -> dict[str, Any]:
    """Return the earlier scenario's data with some of the edits made."""
    data: dict[str, Any] = copy.deepcopy(dict(then))
    for edit in edits:
        if edit.key[0] == "history":
            records = data.setdefault("history", [])
            if edit.after is not None:
                records.append(copy.deepcopy(edit.after))
            else:
                records.remove(edit.before)
            continue
        inner: Any = data
        for name in edit.key[:-1]:
            inner = inner[int(name)] if isinstance(inner, list) else inner.setdefault(name, {})
        if edit.after is None:
            del inner[edit.key[-1]]
        else:
            inner[edit.key[-1]] = copy.deepcopy(edit.after)
    return data


def _at(data: Any, key: Key) -> Any:
    for name in key:
        data = data.get(name) if isinstance(data, dict) else data[int(name)]
        if data is None:
            return None
    return data


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

    UsageError if the runs do not start on the same day, or if no order leads through scenarios without faults.
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
    values = _Values(earlier.data, edits, str(then.folder / "scenario.yaml"), played, progress)
    parts, orders, sampled = _shares(edits, values)
    start, first, end = asked.answer(then), asked.answer(then, size), values.value(_set(edits))
    method, rest = values.value(frozenset()) - first, asked.answer(now) - end
    chance = first - start
    if now.manifest["seed"] == seed and now.replications == size:
        method += rest  # the same worlds: what is left is another version's doing
    else:
        chance += rest
    told = [
        *parts,
        Part("method", "another version of the simulator", method),
        Part("chance", "chance", chance),
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
    )


_OF_A_RUN = ("digest", "seed", "versions")


def _run(resolved: Resolved, size: int, seed: int, out: Path, workers: Workers) -> Run:
    from sim.batch.running import run as run_batch

    folder = run_folder(out, "why", resolved.digest, seed)
    run_batch(resolved, replications=size, seed=seed, folder=folder, workers=workers)
    return open_run(folder)


class _Values:
    """The answer with each set of edits, played when first asked for."""

    def __init__(
        self,
        then: Mapping[str, Any],
        edits: Sequence[Edit],
        name: str,
        played: Callable[[Resolved], Fraction],
        progress: Callable[[str], None],
    ) -> None:
        self._then, self._edits, self._name = then, edits, name
        self._played, self._progress = played, progress
        self._resolved: dict[frozenset[Key], Resolved | None] = {}
        self._known: dict[frozenset[Key], Fraction] = {}

    def resolved(self, made: frozenset[Key]) -> Resolved | None:
        """Return the scenario with these edits; None if it has faults."""
        import yaml

        if made not in self._resolved:
            data = with_edits(self._then, [edit for edit in self._edits if edit.key in made])
            try:
                text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
                self._resolved[made] = resolve_text(text, self._name)
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


def _shares(edits: Sequence[Edit], values: _Values) -> tuple[list[Part], int, bool]:
    """Return each edit's mean change over the orders, how many those are, and whether they are a sample."""
    first = [edit for edit in edits if edit.key == AS_OF]
    rest = [edit for edit in edits if edit.key != AS_OF]
    orders = [order for order in _orders(rest) if _stands([*first, *order], values)]
    if not orders:
        raise UsageError(
            "no order of the edits leads through scenarios without faults; compare the runs instead"
        )
    changes = {edit.key: Fraction(0) for edit in edits}
    for order in orders:
        made: tuple[Edit, ...] = ()
        for edit in (*first, *order):
            before, made = values.value(_set(made)), (*made, edit)
            changes[edit.key] += (values.value(_set(made)) - before) / len(orders)
    parts = [Part(edit.kind, said(edit), changes[edit.key]) for edit in edits]
    return parts, len(orders), len(rest) > MOST_IN_ALL_ORDERS


def _set(made: Sequence[Edit]) -> frozenset[Key]:
    return frozenset(edit.key for edit in made)


def _orders(edits: Sequence[Edit]) -> Iterator[tuple[Edit, ...]]:
    if len(edits) <= MOST_IN_ALL_ORDERS:
        yield from itertools.permutations(edits)
        return
    shuffled = random.Random("orders of edits")  # the same edits always give the same orders
    for _ in range(ORDERS_SAMPLED // 2):
        order = tuple(shuffled.sample(list(edits), len(edits)))
        yield order
        yield order[::-1]


def _stands(order: Sequence[Edit], values: _Values) -> bool:
    return all(values.resolved(_set(order[:place])) is not None for place in range(len(order) + 1))


def said(edit: Edit) -> str:
    """Return an edit in words: `facts.mandate.probability: 35% → 50%`, `record of 2026-02-01: …`."""
    if edit.kind == "record":
        record = edit.after if edit.after is not None else edit.before
        told = ", ".join(
            f"{name} {value}" for name, value in record.items() if name not in {"date", "source"}
        )
        taken = "" if edit.after is not None else "taken back: "
        return f"{taken}record of {record.get('date')}: {told}"
    if edit.kind == "news":
        return f"known until {edit.after} instead of {edit.before or 'the start'}, in silence"
    return f"{'.'.join(map(str, edit.key))}: {_short(edit.before)} → {_short(edit.after)}"


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        if {*value} <= _STATED:
            return "{" + ", ".join(f"{name}: {inner}" for name, inner in value.items()) + "}"
        return "another block"
    return str(value)
