"""What troops wait for: a rule with its consents, and the fewest atoms whose truth would free them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sim.rules.blockers import blocking_atoms
from sim.rules.references import as_read, readings_in
from sim.rules.syntax import Consent, Holds, Rule
from sim.vocabulary import cause_text

_MOST_KNOWN = 10_000


@dataclass(frozen=True)
class Conditions:
    """A rule, bound and expanded, its atoms and their nodes."""

    rule: Rule
    atoms: tuple[Rule, ...]
    nodes: tuple[int, ...]

    @cached_property
    def readings(self) -> tuple[str, ...]:
        """The names of the statements of which it hangs on the reading drawn."""
        return tuple(each.name for each in readings_in(self.rule))

    @cached_property
    def _known(self) -> dict[tuple[tuple[int, ...], tuple[bool, ...]], tuple[str, ...]]:
        """Causes by what is asked: a pure function's memory, filled as it is asked."""
        return {}

    def causes(self, truths: tuple[bool, ...], drawn: tuple[int, ...] = ()) -> tuple[str, ...]:
        """Return what keeps the rule false, given the truths of its atoms, in the order of names.

        `drawn` says of each of `readings` which one holds; what another reading asks hinders nobody.

        A cause is a literal of the union of the smallest sets of atoms whose change would make the rule true;
        a consent is named as it is, anything else as `rule: …`. None if the rule is true; the rule itself if
        no truth of its atoms makes it true.
        """
        known = self._known.get((drawn, truths))
        if known is None:
            read = dict(zip(self.readings, drawn, strict=True))
            atoms = [as_read(atom, read) for atom in self.atoms]
            known = self._found(as_read(self.rule, read), dict(zip(atoms, truths, strict=True)))
            if len(self._known) >= _MOST_KNOWN:  # a large rule has more truths than memory
                self._known.clear()
            self._known[drawn, truths] = known
        return known

    @staticmethod
    def _found(rule: Rule, truths: dict[Rule, bool]) -> tuple[str, ...]:
        literals = blocking_atoms(rule, truths.__getitem__)
        return tuple(sorted(_cause(literal) for literal in literals)) or (cause_text("rule", str(rule)),)


def _cause(literal: Rule) -> str:
    if isinstance(literal, Holds) and isinstance(literal.quantity, Consent):
        return str(literal)
    return cause_text("rule", str(literal))
