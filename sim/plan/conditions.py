"""What troops wait for: a rule with its consents, and the fewest atoms whose truth would free them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sim.rules.blockers import blocking_atoms
from sim.rules.syntax import Consent, Holds, Rule
from sim.vocabulary import cause_text


@dataclass(frozen=True)
class Conditions:
    """A rule, bound and expanded, its atoms and their nodes."""

    rule: Rule
    atoms: tuple[Rule, ...]
    nodes: tuple[int, ...]

    @cached_property
    def _known(self) -> dict[tuple[bool, ...], tuple[str, ...]]:
        """Causes by the truths of the atoms: a pure function's memory, filled as it is asked."""
        return {}

    def causes(self, truths: tuple[bool, ...]) -> tuple[str, ...]:
        """Return what keeps the rule false, given the truths of its atoms, in the order of names.

        A cause is a literal of the union of the smallest sets of atoms whose change would make the rule true;
        a consent is named as it is, anything else as `rule: …`. None if the rule is true; the rule itself if
        no truth of its atoms makes it true.
        """
        known = self._known.get(truths)
        if known is None:
            known = self._known[truths] = self._found(dict(zip(self.atoms, truths, strict=True)))
        return known

    def _found(self, truths: dict[Rule, bool]) -> tuple[str, ...]:
        literals = blocking_atoms(self.rule, truths.__getitem__)
        return tuple(sorted(_cause(literal) for literal in literals)) or (cause_text("rule", str(self.rule)),)


def _cause(literal: Rule) -> str:
    if isinstance(literal, Holds) and isinstance(literal.quantity, Consent):
        return str(literal)
    return cause_text("rule", str(literal))
