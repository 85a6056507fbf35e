"""What is said to be plausible: that it is about something, and that its ends can stand there."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.subject import Subject
from sim.scenario.faults import Fault
from sim.scenario.ledger import ledger
from sim.scenario.nodes import Branch, find
from sim.scenario.plausible import Plausible, numbers_in, with_number
from sim.scenario.positions import dotted
from sim.scenario.rules import rules_with_paths
from sim.scenario.settings import apply_settings
from sim.scenario.validation import validate
from sim.scenario.writing import one_line


def plausible_ranges(subject: Subject) -> Iterator[Fault]:
    """A plausible range is about a value of the file, or a number in one of its rules, and its ends can stand there."""
    if not subject.scenario.plausible:
        return
    entries = {entry.path: entry.value for entry in ledger(subject.root)}
    rules = [dotted(path) for path, _ in rules_with_paths(subject.scenario)]
    numbers = {f"{rule}.{each}": (rule, each) for rule in rules for each in numbers_in(entries.get(rule, ""))}
    for path, stated in subject.scenario.plausible.items():
        place = ("plausible", path)
        if path not in entries and path not in numbers:
            yield subject.unknown(place, "value or number of a rule", path, (*entries, *numbers))
        elif isinstance(stated, Plausible):
            for end in ("low", "high"):
                node = find(subject.root, (*place, end))
                text = one_line(node) if node is not None else ""
                rule, number = numbers.get(path, (path, ""))
                value = with_number(entries[rule], number, text) if number else text
                root, misplaced = apply_settings(subject.root, {rule: value})
                wrong = [*misplaced, *(validate(root).faults if isinstance(root, Branch) else ())]
                if wrong:
                    yield subject.at((*place, end), f"cannot stand at {path}: {wrong[0].message}")
