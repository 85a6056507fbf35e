"""What a YAML parser complains about, in a planner's words and with a remedy."""

from __future__ import annotations

from sim.scenario.positions import Position

MOST_DEPTH = 50
"""Most levels of mappings and lists inside each other."""

TOO_DEEP = (
    f"mappings and lists are nested more than {MOST_DEPTH} levels deep, which is the limit; write the file flatter"
)
"""Said by us, and where a parser stops at a limit of its own before we see the levels."""

_LINE_UP = "the lines do not line up; indent the keys of one block by the same number of spaces"
_QUOTE = "this has a meaning in YAML; put the value in quotation marks"
_CONTROL = "a control character stands in the file; remove it"

_MEANINGS = (
    ("mapping values are not allowed", "a `:` cannot stand here; quote the value, or check the indentation"),
    ("cannot start any token", "this character cannot start a value; put the value in quotation marks"),
    ("could not find expected ':'", "a key has no `:`; write `key: value`, or check the indentation"),
    ("expected ',' or '}'", "a `{` is not closed, or a comma is missing; write `{key: value, key: value}`"),
    ("expected ',' or ']'", "a `[` is not closed, or a comma is missing; write `[value, value]`"),
    ("while parsing a flow", "this cannot stand inside `{…}` or `[…]`; quote the value"),
    ("quoted scalar", "a quotation mark is not closed, or a `\\` stands alone; close it, or write `\\\\`"),
    ("undefined alias", "a `*` refers to an anchor (`&`) that is not in the file; quote the value"),
    ("duplicate anchor", "an anchor (`&`) is given twice; remove one"),
    ("block mapping", _LINE_UP),
    ("block collection", _LINE_UP),
    ("block sequence", "the lines do not line up; indent all entries (`-`) of a list by as many spaces"),
    (
        "sequence entries are not allowed",
        "a `-` cannot stand here; begin it on its own line, or quote the value",
    ),
    ("block scalar", "after `|` or `>` the text begins on the next line; begin it there, or quote it"),
    ("control characters", _CONTROL),
    ("special characters", _CONTROL),
    ("anchor", _QUOTE),
    ("alias", _QUOTE),
    ("tag", _QUOTE),
    ("directive", _QUOTE),
    ("nest", TOO_DEEP),
    ("document start", "something stands behind the scenario's end; check indentation and brackets"),
)


def explain_yaml(context: str | None, problem: str | None, character: str) -> str:
    """Return in plain words what a YAML error's context and problem mean, with the remedy.

    `character` is the one at which the parser stopped.
    """
    if character == "\t":
        return "a tab stands where spaces must be; indent with spaces"
    said = f"{context or ''} {problem or ''}"
    for words, meaning in _MEANINGS:
        if words in said:
            return meaning
    return (
        f"this is not YAML ({said.strip() or 'unknown'}); check the indentation, quotation marks and brackets"
    )


def character_at(text: str, position: Position) -> str:
    """Return the character of a text at a position, or nothing behind the end of its line."""
    lines = text.split("\n")
    if position.line > len(lines):
        return ""
    return lines[position.line - 1][position.column - 1 : position.column]
