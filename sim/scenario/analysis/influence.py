"""Facts from which no way leads to the troops, or to anything that is asked of them."""

from __future__ import annotations

from collections.abc import Iterator

from sim.rules.references import names
from sim.scenario.analysis.prospects import Prospects
from sim.scenario.faults import Fault


def facts_without_effect(prospects: Prospects) -> Iterator[Fault]:
    """Every fact that some rule reads has, through it, an effect on troops, needs or statements.

    One that no rule reads at all is reported by the check `unused`.
    """
    readers: dict[str, set[str]] = {}
    outward: set[str] = set()
    for path, rule in prospects.subject.rules:
        for name in names(rule):
            if path[0] in ("facts", "definitions"):
                readers.setdefault(name, set()).add(str(path[1]))
            else:
                outward.add(name)
    effective = set(outward)
    while True:
        further = {name for name, by in readers.items() if by & effective} - effective
        if not further:
            break
        effective |= further
    for name in prospects.scenario.facts:
        if name in readers and name not in effective and prospects.subject.is_own(("facts", name)):
            by = ", ".join(sorted(readers[name]))
            verb = "reads" if len(readers[name]) == 1 else "read"
            message = f"only {by} {verb} this fact, and nothing that concerns troops, needs or statements "
            message += "reads those; use it, or remove it"
            yield prospects.subject.at_key(("facts", name), message, "warning")
