"""The words of a rule's text, read before its grammar; what is no part of the language is refused here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.durations import SECONDS_OF_UNIT
from sim.errors import RuleError
from sim.rules.syntax import Rule

LONGEST_TEXT = 20_000
"""Most characters that a rule may have."""

DEEPEST_NESTING = 100
"""Most levels to which parentheses, and the constructs of a rule, may be nested."""

MEASURES = ("deployed", "committed", "withdrawn")
"""What can be asked of a force."""

COMPARISONS = (">=", "<=", "==", "!=", ">", "<")
"""The comparisons of a quantity with a number."""

KEYWORDS = frozenset(
    ("and", "or", "not", "once", "for", "within", "at", "least", "of", "in", "last", "after", "before")
).union(("always", "never", "consent", "casualties", "beds"), MEASURES)
"""The words that the grammar gives a meaning; nothing can be named by one of them."""

RESERVED = KEYWORDS.union(("self", "true", "false"))
"""Every word that no fact, definition, contributor, party, role or sector may be named."""

_WORD = re.compile(
    r"\d+-\d+(?:-\d+)?|\d+(?:\.\d+)?%?|[A-Za-z_][A-Za-z0-9_]*|>=|<=|==|!=|&&|\|\||[^ \t\r\n]", re.ASCII
)

_REMEDIES = {
    "&&": "write `and`",
    "&": "write `and`",
    "||": "write `or`",
    "|": "write `or`",
    "!": "write `not`",
    ":": "a rule never holds a colon; name a filter with `=`, as in `role=infantry`",
    "#": "a rule never holds a `#`; put comments behind the rule, after a space",
    "-": "names are written with `_`, as in `military_action`, and rules do no arithmetic",
    "+": "rules do no arithmetic; compare one quantity with one number",
    "*": "rules do no arithmetic; compare one quantity with one number",
    "/": "rules do no arithmetic, and dates are written as in `2026-06-30`",
    "[": "write round parentheses",
    "]": "write round parentheses",
    "{": "write round parentheses",
    "}": "write round parentheses",
    "'": "names are written without quotation marks",
    '"': "names are written without quotation marks",
    "`": "names are written without quotation marks",
    "%": "write a percentage as in `50%`, without a space",
    ".": "a rule ends without a full stop, and a decimal number is written as in `0.25`, with a digit before the point",
    ";": "join conditions with `and` or `or`",
    "≥": "write `>=`",
    "≤": "write `<=`",
    "≠": "write `!=`",
    "“": "names are written without quotation marks",
    "”": "names are written without quotation marks",
    "’": "names are written without quotation marks",
    "\u00a0": "write an ordinary space",
    "–": "write an ordinary `-` in dates and `_` in names",
    "—": "write an ordinary `-` in dates and `_` in names",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word or sign of a rule's text, and the 0-based character at which it stands."""

    text: str
    offset: int


def words_of(text: str) -> tuple[Word, ...]:
    """Split a rule's text into its words.

    Raises RuleError for a text that is empty, too long or nested too deeply, for a character or a spelling
    that is no part of the language, and for parentheses that do not pair.
    """
    if len(text) > LONGEST_TEXT:
        raise RuleError(
            f"the rule has {len(text):,} characters and the limit is {LONGEST_TEXT:,}; "
            "name its parts under `definitions:` and refer to them",
            LONGEST_TEXT,
        )
    words = tuple(Word(match[0], match.start()) for match in _WORD.finditer(text))
    if not words:
        raise RuleError("the rule is empty; write a condition, or `always` if there is none")
    for position, word in enumerate(words):
        _check_spelling(word, words[position - 1] if position else None)
    _check_parentheses(words)
    return words


def check_depth(rule: Rule, offset: int = 0) -> None:
    """Raise RuleError if the constructs of `rule` are nested more deeply than `DEEPEST_NESTING`."""
    level: list[Rule] = [rule]
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST_NESTING:
            raise too_deep(offset)
        level = [part for parent in level for part in _parts(parent)]


def too_deep(offset: int) -> RuleError:
    """Return the error for a rule that is nested too deeply."""
    return RuleError(
        f"the rule is nested more than {DEEPEST_NESTING} levels deep, which is the limit; write it flatter",
        offset,
    )


def _check_spelling(word: Word, previous: Word | None) -> None:
    text = word.text
    if not text.isascii() or not (text[0].isalnum() or text[0] in "_()<>=!,") or text == "!":
        written = f"character U+{ord(text):04X}" if not text.isprintable() else f"`{text}`"
        what = "a letter or sign other than plain ASCII" if not text.isascii() else "no part of a rule"
        signed = text == "-" and previous is not None and previous.text in COMPARISONS
        remedy = (
            "nothing in a rule is negative; write a number from 0"
            if signed
            else _REMEDIES.get(text, "names hold only a-z, 0-9 and `_`")
        )
        raise RuleError(f"found {written}, which is {what}; {remedy}", word.offset)
    if text != text.lower():
        raise RuleError(f"found `{text}`; {_in_small_letters(text, previous)}", word.offset)
    if text in ("true", "false"):
        always = "always" if text == "true" else "never"
        raise RuleError(
            f"found `{text}`; a bare name already means that it is true (`not` that it is false), "
            f"and a rule that {always} holds is written `{always}`",
            word.offset,
        )
    touching = previous is not None and previous.offset + len(previous.text) == word.offset
    if touching and previous is not None and previous.text in ("<", ">", "=") and text in ("=", ">", "<"):
        raise RuleError(
            f"found `{previous.text}{text}`; comparisons are `>=`, `<=`, `>`, `<`, `==` and `!=`",
            previous.offset,
        )


def _in_small_letters(text: str, previous: Word | None) -> str:
    """Return the remedy for a word with capitals."""
    before = previous.text if previous is not None else ""
    if before in ("after", "before"):
        return f"write a date, as in `{before} 2026-06-01`"
    small = text.lower()
    is_unit = before[:1].isdigit() and small.removesuffix("s") in SECONDS_OF_UNIT
    kind = "units of time" if is_unit else "the words of a rule" if small in KEYWORDS else "names"
    return f"{kind} are written in small letters: `{small}`"


def _check_parentheses(words: tuple[Word, ...]) -> None:
    opened: list[Word] = []
    for word in words:
        if word.text == "(":
            opened.append(word)
            if len(opened) > DEEPEST_NESTING:
                raise too_deep(word.offset)
        elif word.text == ")":
            if not opened:
                raise RuleError("found `)` without a `(` before it; remove it, or open it", word.offset)
            opened.pop()
    if opened:
        raise RuleError("the `(` here is never closed; add `)`", opened[-1].offset)


def _parts(rule: Rule) -> tuple[Rule, ...]:
    """Return the rules directly inside `rule`."""
    single: Rule | None = getattr(rule, "part", None)
    several: tuple[Rule, ...] = getattr(rule, "parts", ())
    return several if single is None else (single,)
