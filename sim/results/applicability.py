"""In which replications a target or requirement applies: its `when` rule, read from the logs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError
from sim.results.changes import home_changes, home_question, stage_changes, stage_question
from sim.results.dates import last_second_of
from sim.results.reading import Question, Reading, kept_answer
from sim.results.selection import Selection, counted_under, members
from sim.results.spilled import SpilledRows
from sim.rules.history import RecordedHistory, Signal
from sim.rules.meaning import holds, truth
from sim.rules.references import references, signals, subrules
from sim.rules.syntax import (
    After,
    Before,
    Casualties,
    Consent,
    Force,
    Holds,
    Once,
    Quantity,
    Recent,
    Rule,
    Throughout,
    Value,
    Within,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.batch.summary import BlockSummary
    from sim.results.changes import Changes
    from sim.results.run import Run
    from sim.scenario.scenario import Scenario

_CASUALTIES = "casualties("
_WORLDS_AT_ONCE = 10_000
_RECORDS_AT_ONCE = 1_000

_STAGES_COUNTED = {
    "deployed": ("deployed",),
    "committed": ("preparing", "ready", "moving", "deployed"),
}

Courses = dict[Quantity, dict[int, float]]
"""For each quantity its value from each second on."""


def applies(run: Run, conditions: Sequence[tuple[Rule | None, dt.date]]) -> NDArray[np.bool_]:
    """Return whether each rule holds at the end of its day: [conditions, replications]; no rule always does.

    Nothing is read where there is no rule. Raises UsageError for a rule on a fact that leaves no log.
    """
    import numpy as np

    seconds = np.array([[last_second_of(run.scenario.start, date)] for _, date in conditions], dtype=np.int64)
    each = np.broadcast_to(seconds.reshape(len(conditions), 1), (len(conditions), run.replications))
    return applies_at(run, [rule for rule, _ in conditions], each)


def applies_at(run: Run, rules: Sequence[Rule | None], seconds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether each rule holds at each replication's second [rules, replications]; no rule always does."""
    import numpy as np

    truth = np.ones((len(rules), run.replications), dtype=bool)
    open_ones = [
        (row, _complete(run.scenario, rule), seconds[row])
        for row, rule in enumerate(rules)
        if rule is not None
    ]
    known = run.kept.setdefault(("applies", run.duration), {})
    asked = {_key(rule, at): (rule, at) for _, rule, at in open_ones}
    unknown = {key: question for key, question in asked.items() if key not in known}
    if unknown:
        known.update(_truths(run, unknown))
    for row, rule, at in open_ones:
        truth[row] = known[_key(rule, at)]
    return truth


def first_seconds(run: Run, rule: Rule) -> NDArray[np.float64]:
    """Return the first second of each replication at which a rule holds; infinite if never, 0 if from before.

    Raises UsageError for a rule on a fact that leaves no log.
    """
    import numpy as np

    complete = _complete(run.scenario, rule)
    _check_logged(run.scenario, signals(complete))
    match complete:
        case Holds(Value() as fact) if not _before_start(run.scenario, fact)[0]:
            return _first_positive(run, fact)
    held = (truth(complete, record) for record in _records(run, signals(complete)))
    firsts = (0.0 if each.initial else (each.flips or (np.inf,))[0] for each in held)
    return np.fromiter(firsts, dtype=float, count=run.replications)


def _first_positive(run: Run, quantity: Quantity) -> NDArray[np.float64]:
    """Return the first second of each replication at which the log tells of a value above 0; infinite if never."""
    import numpy as np

    first = np.full(run.replications, np.inf)
    for start, _, rows in _logged(run, quantity, _WORLDS_AT_ONCE):
        above = np.flatnonzero(rows.value > 0)
        world, row = np.unique(rows.place[above], return_index=True)
        first[world + start] = rows.second[above[row]]
    return first


_Question = tuple[str, bytes]
"""A rule, and when it is asked in each replication."""


def _key(rule: Rule, seconds: NDArray[np.int64]) -> _Question:
    alike = bool((seconds == seconds[:1]).all())
    return str(rule), (seconds[:1] if alike else seconds).tobytes()


def _truths(
    run: Run, asked: Mapping[_Question, tuple[Rule, NDArray[np.int64]]]
) -> dict[_Question, NDArray[np.bool_]]:
    import numpy as np

    _check_logged(run.scenario, frozenset().union(*(signals(rule) for rule, _ in asked.values())))
    momentary = {key: each for key, each in asked.items() if is_momentary(each[0], alike=len(key[1]) == _ONE)}
    truths = {key: _truths_now(run, *each) for key, each in momentary.items()}
    asked = {key: each for key, each in asked.items() if key not in momentary}
    if not asked:
        return truths
    quantities = frozenset().union(*(signals(rule) for rule, _ in asked.values()))
    truths.update((key, np.zeros(run.replications, dtype=bool)) for key in asked)
    for place, record in enumerate(_records(run, quantities)):
        for key, (rule, seconds) in asked.items():
            truths[key][place] = holds(rule, record, int(seconds[place]))
    return truths


_ONE = 8
"""Bytes of an instant that is the same for all."""


def is_momentary(rule: Rule, alike: bool) -> bool:
    """Tell whether the truth of a rule hangs on nothing but the values that it reads at the instant.

    Without `alike` the instants differ, so that dates tell them apart. All casualties together are counted up.
    """
    remembers = (Once, Throughout, Within) if alike else (Once, Throughout, Within, After, Before)
    return not any(isinstance(each, remembers) for each in subrules(rule)) and not any(
        isinstance(each, Recent) or each == Casualties() for each in references(rule)
    )


def _truths_now(run: Run, rule: Rule, seconds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return the truth of a momentary rule in each replication: it is read once for values that are alike."""
    import numpy as np

    quantities = sorted(signals(rule), key=str)
    values = np.zeros((max(1, len(quantities)), run.replications))
    for row, quantity in enumerate(quantities):
        values[row] = _values_at(run, quantity, seconds)
    known: dict[tuple[float, ...], bool] = {}
    truths = np.zeros(run.replications, dtype=bool)
    for first in range(0, run.replications, _WORLDS_AT_ONCE):
        own = slice(first, first + _WORLDS_AT_ONCE)
        different, which = np.unique(values[:, own], axis=1, return_inverse=True)
        for column in map(tuple, different.T.tolist()):
            if column not in known:
                told = {each: Signal(value) for each, value in zip(quantities, column, strict=False)}
                known[column] = holds(rule, RecordedHistory(run.scenario.start, told), int(seconds[0]))
        found = [known[column] for column in map(tuple, different.T.tolist())]
        truths[own] = np.array(found, dtype=bool)[which.reshape(-1)]
    return truths


def _values_at(run: Run, quantity: Quantity, seconds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the value of a quantity in each replication at its second."""
    import numpy as np

    initial, known = _before_start(run.scenario, quantity)
    steps = _signal(initial, known)
    times = np.array([-np.inf, *steps.times])
    place = np.searchsorted(times, seconds, side="right") - 1
    values, since = np.array([initial, *steps.values])[place], times[place]
    for first, _, rows in _logged(run, quantity, _WORLDS_AT_ONCE):
        before = np.flatnonzero(rows.second <= seconds[rows.place + first])
        world, last = np.unique(rows.place[before][::-1], return_index=True)  # the first from behind
        row = before[::-1][last]
        later = rows.second[row] >= since[world + first]  # the log says what comes of a known instant, too
        values[world[later] + first] = rows.value[row[later]]
    return values


def _logged(run: Run, quantity: Quantity, least: int) -> Iterator[tuple[int, int, _Course]]:
    """Yield what the logs tell of a quantity: the first of at least so many worlds, how many they are, its changes.

    The same worlds go together whatever the quantity is.
    """
    if isinstance(quantity, Force):
        for part in _force_changes(run, quantity).parts(least):
            place, second, level = part.settled()
            yield part.first, part.worlds, _Course(place - part.first, second, level)
        return
    for rows in kept_answer(run, *course_question(run, quantity)).parts(least):
        place, second, value = map(rows.column, ("place", "second", "value"))
        yield rows.first, rows.worlds, _Course(place - rows.first, second, value)


def rule_questions(run: Run, rules: Iterable[Rule | None]) -> Iterator[tuple[Hashable, Question]]:
    """Yield what `applies` asks of a run for these rules, with keys."""
    complete = [_complete(run.scenario, rule) for rule in rules if rule is not None]
    for quantity in sorted({each for rule in complete for each in signals(rule)}, key=str):
        if not isinstance(quantity, Force):
            yield course_question(run, quantity)
        elif quantity.measure == "withdrawn":
            yield home_question(run)
        else:
            yield stage_question(run, _STAGES_COUNTED[quantity.measure])


def course_question(
    run: Run, quantity: Quantity | str
) -> tuple[Hashable, Callable[[], Reading[SpilledRows]]]:
    """Return what is asked of a run about a quantity, or a word, that is logged, with its key.

    All casualties together, which no log tells, are the sum of each contributor's.
    """
    changes = _all_casualties if quantity == Casualties() else partial(_changes_of, str(quantity))
    return ("course", str(quantity), run.duration), lambda: _courses(run, changes)


def _courses(run: Run, changes: Callable[[BlockSummary], _Course]) -> Reading[SpilledRows]:
    import numpy as np

    clock = "int32" if run.duration < np.iinfo(np.int32).max else "int64"
    found = SpilledRows({"place": "int32", "second": clock, "value": "float64"})
    while (block := (yield)) is not None:
        first, summary = block
        rows = changes(summary)
        found.append(summary.numbers.size, rows.place + first, rows.second, rows.value)
    return found


def _changes_of(word: str, summary: BlockSummary) -> _Course:
    import numpy as np

    rows = summary.courses
    kept = np.flatnonzero(rows.fact == (summary.facts.index(word) if word in summary.facts else -1))
    return _Course(rows.place[kept], rows.second[kept], rows.value[kept])


def _all_casualties(summary: BlockSummary) -> _Course:
    """Return the sum of what each contributor has lost, after each change in the order of the log."""
    import numpy as np

    rows = summary.courses
    counts = np.array([word.startswith(_CASUALTIES) for word in summary.facts] or [False])
    kept = np.flatnonzero(counts[rows.fact])
    place, fact, rise = rows.place[kept], rows.fact[kept], rows.value[kept].copy()
    order = np.lexsort((np.arange(kept.size), fact, place))
    later = (np.diff(place[order]) == 0) & (np.diff(fact[order]) == 0)
    rise[order[1:][later]] -= rows.value[kept][order[:-1][later]]
    total = np.concatenate(([0.0], np.cumsum(rise)))
    return _Course(place, rows.second[kept], total[1:] - total[np.searchsorted(place, place)])


@dataclass(frozen=True)
class _Course:
    """Changes of one quantity: to which value, in which replication and when."""

    place: NDArray[np.int32]
    second: NDArray[np.integer[Any]]
    value: NDArray[Any]


def _complete(scenario: Scenario, rule: Rule) -> Rule:
    from sim.scenario.rules import completed

    return completed(scenario, rule)


def _check_logged(scenario: Scenario, quantities: frozenset[Quantity]) -> None:
    for name in sorted(quantity.name for quantity in quantities if isinstance(quantity, Value)):
        if name in scenario.facts and not scenario.facts[name].log:
            raise UsageError(
                f"fact {name}: the `when` of a target or requirement reads it after the run, "
                "but it has `log: false`; remove that line and run the scenario again"
            )


def _records(run: Run, quantities: frozenset[Quantity]) -> Iterator[RecordedHistory]:
    """Yield what the logs say about the quantities, one history a replication; some are held at a time."""
    before = {quantity: _before_start(run.scenario, quantity) for quantity in quantities}
    if not before:
        yield from repeat(RecordedHistory(run.scenario.start, {}), run.replications)
    for parts in zip(*(_logged(run, quantity, _RECORDS_AT_ONCE) for quantity in before), strict=True):
        _, worlds, _ = parts[0]
        courses: list[Courses] = [
            {quantity: dict(known) for quantity, (_, known) in before.items()} for _ in range(worlds)
        ]
        for quantity, (_, _, rows) in zip(before, parts, strict=True):
            columns = (rows.place.tolist(), rows.second.tolist(), rows.value.tolist())
            for place, second, value in zip(*columns, strict=True):
                courses[place][quantity][second] = float(value)
        for course in courses:
            signal = {quantity: _signal(before[quantity][0], changes) for quantity, changes in course.items()}
            yield RecordedHistory(run.scenario.start, signal)


def _force_changes(run: Run, quantity: Force) -> Changes:
    """Return the changes of a force level; `withdrawn` is everybody who ever went home."""
    filters = Selection(quantity.contributor, None, quantity.role, quantity.sector, quantity.force)
    wanted = counted_under(run.scenario, filters)
    group = {body.key: 0 for body in members(run.scenario) if wanted.admits(body)}
    if quantity.measure == "withdrawn":
        return home_changes(run, group)
    return stage_changes(run, _STAGES_COUNTED[quantity.measure], group)


def _signal(initial: float, changes: dict[int, float]) -> Signal:
    times = sorted(changes)
    return Signal(initial, tuple(times), tuple(changes[time] for time in times))


def _before_start(  # noqa: PLR0911  # one branch for each kind
    scenario: Scenario, quantity: Quantity
) -> tuple[float, dict[int, float]]:
    """Return the value before everything, and what the scenario itself says has changed by the start."""
    from sim.durations import seconds_between
    from sim.scenario.facts import Events, Progress, Schedule, Switch

    if isinstance(quantity, Consent):
        return (0.0 if _is_asked(scenario, quantity) else 1.0), {}
    match scenario.facts.get(quantity.name) if isinstance(quantity, Value) else None:
        case Switch(initially=initially, since=None):
            return float(initially), {}
        case Switch(initially=initially, since=dt.date() as since):
            return float(not initially), {seconds_between(scenario.start, since): float(initially)}
        case Events(past=dict() as past):
            total, counts = 0.0, {}
            for day, count in sorted(past.items()):
                total += count
                counts[seconds_between(scenario.start, day)] = total
            return 0.0, counts
        case Progress(initially=initially):
            return initially, {}
        case Schedule(initially=initially) as fact:
            return float(initially), {
                seconds_between(scenario.start, day): float(value)
                for day, value in fact.known.items()
                if not fact.slips  # of those the log says all
            }
        case _:
            return 0.0, {}


def _is_asked(scenario: Scenario, quantity: Consent) -> bool:
    party = scenario.parties.get(quantity.party)
    contributor = scenario.contributors.get(quantity.contributor or "")
    own = contributor.consents.get(quantity.party) if contributor else None
    return (own if own is not None else party.consent if party else None) not in (None, "not_needed")
