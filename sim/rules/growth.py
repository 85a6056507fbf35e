"""How a rule responds to growing forces."""

from __future__ import annotations

from sim.rules.references import parts
from sim.rules.syntax import Compare, Force, Holds, Not, Rule


def waits_only(rule: Rule) -> bool:
    """Say whether a rule that holds still does when forces have grown: it only ever waits for troops.

    `deployed(x) >= 500` does; `not committed(y)` and `deployed <= 5000` ask for fewer. False wherever a force
    stands in a place where more of it could make the rule fail.
    """
    return _waits_only(rule, True)


def _waits_only(rule: Rule, wanted: bool) -> bool:
    if isinstance(rule, (Holds, Compare)):
        if not isinstance(rule.quantity, Force):
            return True
        return (
            wanted if isinstance(rule, Holds) else rule.operator in ((">=", ">") if wanted else ("<=", "<"))
        )
    return all(_waits_only(part, wanted != isinstance(rule, Not)) for part in parts(rule))
