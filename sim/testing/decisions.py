"""Checks that a nation decides once, goes on by its rule, and is gone for good if it does not return.

And that those who were trained serve in no closed sector.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sim.rules.meaning import holds
from sim.rules.syntax import And
from sim.testing.finding import Finding
from sim.testing.pasts import Past

DECISION = {("deciding", "preparing"): True, ("deciding", "refused"): False}
"""What a move says of the decision: yes or no."""


def decided_once(past: Past) -> Iterator[Finding]:
    """Contingents that share a decision share its answer, until it is reconsidered or they are called off.

    After the contributor withdraws, or history tells of it, it may decide otherwise.
    """
    answers: dict[tuple[str, str], bool] = {}
    for time, step, contributor, contingent, source, target, troops, cause in past.logs.transitions:
        if contributor in past.scenario.trained_forces:
            continue
        own = past.scenario.contributors[contributor].contingents[contingent].approvals is not None
        decision = contributor, contingent if own else ""
        if cause.startswith("history: ") or cause in ("contributor withdraws", "returns"):
            for known in [each for each in answers if each[0] == contributor]:
                del answers[known]
        elif cause.endswith(" reconsiders"):
            answers.pop(decision, None)
        answer = DECISION.get((source, target))
        if answer is not None and answers.setdefault(decision, answer) != answer:
            said = "approved" if answer else "refused"
            text = f"{contributor}/{contingent}: {troops} are {said}, and others of the same decision are not"
            yield Finding(time, step, "decided_once", text)


def going_on_by_rule(past: Past) -> Iterator[Finding]:
    """Nobody begins to prepare unless rule and consents held, and no withdrawal, in the state before."""
    for time, step, contributor, contingent, source, target, troops, _ in past.logs.transitions:
        if (source, target) == ("deciding", "preparing"):
            gate = past.gate(contributor, contingent)
            if not holds(gate, past.in_round(time, step - 1), time):
                text = f"{contributor}/{contingent}: {troops} begin to prepare although `{gate}` did not hold"
                yield Finding(time, step, "going_on_by_rule", text)


def serving_where_open(past: Past) -> Iterator[Finding]:
    """Nobody who was trained begins to serve while his sector was closed in the state before that round."""
    for time, step, owner, _, source, target, troops, cause in past.logs.transitions:
        force = past.scenario.trained_forces.get(owner)
        if force is None or target != "deployed" or source == target or cause.startswith("history: "):
            continue
        rule = And(tuple(past.sector_open(force.sector)))
        if not holds(rule, past.in_round(time, step - 1), time):
            text = f"{owner}: {troops} begin to serve in {force.sector}, which is closed"
            yield Finding(time, step, "serving_where_open", text)


def gone_for_good(past: Past) -> Iterator[Finding]:
    """A contributor without `returns` whose last troops left after a withdrawal never has any there again."""
    left: set[str] = set()
    leaving: dict[str, int] = defaultdict(int)
    there: dict[str, int] = defaultdict(int)
    for time, step, contributor, contingent, source, target, troops, cause in past.logs.transitions:
        block = past.scenario.contributors.get(contributor)
        if block is None or block.returns is not None:
            continue
        for stage in ("moving", "deployed"):
            there[contributor] += troops * ((target == stage) - (source == stage))
        leaving[contributor] += troops * ((target == "withdrawing") - (source == "withdrawing"))
        comes = target in ("preparing", "moving", "deployed") and cause != "relief turns back"
        if contributor in left and comes:
            text = f"{contributor}/{contingent}: {troops} come again, though it has left and does not return"
            yield Finding(time, step, "gone_for_good", text)
        if cause == "exit over" and not leaving[contributor] and not there[contributor]:
            left.add(contributor)
