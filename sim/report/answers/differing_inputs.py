"""What scenarios say otherwise than the baseline, set so that people can read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from sim.report.blocks import Column, Paragraph, Said, Sheet
from sim.report.tables import rows_of
from sim.scenario.positions import dotted
from sim.scenario.rules import rules_with_paths
from sim.studies.comparison import changes_of
from sim.studies.differences import ASSUMED, Change
from sim.words.numbers import counted
from sim.words.statements import rule_said
from sim.words.titles import titles_of

if TYPE_CHECKING:
    from sim.report.comparison_tables import ComparisonTables
    from sim.scenario.scenario import Scenario

_LONGEST = 220


def input_blocks(tables: ComparisonTables) -> list[Said]:
    """Return a table a scenario of what differs in its inputs; one that combines two others says so."""
    both = {
        str(row.scenario): (str(row.first_scenario), str(row.second_scenario))
        for row in rows_of(tables.comparison.interactions)
    }
    blocks: list[Said] = []
    for label in tables.others:
        changes = changes_of(tables.comparison, label)
        title = f"{tables.name(label)} ({tables.of(label).title})"
        if label in both:
            first, second = map(tables.name, both[label])
            blocks.append(Paragraph(f"{title}: what {first} and {second} change, together."))
        elif not changes:
            blocks.append(Paragraph(f"{title}: no input differs."))
        else:
            scenarios = (tables.baseline.scenario, tables.of(label).scenario)
            blocks.append(_sheet(title, [_in_words(change, *scenarios) for change in changes]))
    return blocks


def _in_words(change: Change, baseline: Scenario, scenario: Scenario) -> Change:
    """Return a change with its rules in words, each reading of a statement with its chance."""
    before, after = _rule_at(baseline, change.key), _rule_at(scenario, change.key)
    return Change(change.key, before or change.baseline, after or change.value, change.source)


def _rule_at(scenario: Scenario, key: str) -> str:
    """Return the rule that stands at a key, in words; empty if none does."""
    titles = titles_of(scenario)
    rules = (rule for path, rule in rules_with_paths(scenario) if dotted(path) == key)
    return next((rule_said(rule, titles) for rule in rules), "")


def _sheet(title: str, changes: Sequence[Change]) -> Sheet:
    sourced = any(change.source not in ("", ASSUMED) for change in changes)
    rows = [
        (row.key, row.baseline or None, row.value or None, row.source or None) for row in readable(changes)
    ]
    headings = ("Key", "Baseline", "Here", "Rests on") if sourced else ("Key", "Baseline", "Here")
    assumed = "" if sourced or not any(change.value for change in changes) else ", without a source"
    caption = (
        f"{title}: {counted(len(changes), 'input')} {'differs' if len(changes) == 1 else 'differ'}{assumed}."
    )
    columns = tuple(Column(heading, folds=True) for heading in headings)
    return Sheet(caption, columns, tuple(row[: len(headings)] for row in rows))


def readable(changes: Sequence[Change]) -> list[Change]:
    """Return the changes: a block that came or went in one row, items of lists beside what they replace."""
    rows: list[Change] = []
    for listed in (False, True):
        part = [change for change in changes if _is_item(change) == listed]
        rows += _items(part) if listed else _blocks(part)
    return [Change(row.key, _short(row.baseline), _short(row.value), row.source) for row in rows]


def _is_item(change: Change) -> bool:
    """Say whether a change is a whole item of a list, whose key is the list's."""
    return "." not in change.key and (change.baseline + change.value).startswith("{")


def _blocks(changes: Sequence[Change]) -> Iterator[Change]:
    """Yield changes; the keys of a block that came or went together stand in one row."""

    def side(change: Change) -> tuple[str, bool, bool, str]:
        above = change.key.rpartition(".")[0]
        gone, new = not change.value, not change.baseline
        return (above if gone or new else change.key), gone, new, change.source

    for (above, gone, new, source), part in groupby(changes, key=side):
        found = list(part)
        if len(found) == 1 or not (gone or new):
            yield from found
            continue
        text = ", ".join(
            f"{change.key.removeprefix(f'{above}.')}: {change.value or change.baseline}" for change in found
        )
        yield Change(above, text if gone else "", text if new else "", source)


def _items(changes: Sequence[Change]) -> Iterator[Change]:
    """Yield the items of a list; one that replaces another of its name with what differs between them."""
    new = {(change.key, _name(change.value)): change for change in changes if change.value}
    old = {(change.key, _name(change.baseline)): change for change in changes if change.baseline}
    for place in dict.fromkeys([*old, *new]):
        key, name = place
        before, after = old.get(place), new.get(place)
        was = _terms(before.baseline) if before else []
        is_now = _terms(after.value) if after else []
        if before and after:
            was, is_now = [t for t in was if t not in is_now], [t for t in is_now if t not in was]
        source = after.source if after else ""
        yield Change(f"{key}: {name}" if name else key, ", ".join(was), ", ".join(is_now), source)


def _name(item: str) -> str:
    return next((term.removeprefix("name: ") for term in _split(item) if term.startswith("name: ")), "")


def _terms(item: str) -> list[str]:
    """Return what an item of a list says, without its name and source."""
    return [term for term in _split(item) if not term.startswith(("name: ", "source: "))]


def _split(item: str) -> list[str]:
    """Split `{a: 1, b: {c: 2, d: 3}}` at its own commas."""
    terms, depth, start = [], 0, 0
    inner = item.removeprefix("{").removesuffix("}")
    for place, letter in enumerate(inner):
        depth += (letter in "{[(") - (letter in "}])")
        if letter == "," and depth == 0:
            terms.append(inner[start:place].strip())
            start = place + 1
    return [term for term in [*terms, inner[start:].strip()] if term]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
