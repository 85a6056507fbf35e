"""What reads otherwise than it was meant: each trap is named at its place, with what to write."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import RuleError
from sim.rules.binding import bind
from sim.rules.history import RecordedHistory, Signal
from sim.rules.meaning import holds
from sim.rules.references import every_reading, signals, subrules
from sim.rules.satisfiability import possible
from sim.rules.syntax import ALWAYS, Compare, Holds, Or, Quantity, Rule, Value
from sim.scenario.checks.subject import Subject
from sim.scenario.distributions import Drawn, Fixed
from sim.scenario.facts import Consent as ConsentBlock
from sim.scenario.facts import Milestone, Schedule, Switch
from sim.scenario.faults import Fault
from sim.scenario.planned import SlippingValue
from sim.scenario.positions import Path
from sim.scenario.rules import completed

FEWEST_TO_VANISH = 100
"""From how many troops on it matters that a force has no way out."""


def numbers_as_truths(subject: Subject) -> Iterator[Fault]:
    """A rule compares a number; only what is true or false stands alone."""
    for path, rule in subject.rules:
        for part in subrules(rule):
            if isinstance(part, Holds) and isinstance(part.quantity, Value):
                message = _number(subject, part.quantity.name)
                if message is not None:
                    yield subject.in_rule(path, part.quantity.name, message)


def _number(subject: Subject, name: str) -> str | None:
    """Say that a name stands for a number, if it does, and how to compare it."""
    if name in subject.keys("uncertain"):
        return (
            f"`{name}` is an uncertain quantity, thus a number and neither true nor false; "
            f"compare it, for example `{name} > 1`"
        )
    fact = subject.fact(name)
    kind = getattr(fact, "kind", None)
    if kind == "progress":
        return (
            f"`{name}` is a progress, thus a number and neither true nor false: as it stands it would hold as "
            f"soon as it begins; compare it, for example `{name} >= 100%`"
        )
    if kind == "events":
        return (
            f"`{name}` counts events, and is neither true nor false: as it stands it would hold from the first "
            f"one on; count them, for example `{name} in last 30 days > 0`"
        )
    if isinstance(fact, Schedule) and not _chances(fact) and _is_number(fact):
        return (
            f"`{name}` has numbers as its values, and is neither true nor false; "
            f"compare it, for example `{name} >= {max(map(float, fact.values.values())):g}`"
        )
    return None


def _is_number(fact: Schedule) -> bool:
    return any(float(value) not in (0.0, 1.0) for value in fact.values.values())


def _chances(fact: Schedule) -> list[object]:
    """Return the days on which a schedule takes a value between 0 and 1."""
    return [day for day, value in fact.values.items() if 0 < float(value) < 1]


def chances_as_truths(subject: Subject) -> Iterator[Fault]:
    """A schedule whose truth a rule reads takes true and false, not a chance."""
    read = {
        part.quantity.name
        for _, rule in subject.rules
        for part in subrules(rule)
        if isinstance(part, Holds) and isinstance(part.quantity, Value)
    }
    for name, fact in subject.scenario.facts.items():
        if not isinstance(fact, Schedule) or name not in read:
            continue
        for day in _chances(fact):
            share = float(fact.values[day])  # type: ignore[index]  # its own keys
            message = (
                f"{share * 100:g} % is neither true nor false, and would count as true in every world; for a chance "
                f"write {name}: {{kind: milestone, probability: {share * 100:g}%, when: after {day}}}, for a share "
                f"compare it in the rule, as in `{name} >= {share * 100:g}%`"
            )
            yield subject.at(("facts", name, "values", str(day)), message)


def totals_that_only_grow(subject: Subject) -> Iterator[Fault]:
    """A count of all events since the start only grows: a rule that it is small ends for good."""
    for path, rule in subject.rules:
        for part in subrules(rule):
            if (
                isinstance(part, Compare)
                and isinstance(part.quantity, Value)
                and part.operator in ("<", "<=")
            ):
                name = part.quantity.name
                if getattr(subject.fact(name), "kind", None) == "events":
                    windowed = f"{name} in last 30 days {part.operator} {part.number.text}"
                    message = (
                        f"`{part}` counts all since the start, so that once there were more it never holds again; "
                        f"for how many there are at a time write for example `{windowed}`"
                    )
                    yield subject.in_rule(path, name, message, "warning")


def multipliers_of_fixed_delays(subject: Subject) -> Iterator[Fault]:
    """A rate multiplier changes chances, and a delay that is one known length has none."""
    for name, fact in subject.scenario.facts.items():
        path: Path = ("facts", name, "rate_multiplier")
        if isinstance(fact, Switch):
            for place, each in enumerate(fact.rate_multiplier):
                for key, factor, delay in (
                    ("ends", each.ends, fact.stays_on),
                    ("starts", each.starts, fact.stays_off),
                ):
                    stay = "stays_on" if key == "ends" else "stays_off"
                    yield from _useless(subject, (*path, place, key), factor, stay, delay)
        elif isinstance(fact, Milestone):
            for place, one in enumerate(fact.rate_multiplier):
                yield from _useless(subject, (*path, place, "times"), one.times, "after", fact.after)
    for path, consent in _consents(subject):
        for place, one in enumerate(consent.rate_multiplier):
            where = (*path, "rate_multiplier", place, "times")
            yield from _useless(subject, where, one.times, "after", consent.after)


def _consents(subject: Subject) -> Iterator[tuple[Path, ConsentBlock]]:
    """Yield every consent with its path: what parties answer all, and what is a contributor's own."""
    for name, party in subject.scenario.parties.items():
        if isinstance(party.consent, ConsentBlock):
            yield ("parties", name, "consent"), party.consent
    for name, contributor in subject.scenario.contributors.items():
        for party_name, own in contributor.consents.items():
            if isinstance(own, ConsentBlock):
                yield ("contributors", name, "consents", party_name), own


def _useless(subject: Subject, path: Path, factor: float, stay: str, delay: Drawn | None) -> Iterator[Fault]:
    if factor in (0.0, 1.0) or (delay is not None and not isinstance(delay.distribution, Fixed)):
        return
    why = f"`{stay}` is left out and so never ends" if delay is None else f"`{stay}` is one known length"
    message = (
        f"`{path[-1]}: {factor:g}` changes nothing, for {why} and a multiplier changes chances; "
        f"write {stay}: {{mean: …}} or {{median: …, p90: …}}"
    )
    yield subject.at(path, message, "warning")


def withdrawn_from_the_start(subject: Subject) -> Iterator[Fault]:
    """A withdrawal is the moment at which its rule becomes true: what holds from the start is none.

    Where nobody can come while it holds, that is as it should be.
    """
    for name, contributor in subject.scenario.contributors.items():
        path = ("contributors", name, "withdraws_when")
        if contributor.withdraws_when is None or not subject.is_own(path):
            continue
        try:
            rule = _complete(subject, contributor.withdraws_when, name)
            commits = [_complete(subject, contributor.commits_when or ALWAYS, name)]
        except RuleError:
            continue
        for read in every_reading(rule):
            begins = RecordedHistory(
                subject.scenario.start, {each: _initial(subject, each) for each in signals(read)}
            )
            ways = read.parts if isinstance(read, Or) else (read,)
            if any(holds(way, begins, 0) and possible([way, *commits]) is not False for way in ways):
                message = (
                    f"`{contributor.withdraws_when}` holds from the start, and only the moment at which it becomes "
                    "true is a withdrawal: nobody leaves until it has been false; say what must have come before, "
                    "as in `once mandate_clear and not mandate_clear`"
                )
                yield subject.at(path, message, "warning")
                break


def _complete(subject: Subject, rule: Rule, name: str) -> Rule:
    return bind(completed(subject.scenario, rule), name)


def _initial(subject: Subject, quantity: Quantity) -> Signal:
    """Return what a quantity is at the start, for all of time."""
    fact = subject.fact(quantity.name) if isinstance(quantity, Value) else None
    if isinstance(fact, Schedule):
        past = [day for day in fact.known if day <= subject.scenario.start]
        return Signal(float(fact.known[max(past)] if past else fact.initially))
    if fact is not None and fact.kind in ("switch", "progress"):
        return Signal(float(fact.initially))
    if isinstance(quantity, Value) and quantity.name in subject.scenario.uncertain:
        law = subject.scenario.uncertain[quantity.name].distribution
        return Signal(law.value if isinstance(law, Fixed) else 1.0)
    return Signal(0.0)


def vanishing(subject: Subject) -> Iterator[Fault]:
    """A force that withdraws needs time to leave."""
    scenario = subject.scenario
    defaults = scenario.defaults.contributors
    for name, contributor in scenario.contributors.items():
        path = ("contributors", name, "withdraws_when")
        if contributor.withdraws_when is None or not subject.is_own(path) or contributor.exit is not None:
            continue
        if defaults.exit is not None:
            continue
        troops = sum(_known(body.troops) for body in contributor.contingents.values())
        if troops >= FEWEST_TO_VANISH:
            message = (
                f"`exit:` is left out, so {troops:,.0f} troops would vanish at one moment; "
                "write for example `exit: 31 days`, or `exit: 0 days` if that is meant"
            )
            yield subject.at(path, message, "warning")


def _known(troops: Drawn) -> float:
    from sim.scenario.distributions import bounds

    low, high = bounds(troops.distribution)
    return high if high < float("inf") else max(low, FEWEST_TO_VANISH)


def slipping_truths(subject: Subject) -> Iterator[Fault]:
    """A schedule that slips is one whose values differ: else nothing is seen to come."""
    for name, fact in subject.scenario.facts.items():
        if isinstance(fact, Schedule):
            for day, value in fact.values.items():
                if (
                    isinstance(value, SlippingValue)
                    and float(value) == float(fact.initially)
                    and len(fact.values) == 1
                ):
                    message = (
                        f"takes the value that it has from the beginning ({fact.initially}), so nothing comes"
                    )
                    yield subject.at(("facts", name, "values", str(day)), f"{message}; correct it", "warning")
