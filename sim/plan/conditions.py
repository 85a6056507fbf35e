"""What troops wait for: a rule with its consents, and the fewest atoms whose truth would free them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sim.rules.blockers import Blocking
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
            known = self._read_as(drawn).causes(truths)
            if len(self._known) >= _MOST_KNOWN:  # a large rule has more truths than memory
                self._known.clear()
            self._known[drawn, truths] = known
        return known

    @cached_property
    def _blocking(self) -> dict[tuple[int, ...], _AsRead]:
        """What is asked for causes, by the readings drawn: filled as it is needed."""
        return {}

    def _read_as(self, drawn: tuple[int, ...]) -> _AsRead:
        found = self._blocking.get(drawn)
        if found is None:
            read = dict(zip(self.readings, drawn, strict=True))
            place = {as_read(atom, read): number for number, atom in enumerate(self.atoms)}
            rule = as_read(self.rule, read)
            blocking = Blocking.of(rule)
            found = _AsRead(rule, blocking, tuple(place[atom] for atom in blocking.atoms))
            self._blocking[drawn] = found
        return found


@dataclass(frozen=True, slots=True)
class _AsRead:
    """A rule with its readings drawn, and where each of its atoms stands among those of all readings."""

    rule: Rule
    blocking: Blocking
    places: tuple[int, ...]

    def causes(self, truths: tuple[bool, ...]) -> tuple[str, ...]:
        literals = self.blocking.literals([truths[place] for place in self.places])
        return tuple(sorted(map(_cause, literals))) or (cause_text("rule", str(self.rule)),)


def _cause(literal: Rule) -> str:
    if isinstance(literal, Holds) and isinstance(literal.quantity, Consent):
        return str(literal)
    return cause_text("rule", str(literal))
