"""A rule in English: as one sentence, and as a tree with a line for each of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sim.durations import Duration
from sim.rules.domains import ANY_FORCE
from sim.rules.references import parts
from sim.rules.syntax import (
    ALWAYS,
    NEVER,
    After,
    And,
    AtLeast,
    Beds,
    Before,
    Casualties,
    Chosen,
    Compare,
    Consent,
    Force,
    Holds,
    Not,
    Once,
    Or,
    Quantity,
    Readings,
    Recent,
    Rule,
    Throughout,
    Value,
    Within,
)
from sim.vocabulary import day_in_words

Titles = Mapping[str, str]
"""What to call facts, contributors, parties, roles and sectors; a name that is missing is said as it is."""

NO_TITLES: Titles = MappingProxyType({})

_AMOUNTS = {
    ">=": "at least",
    "<=": "at most",
    ">": "more than",
    "<": "fewer than",
    "==": "exactly",
    "!=": "not exactly",
}
_OPPOSITE = {">=": "<", "<=": ">", ">": "<=", "<": ">=", "==": "!=", "!=": "=="}
_VALUES = {**_AMOUNTS, "<": "less than"}


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One line of a rule's tree: the strokes that place it, what it says, and the part that it is about."""

    strokes: str
    text: str
    part: Rule

    def __str__(self) -> str:
        """Return the line as it is printed."""
        return self.strokes + self.text


def sentence(rule: Rule, titles: Titles = NO_TITLES) -> str:
    """Return the rule as one English sentence, with a capital and a full stop."""
    clause = _clause(rule, titles)
    first = 1 if clause.startswith("(") else 0
    return f"{clause[:first]}{clause[first : first + 1].upper()}{clause[first + 1 :]}."


def tree(rule: Rule, titles: Titles = NO_TITLES) -> tuple[TreeLine, ...]:
    """Return the lines of the rule's tree, each part on its own line, parents first."""
    lines: list[TreeLine] = []
    _grow(rule, titles, "", "", lines)
    return tuple(lines)


def _grow(rule: Rule, titles: Titles, strokes: str, below: str, lines: list[TreeLine]) -> None:
    lines.append(TreeLine(strokes, _heading(rule, titles), rule))
    inner = () if _is_negated_leaf(rule) else parts(rule)
    for place, part in enumerate(inner):
        last = place + 1 == len(inner)
        _grow(part, titles, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "), lines)


def _heading(rule: Rule, titles: Titles) -> str:  # noqa: PLR0911  # one branch for each construct
    """Return what a line of the tree says, its parts left to the lines below."""
    match rule:
        case And(inner) if inner:
            return "all of these:"
        case Or(inner) if inner:
            return "at least one of these:"
        case AtLeast(count, _):
            return f"at least {count} of these:"
        case Readings():
            chances = ", ".join(f"{chance:.0%}".replace("%", " %") for chance in rule.chances)
            return f"one of these readings, drawn once a world ({chances}):"
        case Not() if not _is_negated_leaf(rule):
            return "not:"
        case Once():
            return "now or at some time before:"
        case Throughout(_, length):
            return f"throughout the last {_span(length)}:"
        case Within(_, length):
            return f"at some time in the last {_span(length)}:"
    return _clause(rule, titles)


def _clause(rule: Rule, titles: Titles) -> str:  # noqa: PLR0911  # one branch for each construct
    match rule:
        case And(inner) | Or(inner):
            return _joined(rule, inner, titles)
        case AtLeast(count, inner):
            listed = "; ".join(_clause(part, titles) for part in inner)
            return f"at least {count} of these {len(inner)} {'holds' if count == 1 else 'hold'}: ({listed})"
        case Not(part):
            return _negated(part, titles)
        case Once(Holds(Value(name))):
            return f"“{_title(name, titles)}” holds or has held"
        case Once(part):
            return f"now or at some time before, {_inner(part, titles)}"
        case Throughout() | Within():
            return _lasting(rule, titles)
        case After(date):
            return f"it is {day_in_words(date)} or later"
        case Before(date):
            return f"it is earlier than {day_in_words(date)}"
        case Holds(quantity):
            return _holds(quantity, titles, True)
        case Compare(quantity, operator, number):
            return _compared(quantity, operator, _shown(number.text), titles)
        case Readings():
            return _readings(rule, titles)


def _readings(rule: Readings, titles: Titles) -> str:
    """Return the clause of a statement that can be read in several ways."""
    pairs = zip(rule.parts, rule.chances, strict=True)
    said = [f"({_clause(part, titles)}) with a chance of {chance * 100:.0f} %" for part, chance in pairs]
    return f"one of these readings holds: {', or '.join(said)}"


def _joined(rule: Rule, inner: tuple[Rule, ...], titles: Titles) -> str:
    """Return the clause of parts joined by `and` or `or`."""
    if not inner:
        return "there is no condition" if rule == ALWAYS else "this never holds"
    if len(inner) == 1:
        return _clause(inner[0], titles)
    clauses = [_inner(part, titles) for part in inner]
    return ", and ".join(clauses) if isinstance(rule, And) else f"either {', or '.join(clauses)}"


def _lasting(rule: Throughout | Within, titles: Titles) -> str:
    """Return the clause of what held all the time, or at some time, of a window."""
    span = _span(rule.length)
    window = f"in the last {span}"
    match rule:
        case Throughout(Holds(Value(name))):
            return f"“{_title(name, titles)}” has held throughout the last {span}"
        case Throughout(Not(Holds(Value(name)))):
            return f"“{_title(name, titles)}” has held at no time {window}"
        case Within(Holds(Value(name))):
            return f"“{_title(name, titles)}” has held at some time {window}"
    when = f"throughout the last {span}" if isinstance(rule, Throughout) else f"at some time {window}"
    return f"{when}, {_inner(rule.part, titles)}"


def _inner(rule: Rule, titles: Titles) -> str:
    """Return a clause inside another, in parentheses where it could be misread."""
    clause = _clause(rule, titles)
    joined = isinstance(rule, (And, Or)) and len(rule.parts) > 1
    return f"({clause})" if joined else clause


def _is_negated_leaf(rule: Rule) -> bool:
    """Say whether a rule is `not` with something plain, which is said in one line."""
    return isinstance(rule, Not) and isinstance(rule.part, (Holds, Compare, After, Before))


def _negated(part: Rule, titles: Titles) -> str:  # noqa: PLR0911  # one branch for each construct
    match part:
        case Holds(quantity):
            return _holds(quantity, titles, False)
        case After(date):
            return f"it is earlier than {day_in_words(date)}"
        case Before(date):
            return f"it is {day_in_words(date)} or later"
        case Compare(quantity, operator, number):
            return _clause(Compare(quantity, _OPPOSITE[operator], number), titles)
        case Once(Holds(Value(name))):
            return f"“{_title(name, titles)}” has never held"
        case Once(inner):
            return f"neither now nor at any time before, {_inner(inner, titles)}"
        case Within(Holds(Value()) as inner, length):
            return _lasting(Throughout(Not(inner), length), titles)
        case Within(inner, length):
            return f"at no time in the last {_span(length)}, {_inner(inner, titles)}"
    if part in (ALWAYS, NEVER):
        return "this never holds" if part == ALWAYS else "there is no condition"
    return f"it is not so that {_inner(part, titles)}"


def _holds(quantity: Quantity, titles: Titles, wanted: bool) -> str:  # noqa: PLR0911  # one branch for each kind
    match quantity:
        case Value(name):
            return f"“{_title(name, titles)}” {'holds' if wanted else 'does not hold'}"
        case Consent(party, contributor):
            about = "" if contributor is None else f" to {_title(contributor, titles)}"
            return f"{_title(party, titles)} {'consents' if wanted else 'does not consent'}{about}"
        case Force():
            return f"{'some' if wanted else 'no'} {_troops(quantity, titles)}"
        case Beds():
            return f"there are {'some' if wanted else 'no'} beds"
        case Casualties():
            return f"{_casualties(quantity, titles)} {_so_many('some' if wanted else 'no', 'casualties')}"
        case Recent():
            return _counted(quantity, "some" if wanted else "no", titles)
        case Chosen():
            return f"the first reading of {quantity.name} is {'not ' if wanted else ''}drawn"


def _compared(  # noqa: PLR0911  # one branch for each kind
    quantity: Quantity, operator: str, number: str, titles: Titles
) -> str:
    if not isinstance(quantity, Value):  # they are whole numbers: at least 1 is some
        if number == "0" and operator in (">", "!=", "<=", "=="):
            return _holds(quantity, titles, operator in (">", "!="))
        if number == "1" and operator in (">=", "<"):
            return _holds(quantity, titles, operator == ">=")
    match quantity:
        case Force():
            return f"{_AMOUNTS[operator]} {number} {_troops(quantity, titles, one=number == '1')}"
        case Beds():
            return f"there {'is' if number == '1' else 'are'} {_so_many(f'{_AMOUNTS[operator]} {number}', 'beds')}"
        case Casualties():
            return (
                f"{_casualties(quantity, titles)} {_so_many(f'{_AMOUNTS[operator]} {number}', 'casualties')}"
            )
        case Recent():
            return _counted(quantity, f"{_AMOUNTS[operator]} {number}", titles)
        case Value(name):
            return f"“{_title(name, titles)}” is {_VALUES[operator]} {number}"
    return f"{_holds(quantity, titles, True)} (1 if so, else 0) is {_VALUES[operator]} {number}"


_ONE_OF = {"beds": "bed", "casualties": "casualty"}


def _so_many(amount: str, things: str) -> str:
    """Return so many things: `at least 5 casualties`, `at most 1 casualty`, `no beds`."""
    return f"{amount} {_ONE_OF[things] if amount.endswith(' 1') else things}"


def _troops(force: Force, titles: Titles, one: bool = False) -> str:
    """Return which troops are meant, and that they are there: of a single one as one of them."""
    role = "" if force.role is None else f"{_title(force.role, titles)} "
    kind = "" if force.force in (None, ANY_FORCE) else f"{_title(force.force, titles)} "
    whose = "" if force.contributor is None else f" of {_title(force.contributor, titles)}"
    every = " of every force" if force.force == ANY_FORCE else ""
    where = "" if force.sector is None else f" for {_title(force.sector, titles)}"
    be = ("is", "has been") if one else ("are", "have been")
    verb = f"{be[force.measure == 'withdrawn']} {force.measure}"
    return f"{'of the ' if one else ''}{kind}{role}troops{whose}{where}{every} {verb}"


def _casualties(casualties: Casualties, titles: Titles) -> str:
    who = "the force" if casualties.contributor is None else _title(casualties.contributor, titles)
    return f"{who} has had"


def _counted(recent: Recent, amount: str, titles: Titles) -> str:
    counted = recent.counted
    window = f"in the last {_span(recent.length)}"
    if isinstance(counted, Casualties):
        return f"{_casualties(counted, titles)} {_so_many(amount, 'casualties')} {window}"
    return f"there have been {amount} “{_title(counted.name, titles)}” {window}"


def _span(length: Duration) -> str:
    """Return a length of time as it is said behind `the last`: `30 days`, but `day` for one of them."""
    return length.unit if length.amount == "1" else str(length)


def _title(name: str, titles: Titles) -> str:
    return titles.get(name, name.replace("_", " "))


def _shown(number: str) -> str:
    """Return a number with thousands separated, a percentage as all others are written."""
    return f"{int(number):,}" if number.isdigit() else number.replace("%", " %")
