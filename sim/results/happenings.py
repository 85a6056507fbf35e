"""What can happen in a world, once and for all, and when it first did: facts, consents, arrivals.

A *happening* is said as a rule that is true from then on under `once`; so it can be asked of a world by any date,
said in a sentence, and pasted into a scenario. A switch has two of them: that it comes on and that it goes off.
A progress has two: half of it, and all of it. Counted facts (`events`) have none: how many there were is a
number of the world, not something that happens once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from sim.durations import DAY
from sim.results.changes import deployed_changes
from sim.results.reading import Reading, kept_answer
from sim.results.selection import members
from sim.rules.syntax import Consent as ConsentSignal
from sim.scenario.facts import Events, Milestone, Progress, Schedule, Switch
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
    it: “the mandate” has `come`. `second` is when it first did in each world, infinite where it never does; what
    was so from the beginning has happened at second 0.
    """

    column: str
    rule: str
    subject: str
    verb: str
    second: NDArray[np.float64]

    def by(self, day: int) -> NDArray[np.bool_]:
        """Return in which worlds it has happened by the end of the day with this index."""
        happened: NDArray[np.bool_] = self.second < (day + 1) * DAY
        return happened

    def said(self, happened: bool) -> str:
        """Return it as a clause: `Israel has not consented to Turkey`."""
        plural = self.subject.startswith("troops of")
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


_FirstTimes = dict[_Threshold, "NDArray[np.integer[Any]]"]
"""Of each threshold the second in which each world first passes it."""


def happenings_of(run: Run) -> tuple[Happening, ...]:
    """Return what can happen in the worlds of a run: facts, then consents, then arrivals, by name."""
    import numpy as np

    titles = titles_of(run.scenario)
    told = [
        Happening(
            each.column,
            each.rule,
            _subject(each.signal, titles),
            _verb(each, titles),
            np.where(second == np.iinfo(second.dtype).max, np.inf, second),
        )
        for each, second in kept_answer(run, *happenings_question(run)).items()
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
    return titles.get(consent.party, consent.party)


def _verb(threshold: _Threshold, titles: Mapping[str, str]) -> str:
    consent = _consent(threshold.signal)
    if consent is None:
        return threshold.verb
    return f"consented to {titles.get(consent.contributor or '', consent.contributor)}"


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

    Whole numbers, of 32 bits where the run is not longer, since they are kept; the largest one if never. Every consent
    counts that is asked for, given or not; none is known of before it is in some log.
    """
    import numpy as np

    kind = np.int32 if run.duration < np.iinfo(np.int32).max else np.int64
    facts = list(_of_facts(run.scenario))
    found: _FirstTimes = {
        each: np.full(
            run.replications,
            0 if _passes(value_at_start(run.scenario, each.signal), each.least) else np.iinfo(kind).max,
            dtype=kind,
        )
        for each in facts
    }
    while (block := (yield)) is not None:
        at, summary = block
        for name in summary.facts:
            if name.startswith("consent("):
                consent = _Threshold(name, f"first.{name}", name, "consented", 1.0)
                if consent not in found:
                    found[consent] = np.full(run.replications, np.iinfo(kind).max, dtype=kind)
        rows = summary.courses
        settled = np.ones(rows.place.size, dtype=bool)
        order = np.lexsort((np.arange(rows.place.size), rows.second, rows.fact, rows.place))
        same = [np.diff(column[order]) == 0 for column in (rows.place, rows.fact, rows.second)]
        settled[order[:-1][np.logical_and.reduce(same)]] = False
        for each, first in found.items():
            code = summary.facts.index(each.signal) if each.signal in summary.facts else -1
            kept = settled & (rows.fact == code)
            passed = rows.value[kept] == 0 if each.least is None else rows.value[kept] >= each.least - 1e-9
            place, second = rows.place[kept][passed] + at, rows.second[kept][passed]
            np.minimum.at(first, place, np.maximum(second, 0).astype(kind))
    consents = sorted((each for each in found if each not in facts), key=lambda each: each.signal)
    return {each: found[each] for each in (*facts, *consents)}


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
    bodies = members(run.scenario)
    deployed = deployed_changes(run, bodies)
    for name in sorted({body.contributor for body in bodies}):
        own = [number for number, body in enumerate(bodies) if body.contributor == name]
        trained = f"force={bodies[own[0]].force}"
        rule = f"deployed({name if name in run.scenario.contributors else trained}) > 0"
        subject = f"troops of {titles.get(name, name)}"
        first = deployed.of(own).first_at_least(1)
        yield Happening(f"arrival.{name}", rule, subject, "arrived", first)
