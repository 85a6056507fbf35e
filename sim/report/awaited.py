"""Whose move contributors wait for: troop-days that conditions and consents hold back, by whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.tables import Tables, rows_of
from sim.vocabulary import Cause, cause_of
from sim.words.names import capitalised, listed, printable, proper, within

if TYPE_CHECKING:
    import pandas as pd

    from sim.rules.syntax import Quantity

_CALENDAR = "A date to come"
_ANYBODY = "troops of others"


def waiting_table(tables: Tables) -> pd.DataFrame:
    """Return the mean troop-days that each contributor waits for the moves of another.

    Columns: `contributor`, `whom` (both as readers know them), `troop_days`. What is waited for is a condition of a
    rule, which is the move of the party that controls its facts or of the contributors whose troops it counts, or
    a consent, which is its party's. Approvals, lift and other means are not somebody else's move.
    """
    import pandas as pd

    sums: dict[tuple[str, str], float] = {}
    for row in rows_of(tables.binding_by_contributor):
        cause = cause_of(str(row.cause))
        if cause.kind in ("rule", "consent") and row.troop_days > 0:
            key = tables.contributor_name(str(row.contributor)), awaited(tables, cause)
            sums[key] = sums.get(key, 0.0) + float(row.troop_days)
    ordered = sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))
    rows = [(who, whom, troop_days) for (who, whom), troop_days in ordered]
    return pd.DataFrame(rows, columns=["contributor", "whom", "troop_days"])


def awaited(tables: Tables, cause: Cause) -> str:
    """Return whose move a condition or a consent waits for; a fact without a party by its own title."""
    from sim.rules.parsing import parse
    from sim.rules.references import signals

    if cause.kind == "consent":
        return capitalised(tables.party_name(cause.parties[0]))
    found = sorted({_mover(tables, quantity) for quantity in signals(parse(cause.subject))})
    return capitalised(printable(listed(found))) if found else _CALENDAR


def _mover(tables: Tables, quantity: Quantity) -> str:
    from sim.rules.syntax import Beds, Casualties, Consent, Force, Value

    match quantity:
        case Value(name):
            party = getattr(tables.scenario.facts.get(name), "party", None)
            return within(tables.party_name(party)) if party else f"“{tables.titles.get(name, proper(name))}”"
        case Consent(party=party):
            return within(tables.party_name(party))
        case Force(contributor=str(name)):
            return tables.contributor_name(name)
        case Casualties():
            return "its own losses"
        case Beds():
            return "beds in the theatre"
        case _:
            return _ANYBODY
