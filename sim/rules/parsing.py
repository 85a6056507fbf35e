"""From a rule's text to its syntax tree."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, cast

from sim.rules import mistakes
from sim.rules.building import TreeBuilder
from sim.rules.syntax import Rule
from sim.rules.words import check_depth, words_of

if TYPE_CHECKING:
    from lark import Lark


def parse(text: str) -> Rule:
    """Read a rule as a planner writes it; `parse(str(rule)) == rule`.

    Raises RuleError, with the 0-based character at which the fault stands, if the text is no rule.
    """
    words = words_of(text)
    parser = _parser()
    from lark import UnexpectedInput, UnexpectedToken

    try:
        rule = TreeBuilder().whole(cast("Rule", parser.parse(text)))
    except UnexpectedToken as error:
        offset = len(text) if error.token.type == "$END" else error.token.start_pos
        raise mistakes.explain(words, offset or 0, frozenset(error.accepts or ())) from None
    except UnexpectedInput as error:
        raise mistakes.explain(words, error.pos_in_stream or 0, frozenset()) from None
    check_depth(rule)
    return rule


def locate(text: str, name: str) -> int:
    """Return the 0-based character at which `name` first stands as a whole word in a rule's text, or 0."""
    match = re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", text)
    return match.start() if match else 0


@cache
def _parser() -> Lark:
    """Build the parser on first use; it keeps nothing from one text to the next."""
    from lark import Lark

    # The tree is built while the text is read, so no depth of text can exhaust the stack. The basic lexer has
    # no context: a word of the language is never taken for a name.
    return Lark.open(
        "grammar.lark",
        rel_to=__file__,
        parser="lalr",
        lexer="basic",
        transformer=TreeBuilder(),
        maybe_placeholders=False,
    )
