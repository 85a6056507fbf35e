"""How likely each fact is to be so, and each consent to be given, at the end of every day."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from sim.durations import DAY
from sim.results.dates import date_column
from sim.results.happenings import value_at_start
from sim.results.reading import Reading, kept_answer
from sim.scenario.unnamed import summed

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.run import Run
    from sim.scenario.facts import Fact
    from sim.scenario.scenario import Scenario

_DUST = 1e-9


@dataclass(frozen=True, slots=True)
class YesNoSignal:
    """A signal that is so or not: a fact or a consent, and from which value on it is so."""

    signal: str
    least: float


def fact_chances(run: Run, sums: bool = False) -> pd.DataFrame:
    """Return the share of the replications in which a fact is so at the end of a day.

    Columns: `date`, then one for each fact that is so or not, in the order of the file, then one for each consent
    that is asked for (`consent(israel, turkey)`), by name. A switch is so while it is on, a milestone once it has
    come and is not undone, a progress once it is complete, a schedule of truths while it is true. Facts that count
    incidents, and facts that are not logged, have no column. With `sums` the consents of a party to those that nobody
    can name yet, where they are many, are one column: the mean share of them that it admits.
    """
    import pandas as pd

    counts = kept_answer(run, *facts_question(run))
    columns = {signal: count / run.replications for signal, count in counts.items()}
    return pd.DataFrame({"date": date_column(run.dates), **(_in_sum(run, columns) if sums else columns)})


def _in_sum(run: Run, columns: Mapping[str, NDArray[np.float64]]) -> Mapping[str, NDArray[np.float64]]:
    """Return the columns with one for each party's consent to those that nobody can name yet: their mean."""
    names = {
        f"consent({party}, {name})": f"consent({party}, {label})"
        for name, label in summed(run.scenario.contributors).items()
        for party in run.scenario.parties
    }
    together: dict[str, list[NDArray[np.float64]]] = {}
    for signal, shares in columns.items():
        together.setdefault(names.get(signal, signal), []).append(shares)
    return {signal: sum(parts[1:], parts[0]) / len(parts) for signal, parts in together.items()}


def _of_facts(scenario: Scenario) -> Iterator[YesNoSignal]:
    for name, fact in scenario.facts.items():
        least = _least(fact) if fact.log else None
        if least is not None:
            yield YesNoSignal(name, least)


def _least(fact: Fact) -> float | None:
    """From which value on a fact is so; None for one that is a number."""
    match fact.kind:
        case "switch" | "milestone" | "progress":
            return 1.0
        case "schedule":
            truths = (getattr(value, "value", value) for value in fact.values.values())
            return 1.0 if all(isinstance(value, bool) for value in truths) else None
        case "events":
            return None
        case _:
            assert_never(fact.kind)


def facts_question(
    run: Run,
) -> tuple[Hashable, Callable[[], Reading[Mapping[str, NDArray[np.int64]]]]]:
    """Return what `fact_chances` asks of a run, with its key."""
    return ("fact chances", run.duration), lambda: _counts(run, list(_of_facts(run.scenario)))


def _counts(run: Run, facts: list[YesNoSignal]) -> Reading[Mapping[str, NDArray[np.int64]]]:
    """Return by signal in how many replications it is so at the end of each day: facts, then consents by name."""
    import numpy as np

    changes: dict[str, NDArray[np.int64]] = {}
    asked = {each.signal: each for each in facts}
    first = {each.signal: _is_so(value_at_start(run.scenario, each.signal), each.least) for each in facts}
    while (block := (yield)) is not None:
        _, summary = block
        rows = summary.courses
        in_order = bool(
            (np.diff(rows.place) >= 0).all()
            and ((np.diff(rows.second) >= 0) | (np.diff(rows.place) > 0)).all()
        )
        for code, signal in enumerate(summary.facts):
            if signal.startswith("consent(") and signal not in asked:
                asked[signal] = YesNoSignal(signal, 1.0)
                first[signal] = _is_so(value_at_start(run.scenario, signal), 1.0)
            if signal not in asked:
                continue
            own = np.flatnonzero(rows.fact == code)
            if not in_order:  # of one instant the last counts
                own = own[np.lexsort((np.arange(own.size), rows.second[own], rows.place[own]))]
            worlds, seconds = rows.place[own], rows.second[own]
            now = (rows.value[own] >= asked[signal].least - _DUST).astype(np.int64)
            before = np.concatenate(([0], now[:-1]))
            before[np.diff(worlds, prepend=-1) != 0] = int(first[signal])
            days = np.maximum(seconds, 0) // DAY
            inside = days < len(run.dates)
            daily = changes.setdefault(signal, np.zeros(len(run.dates), dtype=np.int64))
            np.add.at(daily, days[inside], (now - before)[inside])
    names = [each.signal for each in facts]
    names += sorted(signal for signal in asked if signal not in set(names))
    counts = {}
    for signal in names:
        daily = changes.get(signal, np.zeros(len(run.dates), dtype=np.int64))
        daily[:1] += run.replications * first[signal]
        counts[signal] = np.cumsum(daily)
    return counts


def _is_so(value: float, least: float) -> bool:
    return value >= least - _DUST
