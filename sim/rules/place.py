"""Where in a rule's text reading stopped, and what could have stood there."""

from __future__ import annotations

from sim.rules.words import KEYWORDS, Word

BEGINS_CONDITION = frozenset({"NOT", "ONCE", "ALWAYS", "NEVER"})
"""The grammar's names for words that only a condition begins with."""

JOINS = frozenset({"AND", "OR"})
"""The grammar's names for the words that join conditions."""


class Place:
    """The words around the one at `offset`, which could not be read.

    `before` holds the last four words before it (missing ones are empty) and `previous` the last of them,
    `found` the word itself (empty at the end), `following` the two after it, `rest` the word and those after it (at
    most eight, none at the end), `inside` the word before the
    innermost open parenthesis, and `expected` the grammar's names for what could have stood there.
    """

    def __init__(self, words: tuple[Word, ...], offset: int, expected: frozenset[str]) -> None:
        before = [word.text for word in words if word.offset < offset]
        rest = [word.text for word in words if word.offset >= offset]
        self.offset = offset
        self.expected = expected
        self.before = (["", "", "", "", *before])[-4:]
        self.previous = self.before[-1]
        self.found = rest[0] if rest else ""
        self.following = ([*rest[1:], "", ""])[:2]
        self.rest = tuple(rest[:8])
        self.inside = _opener(words, offset)


def expectation_of(expected: frozenset[str]) -> str:
    """Say in words what could stand where the grammar expects one of `expected`."""
    if expected & BEGINS_CONDITION:
        return "a condition, for example `ceasefire` or `violations in last 14 days <= 5`"
    said = [
        words
        for token, words in (
            ("NAME", "a name"),
            ("NUMBER", "a number"),
            ("DATE", "a date, for example `2026-06-01`"),
            ("COMPARISON", "a comparison such as `>= 5`"),
            ("FOR", "`for` or `within` with a length of time"),
            ("LAST", "`last`, as in `in last 14 days`"),
            ("LEAST", "`least`, as in `at least 2 of (…)`"),
            ("OF", "`of`, as in `at least 2 of (…)`"),
            ("LPAR", "`(`"),
            ("EQUAL", "`=`"),
            ("COMMA", "`,`"),
            ("RPAR", "`)`"),
        )
        if token in expected
    ]
    said += ["`and` or `or`"] if expected & JOINS else []
    said += ["the end of the rule"] if "$END" in expected else []
    if not said:
        return "something else"
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


def is_number(text: str) -> bool:
    """Say whether a word is a number or a percentage."""
    return text.rstrip("%").replace(".", "", 1).isdigit()


def is_name(text: str) -> bool:
    """Say whether a word could be a name."""
    return text[:1].isidentifier() and text not in KEYWORDS


def _opener(words: tuple[Word, ...], offset: int) -> str:
    """Return the word before the innermost open parenthesis at `offset`, or nothing."""
    opened: list[str] = []
    previous = ""
    for word in words:
        if word.offset >= offset:
            break
        if word.text == "(":
            opened.append(previous)
        elif word.text == ")":
            opened.pop()
        previous = word.text
    return opened[-1] if opened else ""
