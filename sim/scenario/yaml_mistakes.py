"""What a YAML parser complains about, in a planner's words and with a remedy."""

from __future__ import annotations

from sim.scenario.positions import Position

_MEANINGS = (
    ("mapping values are not allowed", "a `:` stands where none can; quote the value that holds it, or check the indentation"),
    ("cannot start any token", "this character cannot start a value; put the value in quotation marks"),
    ("could not find expected ':'", "a key has no `:` behind it; write `key: value`, or check the indentation"),
    ("expected ',' or '}'", "a `{` is not closed, or a comma is missing; write `{key: value, key: value}`"),
    ("expected ',' or ']'", "a `[` is not closed, or a comma is missing; write `[value, value]`"),
    ("while parsing a flow", "this cannot stand inside `{…}` or `[…]`; write `{key: value}` or `[value]`, and quote the value"),
    ("quoted scalar", "a quotation mark is not closed, or what is inside is no text; close it, and write \\\\ for a backslash"),
    ("undefined alias", "a `*` refers to an anchor (`&`) that is not in the file; quote the value if it is text"),
    ("duplicate anchor", "an anchor (`&`) is given twice; remove one"),
    ("block mapping", "the lines do not line up; indent the keys of one block by the same number of spaces"),
    ("block sequence", "the lines do not line up; indent the entries (`-`) of one list by the same number of spaces"),
    ("block collection", "the lines do not line up; indent the keys of one block by the same number of spaces"),
    ("sequence entries are not allowed", "a list entry (`-`) cannot stand here; begin it on its own line, or quote the value"),
    ("block scalar", "after `|` or `>` the text begins on the next line; begin it there, or quote the value"),
    ("control characters", "a control character stands in the file; remove it"),
    ("special characters", "a control character stands in the file; remove it"),
    ("anchor", "an `&` or `*` that begins a value has a meaning in YAML; put the value in quotation marks"),
    ("alias", "an `&` or `*` that begins a value has a meaning in YAML; put the value in quotation marks"),
    ("tag", "a `!` that begins a value has a meaning in YAML; put the value in quotation marks"),
    ("directive", "a `%` that begins a line has a meaning in YAML; put the value in quotation marks"),
    ("nest", "the brackets are nested too deeply; write the file flatter"),
    ("document start", "something stands behind the end of the scenario; check the indentation and the brackets"),
)  # fmt: skip


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
