"""The limits, lengths of time and dates in a scenario's rules: a source seldom says them, so each is an assumption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.rules.syntax import Readings
from sim.scenario.plausible import numbers_in
from sim.scenario.positions import dotted
from sim.scenario.rules import rules_with_paths

if TYPE_CHECKING:
    from sim.scenario.ledger import LedgerEntry
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class RuleNumber:
    """A number as it is written in a rule, the entry of that rule, and what `plausible:` says of it (or nothing)."""

    entry: LedgerEntry
    written: str
    plausible: str

    @property
    def path(self) -> str:
        """Return the path under which `plausible:` may name it."""
        return f"{self.entry.path}.{self.written}"


def rule_numbers(entries: Sequence[LedgerEntry], scenario: Scenario) -> Iterator[RuleNumber]:
    """Yield every number in the rules among these entries, but those of statements with several readings.

    Of such a statement each reading is an assumption as a whole.
    """
    rules = {dotted(path) for path, rule in rules_with_paths(scenario) if not isinstance(rule, Readings)}
    for entry in entries:
        for written in numbers_in(entry.value) if entry.path in rules else ():
            yield RuleNumber(entry, written, _plausible(scenario, f"{entry.path}.{written}"))


def _plausible(scenario: Scenario, path: str) -> str:
    stated = scenario.plausible.get(path)
    if stated is None:
        return ""
    return "certain" if isinstance(stated, str) else f"{stated.low} to {stated.high}"
