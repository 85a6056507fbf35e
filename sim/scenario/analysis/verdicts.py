"""Rules that can never hold, or always do, whatever happens in the scenario."""

from __future__ import annotations

from collections.abc import Iterator

from sim.rules.binding import expand, unbound
from sim.rules.references import references, subrules
from sim.rules.satisfiability import MOST_READINGS, Setting, Verdict, verdict
from sim.rules.syntax import After, Before, Holds, Rule, Value
from sim.scenario.analysis.bodies import rule_of
from sim.scenario.analysis.prospects import Prospects
from sim.scenario.analysis.reach import domain_in, ends_of
from sim.scenario.faults import Fault
from sim.scenario.positions import Path
from sim.scenario.scenario import Scenario


def rules_decided(prospects: Prospects) -> Iterator[Fault]:
    """Every rule can hold and can fail, but those that say `always` or `never` outright.

    Rules that a file inherits are left to that file: a variation may well leave some of them without effect.
    Of a `never:` or `always:` statement only that it is certainly broken is reported; the opposite is as
    meant.
    """
    scenario = prospects.scenario
    for path, rule in prospects.subject.rules:
        complete = rule_of(scenario, rule, str(path[1]) if path[0] == "contributors" else None)
        if (
            unbound(complete)
            or _is_outright(expand(rule, scenario.definitions))
            or _names_definition(scenario, rule)
        ):
            continue
        if not prospects.subject.is_own(path):
            continue
        message = _message(prospects, path, complete)
        if message is not None:
            yield prospects.subject.at(path, message, "warning")


def verdict_of(prospects: Prospects, rule: Rule) -> Verdict:
    """Return what is known of a complete rule in the worlds of a scenario, everybody there."""
    scenario, everybody = prospects.scenario, prospects.everybody
    setting = Setting(
        scenario.start,
        lambda quantity: domain_in(scenario, quantity, everybody.largest(quantity)),
        first=0,
        last=ends_of(scenario),
    )
    return verdict(rule, setting)


def _message(prospects: Prospects, path: Path, rule: Rule) -> str | None:
    found = verdict_of(prospects, rule)
    if found is Verdict.TOO_LARGE:
        return (
            f"the rule is too large to say whether it can hold (the limit is {MOST_READINGS:,} steps); "
            "nothing is said of it; write it with fewer alternatives to have it analysed"
        )
    statement = path[0] if path[0] in ("never", "always") else None
    if statement is not None:
        broken = found is (Verdict.ALWAYS if statement == "never" else Verdict.NEVER)
        what = f"is broken at every instant, whatever happens; correct the `{statement}:` statement"
        return what if broken else None
    if found is Verdict.NEVER:
        why = prospects.conflict([rule], prospects.everybody)
        return f"can never hold, whatever happens: {why}; correct it, or write `never`"
    if found is Verdict.ALWAYS:
        return "always holds, whatever happens, so it asks nothing; correct it, or write `always`"
    return None


def _is_outright(rule: Rule) -> bool:
    """Say whether a rule reads nothing and no date: it says `always` or `never` in so many words."""
    return not references(rule) and not any(isinstance(part, (After, Before)) for part in subrules(rule))


def _names_definition(scenario: Scenario, rule: Rule) -> bool:
    """Say whether a rule is just the name of a definition, which is reported where it stands."""
    return (
        isinstance(rule, Holds)
        and isinstance(rule.quantity, Value)
        and rule.quantity.name in scenario.definitions
    )
