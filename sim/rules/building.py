"""The syntax tree built from the leaves up: one method for each branch of the grammar, called while reading.

Each method gets what its branch holds: words (with their position) and what other branches have built.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.durations import SECONDS_OF_UNIT, UNITS_SAID, Duration
from sim.errors import RuleError
from sim.rules.suggestions import nearest
from sim.rules.syntax import (
    ALWAYS,
    NEVER,
    After,
    And,
    AtLeast,
    Beds,
    Before,
    Casualties,
    Compare,
    Consent,
    Force,
    Holds,
    Not,
    Number,
    Once,
    Or,
    Quantity,
    Recent,
    Rule,
    Throughout,
    Value,
    Within,
)

if TYPE_CHECKING:
    from lark import Token

LONGEST_YEARS = 1_000
"""Longest duration of a rule, in years."""

MOST_DIGITS = 15
"""Most characters of a number: so many digits are exact in floating point."""

FILTERS = ("role", "sector", "force")
"""What forces can be told apart by, besides their contributor."""

_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


_BOTH_WAYS = {
    ("for", "once"): ("from when it had lasted so long on", "so long after it was first true"),
    ("within", "not"): ("at no time in that span", "at some time in that span it was not so"),
    ("within", "once"): (
        "at some time so far",
        "the same; for that span alone write `{core} within {length}`",
    ),
}
"""What `PREFIX (RULE for LENGTH)` and `(PREFIX RULE) for LENGTH` mean, by the word and the prefix."""


@dataclass(frozen=True, slots=True)
class _Prefixed:
    """A rule behind `not` and `once` that no parentheses have closed: the words, what they stand before."""

    rule: Rule
    words: tuple[str, ...]
    core: Rule
    offset: int


def _plain(rule: Rule | _Prefixed) -> Rule:
    return rule.rule if isinstance(rule, _Prefixed) else rule


def _lasting(rule: Rule | _Prefixed, word: str, length: Duration) -> Rule:
    """Return the part of `for` and `within`; refuse one that could be read in two ways."""
    if isinstance(rule, _Prefixed):
        for prefix in reversed(rule.words):
            if (word, prefix) in _BOTH_WAYS:
                raise RuleError(_two_ways(rule, word, length, *_BOTH_WAYS[word, prefix]), rule.offset)
    return _plain(rule)


def _two_ways(rule: _Prefixed, word: str, length: Duration, inner: str, outer: str) -> str:
    words, core = " ".join(rule.words), str(rule.core)
    core = f"({core})" if isinstance(rule.core, (And, Or, Not, Once, Throughout, Within)) else core
    inner, outer = (f" ({said.format(core=core, length=length)})" for said in (inner, outer))
    if len(rule.words) > 1:
        inner = outer = ""
    return (
        f"`{words} {core} {word} {length}` can be read in two ways; write `{words} ({core} {word} {length})`"
        f"{inner} or `({words} {core}) {word} {length}`{outer}"
    )


class TreeBuilder:
    """Makes the node of each branch of the grammar, and refuses what the grammar alone cannot."""

    def any_of(self, branch: list[Rule | _Prefixed]) -> Rule:
        """Join by `or`."""
        return Or(tuple(map(_plain, branch)))

    def all_of(self, branch: list[Rule | _Prefixed]) -> Rule:
        """Join by `and`."""
        return And(tuple(map(_plain, branch)))

    def throughout(self, branch: list[Any]) -> Rule:
        """`part for length`."""
        part, length = branch
        return Throughout(_lasting(part, "for", length), length)

    def within(self, branch: list[Any]) -> Rule:
        """`part within length`."""
        part, length = branch
        return Within(_lasting(part, "within", length), length)

    def negation(self, branch: list[Any]) -> _Prefixed:
        """`not part`."""
        word, part = branch
        return _prefixed(word, part, Not(_plain(part)))

    def once(self, branch: list[Any]) -> _Prefixed:
        """`once part`."""
        word, part = branch
        return _prefixed(word, part, Once(_plain(part)))

    def grouped(self, branch: list[Rule | _Prefixed]) -> Rule:
        """`(rule)`: what parentheses close cannot be misread."""
        return _plain(branch[0])

    def whole(self, rule: Rule | _Prefixed) -> Rule:
        """Return the finished rule."""
        return _plain(rule)

    def holds(self, branch: list[Quantity]) -> Rule:
        """Take a bare quantity as a rule."""
        return Holds(*branch)

    def compare(self, branch: list[Any]) -> Rule:
        """Compare a quantity with a number."""
        quantity, operator, number = branch
        _check_digits(number)
        _check_point(quantity, number)
        return Compare(quantity, str(operator), Number(str(number)))

    def after(self, branch: list[Token]) -> Rule:
        """`after date`."""
        return After(_date(branch[0]))

    def before(self, branch: list[Token]) -> Rule:
        """`before date`."""
        return Before(_date(branch[0]))

    def always(self, branch: list[Token]) -> Rule:
        """`always`."""
        return ALWAYS

    def never(self, branch: list[Token]) -> Rule:
        """`never`."""
        return NEVER

    def at_least(self, branch: list[Any]) -> Rule:
        """`at least count of (parts)`."""
        count, *parts = branch
        return AtLeast(_count(count, len(parts)), tuple(map(_plain, parts)))

    def value(self, branch: list[Token]) -> Quantity:
        """Name a fact or a definition."""
        return Value(_name(branch[0]))

    def casualties(self, branch: list[Token]) -> Quantity:
        """`casualties`, of all or of one contributor (`self` included)."""
        return Casualties(str(branch[0]) if branch else None)

    def recent(self, branch: list[Any]) -> Quantity:
        """`counted in last length`."""
        return Recent(*branch)

    def beds(self, branch: list[Token]) -> Quantity:
        """`beds`."""
        return Beds()

    def consent(self, branch: list[Token]) -> Quantity:
        """`consent(party, contributor)`; `self` is the same as leaving the contributor out."""
        contributor = str(branch[1]) if len(branch) == 2 else "self"
        return Consent(_name(branch[0]), None if contributor == "self" else contributor)

    def force(self, branch: list[Any]) -> Quantity:
        """Take a measure of troops with its filters."""
        measure, *filters = branch
        chosen: dict[str, str] = {}
        for key, name, position in filters:
            if key in chosen:
                what = "a contributor" if key == "contributor" else f"`{key}=`"
                raise RuleError(
                    f"found {what} twice among the filters of `{measure}`; keep one, or write two conditions",
                    position,
                )
            chosen[key] = name
        return Force(str(measure), **chosen)

    def whose(self, branch: list[Token]) -> tuple[str, str, int]:
        """Filter by contributor."""
        return "contributor", str(branch[0]), _offset(branch[0])

    def filtered(self, branch: list[Token]) -> tuple[str, str, int]:
        """Filter by role, sector or force."""
        key, name = branch
        if key not in FILTERS:
            guess = nearest(str(key), FILTERS)
            meant = f"; did you mean `{guess}=`?" if guess else "; a contributor is named without `=`"
            raise RuleError(
                f"`{key}=` is no filter; the filters are a contributor, `role=`, `sector=`, `force=`{meant}",
                _offset(key),
            )
        return str(key), _name(name), _offset(key)

    def duration(self, branch: list[Token]) -> Duration:
        """Read a length of time."""
        amount, unit = branch
        return _duration(amount, unit)


def _offset(word: Token) -> int:
    """Return the 0-based character at which the word stands."""
    return word.start_pos or 0


def _prefixed(word: Token, part: Rule | _Prefixed, rule: Rule) -> _Prefixed:
    if isinstance(part, _Prefixed):
        return _Prefixed(rule, (str(word), *part.words), part.core, _offset(word))
    return _Prefixed(rule, (str(word),), part, _offset(word))


def _name(word: Token) -> str:
    if word == "self":
        raise RuleError(
            "`self` stands for the contributor whose rule it is, as in `casualties(self)`, `deployed(self)`; "
            "name the fact, party, role or sector here",
            _offset(word),
        )
    return str(word)


def _check_digits(number: Token) -> None:
    if len(number) > MOST_DIGITS:
        raise RuleError(
            f"the number has {len(number)} characters and the limit is {MOST_DIGITS}; write a shorter one",
            _offset(number),
        )


def _check_point(quantity: Quantity, number: Token) -> None:
    """Refuse `deployed >= 1.200`: what is counted is whole, and elsewhere a point parts thousands."""
    if _THOUSANDS.fullmatch(number) and isinstance(quantity, (Force, Casualties, Recent, Beds)):
        raise RuleError(
            f"`{number}` is read with a decimal point, as {float(number):g}; "
            f"write thousands without a separator: {number.replace('.', '')}",
            _offset(number),
        )


def _date(word: Token) -> dt.date:
    if not _DATE.fullmatch(word):
        raise RuleError(
            f"`{word}` is not a date; write year, month and day, as in `2026-06-01`", _offset(word)
        )
    try:
        return dt.date.fromisoformat(word)
    except ValueError:
        raise RuleError(
            f"`{word}` is not in the calendar; write a date that exists, as in `2026-06-01`", _offset(word)
        ) from None


def _count(word: Token, parts: int) -> int:
    if not word.isdigit():
        raise RuleError(f"`at least {word} of` needs a whole number of conditions", _offset(word))
    _check_digits(word)
    count = int(word)
    if count == 0:
        raise RuleError("`at least 0 of` always holds; write a number from 1, or `always`", _offset(word))
    if count > parts:
        holds = "holds 1 condition" if parts == 1 else f"holds only {parts} conditions"
        raise RuleError(
            f"`at least {count} of` can never hold, as its list {holds}; lower the number or add conditions",
            _offset(word),
        )
    return count


def _duration(amount: Token, unit: Token) -> Duration:
    if amount.endswith("%"):
        raise RuleError(
            f"`{amount} {unit}` is not a length of time; write it without `%`, as in `30 days`",
            _offset(amount),
        )
    _check_digits(amount)
    singular = unit.removesuffix("s")
    if singular not in SECONDS_OF_UNIT:
        guess = nearest(str(unit), tuple(f"{known}s" for known in SECONDS_OF_UNIT))
        meant = f"; did you mean `{amount} {guess}`?" if guess else f", for example `{amount} days`"
        raise RuleError(f"`{unit}` is not a unit of time; write {UNITS_SAID}{meant}", _offset(unit))
    length = Duration(str(amount), singular)
    if length.seconds == 0:
        raise RuleError(f"`{length}` has no length; write more than 0, or leave it out", _offset(amount))
    if length.seconds > LONGEST_YEARS * SECONDS_OF_UNIT["year"]:
        raise RuleError(
            f"`{length}` is longer than {LONGEST_YEARS:,} years, the limit; write a shorter one",
            _offset(amount),
        )
    return length
