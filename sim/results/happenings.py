"""What can happen in a world, once and for all, and when it first did: facts, consents, arrivals.

A *happening* is said as a rule that is true from then on under `once`; so it can be asked of a world by any date,
said in a sentence, and pasted into a scenario. A switch has two of them: that it comes on and that it goes off.
A progress has two: half of it, and all of it. Counted facts (`events`) have none: how many there were is a
number of the world, not something that happens once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, assert_never

from sim.results.changes import deployed_changes
from sim.results.reading import Reading, kept_answer
from sim.results.selection import members
from sim.results.spilled import SpilledColumns
from sim.rules.syntax import Consent as ConsentSignal
from sim.scenario.facts import Events, Milestone, Progress, Schedule, Switch
from sim.words.names import several, within
from sim.words.titles import titles_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from sim.results.run import Run
    from sim.scenario.facts import Fact
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Happening:
    """One thing that can happen.

    `column` is its column in the table of worlds, `rule` what is true once it happened, `subject` and `verb` say
    it: “the mandate” has `come`. `first` says when it first did in the worlds from one place to another, in whole
    seconds, the largest number of its kind where it never does: it is read when asked for, and not kept here.
    """

    column: str
    rule: str
    subject: str
    verb: str
    first: Callable[[int, int | None], NDArray[np.signedinteger[Any]]]

    @property
    def second(self) -> NDArray[np.float64]:
        """When it first did in each world, infinite where it never does; at second 0 what was so from the beginning."""
        return self.seconds()

    def seconds(self, place: int = 0, end: int | None = None) -> NDArray[np.float64]:
        """Return the same of the worlds from one place to another."""
        import numpy as np

        first = self.first(place, end)
        return np.where(first == np.iinfo(first.dtype).max, np.inf, first)

    def said(self, happened: bool) -> str:
        """Return it as a clause: `Israel has not consented to Turkey`."""
        fact = self.subject.startswith("“")
        plural = self.subject.startswith("troops of") or (not fact and several(self.subject))
        has = "have" if plural else "has"
        return f"{self.subject} {has} {'' if happened else 'not '}{self.verb}"

    def rule_by(self, day: dt.date, happened: bool) -> str:
        """Return as a rule that it has, or has not, happened by the end of a day."""
        import datetime as dt

        once = f"once ({self.rule} and before {day + dt.timedelta(days=1)})"
        return once if happened else f"not ({once})"


@dataclass(frozen=True)
class _Threshold:
    """A happening of a signal: that it is at least `least`, or, of a switch, that it is off."""

    signal: str
    column: str
    rule: str
    verb: str
    least: float | None


@dataclass(frozen=True)
class _FirstTimes:
    """Of each threshold, by its column, the second in which each world first passes it."""

    thresholds: tuple[_Threshold, ...]
    columns: SpilledColumns


def happenings_of(run: Run) -> tuple[Happening, ...]:
    """Return what can happen in the worlds of a run: facts, then consents, then arrivals, by name."""
    titles, known = titles_of(run.scenario), kept_answer(run, *happenings_question(run))
    told = [
        Happening(
            each.column,
            each.rule,
            _subject(each.signal, titles),
            _verb(each, titles),
            partial(known.columns.read, each.column),
        )
        for each in known.thresholds
    ]
    return (*told, *_arrivals(run, titles))


def _of_facts(scenario: Scenario) -> Iterator[_Threshold]:
    for name, fact in sorted(scenario.facts.items()):
        if fact.log:
            yield from _of_fact(name, fact)


def _of_fact(name: str, fact: Fact) -> Iterator[_Threshold]:
    match fact.kind:
        case "milestone":
            yield _Threshold(name, f"first.{name}", name, "come", 1.0)
        case "switch":
            yield _Threshold(name, f"first.{name}", name, "begun" if not fact.initially else "held", 1.0)
            yield _Threshold(name, f"ends.{name}", f"not {name}", "ended", None)
        case "progress":
            yield _Threshold(name, f"half.{name}", f"{name} >= 50%", "come half the way", 0.5)
            yield _Threshold(name, f"first.{name}", f"{name} >= 100%", "been completed", 1.0)
        case "schedule":
            if all(isinstance(getattr(value, "value", value), bool) for value in fact.values.values()):
                yield _Threshold(name, f"first.{name}", name, "come", 1.0)
        case "events":
            return
        case _:
            assert_never(fact.kind)


def _subject(signal: str, titles: Mapping[str, str]) -> str:
    consent = _consent(signal)
    if consent is None:
        return f"“{titles.get(signal, signal)}”"
    return within(titles.get(consent.party, consent.party))


def _verb(threshold: _Threshold, titles: Mapping[str, str]) -> str:
    consent = _consent(threshold.signal)
    if consent is None:
        return threshold.verb
    return f"consented to {within(titles.get(consent.contributor or '', consent.contributor or ''))}"


def _consent(signal: str) -> ConsentSignal | None:
    if not signal.startswith("consent("):
        return None
    party, contributor = signal.removeprefix("consent(").removesuffix(")").split(", ")
    return ConsentSignal(party, contributor)


def happenings_question(run: Run) -> tuple[Hashable, Callable[[], Reading[_FirstTimes]]]:
    """Return what `happenings_of` asks of a run beside the deployed troops, with its key."""
    return ("first times", run.duration), lambda: _first_times(run)


def _first_times(run: Run) -> Reading[_FirstTimes]:
    """Return when each threshold is first passed, facts before consents; a value counts as it is after its instant.

    Whole numbers, of 32 bits where the run is not longer; the largest one if never. Every consent counts that is asked
    for, given or not; none is known of before it is in some log.
    """
    import numpy as np

    kind = _kind_of(run)
    never = np.iinfo(kind).max
    facts = list(_of_facts(run.scenario))
    begun = {
        each: 0 if _passes(value_at_start(run.scenario, each.signal), each.least) else never for each in facts
    }
    columns, consents = SpilledColumns(kind), dict[str, _Threshold]()
    while (block := (yield)) is not None:
        summary = block[1]
        for name in summary.facts:
            if name.startswith("consent("):
                consents.setdefault(name, _Threshold(name, f"first.{name}", name, "consented", 1.0))
        rows = summary.courses
        settled = np.ones(rows.place.size, dtype=bool)
        order = np.lexsort((np.arange(rows.place.size), rows.second, rows.fact, rows.place))
        same = [np.diff(column[order]) == 0 for column in (rows.place, rows.fact, rows.second)]
        settled[order[:-1][np.logical_and.reduce(same)]] = False
        found = {}
        for each in (*facts, *(consent for name, consent in consents.items() if name in summary.facts)):
            first = found[each.column] = np.full(len(summary.numbers), begun.get(each, never), dtype=kind)
            code = summary.facts.index(each.signal) if each.signal in summary.facts else -1
            kept = settled & (rows.fact == code)
            passed = rows.value[kept] == 0 if each.least is None else rows.value[kept] >= each.least - 1e-9
            np.minimum.at(
                first, rows.place[kept][passed], np.maximum(rows.second[kept][passed], 0).astype(kind)
            )
        columns.append(len(summary.numbers), found, never)
    return _FirstTimes((*facts, *(consents[name] for name in sorted(consents))), columns)


def _kind_of(run: Run) -> type[np.signedinteger[Any]]:
    """Return whole numbers that hold each second of a run, and one that is none."""
    import numpy as np

    return np.int32 if run.duration < np.iinfo(np.int32).max else np.int64


def _passes(value: float, least: float | None) -> bool:
    return value == 0 if least is None else value >= least - 1e-9


def value_at_start(scenario: Scenario, signal: str) -> float:
    """Return what a fact, or a consent, is before the first row of the log that speaks of it."""
    fact = scenario.facts.get(signal)
    match fact:
        case None:
            return 0.0
        case Switch():
            return float(fact.initially)
        case Schedule():
            known = [value for day, value in sorted(fact.known.items()) if day <= scenario.start]
            return float(known[-1] if known else fact.initially)
        case Progress():
            return float(fact.initially)
        case Milestone() | Events():
            return 0.0
        case _:
            assert_never(fact)


def _arrivals(run: Run, titles: Mapping[str, str]) -> Iterator[Happening]:
    first = _first_arrivals(run)
    for name, body in sorted({body.contributor: body for body in reversed(members(run.scenario))}.items()):
        trained = f"force={body.force}"
        rule = f"deployed({name if name in run.scenario.contributors else trained}) > 0"
        subject = f"troops of {within(titles.get(name, name))}"
        yield Happening(f"arrival.{name}", rule, subject, "arrived", partial(first[name].read, name))


def _first_arrivals(run: Run) -> Mapping[str, SpilledColumns]:
    """Return the second in which the first of each contributor's troops arrive, by its name; kept with the run."""
    import numpy as np

    known: dict[str, SpilledColumns] = run.kept.setdefault(("first arrivals", run.duration), {})
    bodies, kind = members(run.scenario), _kind_of(run)
    deployed, never = deployed_changes(run, bodies), np.iinfo(kind).max
    for name in sorted({body.contributor for body in bodies} - known.keys()):
        own = [number for number, body in enumerate(bodies) if body.contributor == name]
        first = deployed.of(own).first_at_least(1)
        known[name] = SpilledColumns(kind)
        known[name].append(first.size, {name: np.where(np.isinf(first), never, first).astype(kind)}, never)
    return known
