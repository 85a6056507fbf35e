"""One rule of a scenario: as a sentence, as a tree, and with the days on which each part was true."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.errors import UsageError
from sim.report.telling.paragraphs import WIDTH, paragraph
from sim.rules.binding import bind
from sim.rules.readings import readings, said_stretches
from sim.rules.sentences import TreeLine, tree
from sim.rules.suggestions import nearest
from sim.scenario.positions import dotted
from sim.scenario.rules import completed, rules_with_paths
from sim.words.dates import short_day
from sim.words.titles import rule_sentence, titles_of

if TYPE_CHECKING:
    from sim.rules.history import History
    from sim.rules.syntax import Rule
    from sim.scenario.scenario import Scenario


def explained_rule(scenario: Scenario, path: str, past: History | None = None) -> Iterator[str]:
    """Yield the lines that explain the rule at a dotted path, such as `contributors.turkey.commits_when`.

    With `past`, each part says when it was true from the start to the end. Raises UsageError if there is no
    rule at the path, or if it reads a fact whose changes are not recorded.
    """
    written, complete = _rule_at(scenario, path)
    titles = titles_of(scenario)
    yield path
    yield from paragraph(str(written), 2)
    yield ""
    yield from paragraph(rule_sentence(complete, titles))
    yield ""
    if past is None:
        for line in tree(complete, titles):
            yield from _wrapped(line)
        return
    yield f"true from {short_day(scenario.start)} to {short_day(scenario.end)}:"
    ends = ((scenario.end - scenario.start).days + 1) * DAY
    for line, said in _timed(complete, past, titles, ends):
        yield from _wrapped(line)
        below = _below(line.strokes)
        yield from textwrap.wrap(said, WIDTH, initial_indent=f"{below}  → ", subsequent_indent=f"{below}    ")


def _timed(rule: Rule, past: History, titles: Mapping[str, str], ends: int) -> Iterator[tuple[TreeLine, str]]:
    try:
        found = readings(rule, past, titles)
    except ValueError as error:
        raise UsageError(str(error)) from None
    for reading in found:
        yield reading.line, said_stretches(reading, past.start, 0, ends)


def _rule_at(scenario: Scenario, path: str) -> tuple[Rule, Rule]:
    """Return the rule as written, and bound and expanded."""
    rules = {dotted(found): rule for found, rule in rules_with_paths(scenario)}
    if path not in rules:
        inside = sorted(name for name in rules if name.startswith(f"{path}."))
        close = nearest(path, rules)
        hint = f"choose {' or '.join(inside[:4])}" if inside else f"did you mean {close}?" if close else ""
        raise UsageError(f"there is no rule at '{path}'; {hint or 'isf show FILE --paths lists all values'}")
    complete = completed(scenario, rules[path])
    section, _, rest = path.partition(".")
    return rules[path], bind(complete, rest.split(".")[0]) if section == "contributors" else complete


def _wrapped(line: TreeLine) -> list[str]:
    """Return a line of the tree; a long text goes on beside the strokes below it."""
    return textwrap.wrap(
        line.text,
        WIDTH,
        initial_indent=line.strokes,
        subsequent_indent=_below(line.strokes),
        break_on_hyphens=False,
    )


def _below(strokes: str) -> str:
    """Return the strokes that go on below a line."""
    return strokes.replace("├─ ", "│  ").replace("└─ ", "   ")
