"""The syntax tree of the commitment language: frozen values, one class a construct.

A *quantity* is a signal that can be counted or compared; a *rule* is true or false at every instant.
`str(rule)` is the rule as a planner writes it, and `parse(str(rule)) == rule`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from sim.durations import Duration


@dataclass(frozen=True, slots=True)
class Value:
    """The present value of a fact (or the name of a definition, until it is expanded)."""

    name: str

    def __str__(self) -> str:
        """Return the name."""
        return self.name


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether `party` consents to `contributor`; None: the contributor whose rule it is (until bound)."""

    party: str
    contributor: str | None = None

    def __str__(self) -> str:
        """Return for example `consent(israel, turkey)`."""
        return f"consent({self.party}{'' if self.contributor is None else f', {self.contributor}'})"


@dataclass(frozen=True, slots=True)
class Force:
    """Troops `deployed`, `committed` or `withdrawn` (the measure): all, or those that every filter admits."""

    measure: str
    contributor: str | None = None
    role: str | None = None
    sector: str | None = None
    force: str | None = None

    def __str__(self) -> str:
        """Return for example `deployed(indonesia, role=infantry)`."""
        filters = [] if self.contributor is None else [self.contributor]
        named = (("role", self.role), ("sector", self.sector), ("force", self.force))
        filters += [f"{key}={name}" for key, name in named if name is not None]
        return f"{self.measure}({', '.join(filters)})" if filters else self.measure


@dataclass(frozen=True, slots=True)
class Casualties:
    """Casualties so far: of all (None), of a contributor, or of `self` (until bound)."""

    contributor: str | None = None

    def __str__(self) -> str:
        """Return for example `casualties(self)`."""
        return "casualties" if self.contributor is None else f"casualties({self.contributor})"


@dataclass(frozen=True, slots=True)
class Beds:
    """How many beds there are in the theatre, free or not."""

    def __str__(self) -> str:
        """Return `beds`."""
        return "beds"


@dataclass(frozen=True, slots=True)
class Recent:
    """Events or casualties counted in the half-open window (t − length, t]."""

    counted: Value | Casualties
    length: Duration

    def __str__(self) -> str:
        """Return for example `violations in last 30 days`."""
        return f"{self.counted} in last {self.length}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of `count` readings of a rule was drawn in this replication, from 0; the same at all times."""

    name: str
    count: int

    def __str__(self) -> str:
        """Return for example `reading(contributors.turkey.commits_when)`."""
        return f"reading({self.name})"


Quantity = Value | Consent | Force | Casualties | Beds | Recent | Chosen


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written, for example `5`, `0.25` or `50%`."""

    text: str

    @property
    def value(self) -> float:
        """The number; a percentage is a share of 1."""
        if self.text.endswith("%"):
            return float(Fraction(self.text[:-1]) / 100)
        return float(self.text)

    def __str__(self) -> str:
        """Return the number as it was written."""
        return self.text


@dataclass(frozen=True, slots=True)
class Holds:
    """A bare quantity: true while it is greater than 0."""

    quantity: Quantity

    def __str__(self) -> str:
        """Return the quantity's text."""
        return str(self.quantity)


@dataclass(frozen=True, slots=True)
class Compare:
    """A quantity compared with a number by `>=`, `<=`, `>`, `<`, `==` or `!=`."""

    quantity: Quantity
    operator: str
    number: Number

    def __str__(self) -> str:
        """Return for example `demilitarised >= 50%`."""
        return f"{self.quantity} {self.operator} {self.number}"


@dataclass(frozen=True, slots=True)
class After:
    """True from 00:00 of `date` on."""

    date: dt.date

    def __str__(self) -> str:
        """Return for example `after 2026-06-01`."""
        return f"after {self.date.isoformat()}"


@dataclass(frozen=True, slots=True)
class Before:
    """True until 00:00 of `date`."""

    date: dt.date

    def __str__(self) -> str:
        """Return for example `before 2026-06-30`."""
        return f"before {self.date.isoformat()}"


@dataclass(frozen=True, slots=True)
class Not:
    """True while `part` is false."""

    part: Rule

    def __str__(self) -> str:
        """Return `not part`, the part in parentheses where it binds more loosely."""
        return f"not {_tight(self.part, _LOOSER_THAN_NOT)}"


@dataclass(frozen=True, slots=True)
class Once:
    """True from the first instant at which `part` was true."""

    part: Rule

    def __str__(self) -> str:
        """Return `once part`, the part in parentheses where it binds more loosely."""
        return f"once {_tight(self.part, _LOOSER_THAN_NOT)}"


@dataclass(frozen=True, slots=True)
class Throughout:
    """`part for length`: true at t if `part` was true throughout [t − length, t]."""

    part: Rule
    length: Duration

    def __str__(self) -> str:
        """Return `part for length`, the part in parentheses where it binds more loosely or could be misread."""
        if _begins_with(self.part, (Once,)):
            return f"({self.part}) for {self.length}"
        return f"{_tight(self.part, _LOOSER_THAN_FOR)} for {self.length}"


@dataclass(frozen=True, slots=True)
class Within:
    """`part within length`: true at t if `part` was true at some time in [t − length, t]."""

    part: Rule
    length: Duration

    def __str__(self) -> str:
        """Return `part within length`, the part in parentheses where it binds more loosely or could be misread."""
        if _begins_with(self.part, (Not, Once)):
            return f"({self.part}) within {self.length}"
        return f"{_tight(self.part, _LOOSER_THAN_FOR)} within {self.length}"


@dataclass(frozen=True, slots=True)
class And:
    """True while all parts are; an empty one is always true (a missing rule).

    A nested one keeps its parentheses: `(a and b) and c` has two parts. One part alone prints as that part.
    """

    parts: tuple[Rule, ...]

    def __str__(self) -> str:
        """Return the parts joined by `and`; without parts `always`."""
        return " and ".join([_tight(part, _LOOSER_THAN_FOR) for part in self.parts]) or "always"


@dataclass(frozen=True, slots=True)
class Or:
    """True while at least one part is; an empty one is never true."""

    parts: tuple[Rule, ...]

    def __str__(self) -> str:
        """Return the parts joined by `or`; without parts `never`."""
        return " or ".join([_tight(part, _LOOSER_THAN_AND) for part in self.parts]) or "never"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`at least count of (…)`: true while at least `count` of the parts are."""

    count: int
    parts: tuple[Rule, ...]

    def __str__(self) -> str:
        """Return for example `at least 2 of (a, b, c)`."""
        return f"at least {self.count} of ({', '.join([str(part) for part in self.parts])})"


@dataclass(frozen=True, slots=True)
class Readings:
    """One of several readings of a statement, drawn once a replication with chances as the `weights`.

    `name` says which statement: the place of the rule in its file. Two rules that name the same definition
    share its reading. It is no construct of the language itself, but stands where a rule stands.
    """

    parts: tuple[Rule, ...]
    weights: tuple[float, ...]
    name: str = ""

    @property
    def chosen(self) -> Chosen:
        """Return what says which reading was drawn."""
        return Chosen(self.name, len(self.parts))

    @property
    def chances(self) -> tuple[float, ...]:
        """Return the chance of each reading."""
        return tuple(weight / sum(self.weights) for weight in self.weights)

    @property
    def likeliest(self) -> Rule:
        """Return the reading with the greatest weight, of several the first."""
        return self.parts[self.weights.index(max(self.weights))]

    def __str__(self) -> str:
        """Return the readings as they stand in a file."""
        pairs = zip(self.parts, self.weights, strict=True)
        listed = ", ".join([f'"{part}": {weight:g}' for part, weight in pairs])
        return f"{{one_of: {{{listed}}}}}"


Rule = Holds | Compare | After | Before | Not | Once | Throughout | Within | And | Or | AtLeast | Readings

ALWAYS = And(())
"""The rule that a contributor without conditions has."""

NEVER = Or(())
"""The rule that no world fulfils."""

_LOOSER_THAN_AND = (Or,)
_LOOSER_THAN_FOR = (And, Or)
_LOOSER_THAN_NOT = (And, Or, Throughout, Within)


def _begins_with(part: Rule, prefixes: tuple[type, ...]) -> bool:
    """Say whether one of the prefixes stands among the `not` and `once` that a part's text begins with."""
    while isinstance(part, (Not, Once)):
        if isinstance(part, prefixes):
            return True
        part = part.part
    return False


def _tight(part: Rule, looser: tuple[type, ...]) -> str:
    """Return the text of `part`, in parentheses if it is one of the `looser` kinds (`always` never is)."""
    text = str(part)
    return f"({text})" if isinstance(part, looser) and part not in (ALWAYS, NEVER) else text
