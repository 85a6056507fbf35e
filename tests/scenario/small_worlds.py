"""Small random scenarios, and what can be said of them by enumeration: a second opinion on the analyses.

Nothing of `sim.rules.satisfiability`, `sim.scenario.analysis` or `sim.studies` is used here. Facts are true
or false and temporal parts stand on one of them, so that the truths which a fact can give to its atoms are
found by trying every course of six days; forces are as many troops as may be there.
"""

from __future__ import annotations

import datetime as dt
from itertools import product

from sim.durations import DAY
from sim.rules.history import RecordedHistory, Signal
from sim.rules.meaning import comparison_of, holds
from sim.rules.syntax import And, AtLeast, Compare, Consent, Force, Holds, Not, Or, Value

START = dt.date(2026, 1, 1)
DAYS = 6


def scenario_data(random, *, temporal=True, fewer=True):
    """Return a scenario of up to five facts and contributors; `fewer`: rules may ask for fewer troops."""
    facts = {
        f"f{i}": {
            "kind": "switch",
            "initially": random.random() < 0.5,
            "stays_on": {"mean": "9 days"},
            "stays_off": {"mean": "9 days"},
        }
        if random.random() < 0.5
        else {"kind": "milestone", "probability": 0.5, "after": {"mean": "9 days"}}
        for i in range(random.randint(1, 5))
    }
    names = [f"c{i}" for i in range(random.randint(1, 5))]
    consents = {"p": {"consent": {"probability": 0.5}}} if random.random() < 0.4 else {}
    contributors = {}
    for name in names:
        body = {"troops": random.randint(1, 3), "role": "infantry"}
        block = {"contingents": {"b": body}}
        if random.random() < 0.85:
            block["commits_when"] = rule_text(random, list(facts), names, temporal, fewer)
        if random.random() < 0.2:
            body["commits_when"] = rule_text(random, list(facts), names, temporal, fewer)
        if random.random() < 0.2:
            block["withdraws_when"] = rule_text(random, list(facts), [], temporal, fewer)
        if consents and random.random() < 0.5:
            block["consents"] = {"p": "not_needed"}
        contributors[name] = block
    return {
        "scenario": "small",
        "start": START.isoformat(),
        "end": "2026-12-31",
        "facts": facts,
        "parties": consents,
        "contributors": contributors,
    }


def rule_text(random, facts, names, temporal, fewer, depth=2):
    """Return a random rule."""
    kind = random.random()
    if depth and kind < 0.6:
        parts = [
            rule_text(random, facts, names, temporal, fewer, depth - 1) for _ in range(random.randint(2, 3))
        ]
        if kind < 0.4:
            return "(" + random.choice((" and ", " or ", " and ")).join(parts) + ")"
        if kind < 0.5:
            return f"at least {random.randint(1, len(parts))} of ({', '.join(parts)})"
        return (
            f"not ({parts[0]})"
            if fewer or not any(name in parts[0] for name in ("deployed", "committed"))
            else parts[0]
        )
    if names and kind > 0.8:
        return force_text(random, names, fewer)
    literal = random.choice(("", "not ")) + random.choice(facts)
    shape = random.choice(("", "", "for", "within", "once")) if temporal else ""
    if shape == "once":
        return f"once ({literal})"
    return f"({literal}) {shape} {random.randint(1, 3)} days" if shape else literal


def force_text(random, names, fewer):
    measure = random.choice(("deployed", "committed"))
    whose = "" if random.random() < 0.3 else f"({random.choice(names)})"
    operators = (">=", ">", "<=", "==") if fewer else (">=", ">")
    return f"{measure}{whose} {random.choice(operators)} {random.randint(0, 5)}"


def atoms_by_signal(rule, found=None):
    """Return the atoms of a rule by the fact, consent or force that each is about."""
    found = {} if found is None else found
    if isinstance(rule, (And, Or, AtLeast)):
        for part in rule.parts:
            atoms_by_signal(part, found)
    elif isinstance(rule, Not):
        atoms_by_signal(rule.part, found)
    else:
        leaf = rule
        while not isinstance(leaf, (Holds, Compare)):
            leaf = leaf.part
        found.setdefault(leaf.quantity, {})[rule] = None
    return found


def evaluated(rule, truths):
    """Return the truth of a rule, given those of its atoms."""
    if isinstance(rule, Not):
        return not evaluated(rule.part, truths)
    if isinstance(rule, (And, Or, AtLeast)):
        many = sum(evaluated(part, truths) for part in rule.parts)
        needed = rule.count if isinstance(rule, AtLeast) else len(rule.parts) if isinstance(rule, And) else 1
        return many >= needed
    return truths[rule]


def truths_of_fact(signal, atoms):
    """Return every choice of truths that some course of six days (the same before) gives to atoms."""
    found = set()
    for course in product((0.0, 1.0), repeat=DAYS):
        record = RecordedHistory(
            START, {signal: Signal(course[0], tuple(day * DAY for day in range(1, DAYS)), course[1:])}
        )
        found.add(tuple(holds(atom, record, (DAYS - 1) * DAY) for atom in atoms))
    return sorted(found)


def can_hold(rule, largest, facts_now=None):
    """Say by enumeration whether a rule can hold with forces of at most `largest(force)`.

    With `facts_now`, facts and consents are and have always been as it says.
    """
    by_signal = atoms_by_signal(rule)
    facts = [signal for signal in by_signal if isinstance(signal, (Value, Consent))]
    forces = [signal for signal in by_signal if isinstance(signal, Force)]
    choices = [truths_of_fact(signal, by_signal[signal]) for signal in facts]
    for sizes in product(*(range(largest(force) + 1) for force in forces)):
        size = dict(zip(forces, sizes, strict=True))
        if any(size[one] > size[other] for one in forces for other in forces if inside(one, other)):
            continue
        known = {atom: measured(atom, size[force]) for force in forces for atom in by_signal[force]}
        for chosen in product(*choices):
            truths = dict(known)
            for signal, values in zip(facts, chosen, strict=True):
                truths.update(zip(by_signal[signal], values, strict=True))
            if evaluated(rule, truths):
                return True
    return False


def inside(one, other):
    """Say whether all troops of one force are known to be in another: what is deployed is committed.

    A contributor's are not known to be in the total, which is of the military alone.
    """
    same = other.contributor == one.contributor
    return same and (
        one.measure == other.measure or (one.measure, other.measure) == ("deployed", "committed")
    )


def measured(atom, value):
    if isinstance(atom, Holds):
        return value > 0
    return comparison_of(atom.operator)(value, atom.number.value)
