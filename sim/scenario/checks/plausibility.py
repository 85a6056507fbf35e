"""What is said to be plausible: that it is about something, and that its ends can stand there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.scenario.checks.subject import Subject
from sim.scenario.faults import Fault
from sim.scenario.ledger import ledger
from sim.scenario.nodes import Branch, find
from sim.scenario.plausible import Plausible, numbers_in, with_number
from sim.scenario.positions import Path, dotted
from sim.scenario.rules import rules_with_paths
from sim.scenario.settings import apply_settings
from sim.scenario.validation import validate
from sim.scenario.writing import one_line

_MOST_TOLD = 20
"""How many ends that cannot stand there are told at once: each is tried alone, which takes as long as reading."""


@dataclass(frozen=True, slots=True)
class _End:
    """An end of a plausible range: where it stands, the path that it would be at, and the value set for it."""

    place: Path
    path: str
    item: str
    """What is set: the value itself, or the rule in which the number stands."""
    value: str


def plausible_ranges(subject: Subject) -> Iterator[Fault]:
    """A plausible range is about a value of the file, or a number in one of its rules, and its ends can stand there."""
    if not subject.scenario.plausible:
        return
    entries = {entry.path: entry.value for entry in ledger(subject.root)}
    rules = [dotted(path) for path, _ in rules_with_paths(subject.scenario)]
    numbers = {f"{rule}.{each}": (rule, each) for rule in rules for each in numbers_in(entries.get(rule, ""))}
    ends = []
    for path, stated in subject.scenario.plausible.items():
        place = ("plausible", path)
        if path not in entries and path not in numbers:
            yield subject.unknown(place, "value or number of a rule", path, (*entries, *numbers))
        elif isinstance(stated, Plausible):
            for end in ("low", "high"):
                node = find(subject.root, (*place, end))
                text = one_line(node) if node is not None else ""
                item, number = numbers.get(path, (path, ""))
                value = with_number(entries[item], number, text) if number else text
                ends.append(_End((*place, end), path, item, value))
    told = 0
    for together in _rounds(ends):
        for suspect in _suspects(subject, together)[: _MOST_TOLD - told]:
            if message := _wrong(subject, {suspect.item: suspect.value}):
                told += 1
                yield subject.at(suspect.place, f"cannot stand at {suspect.path}: {message}")


def _rounds(ends: Sequence[_End]) -> Iterator[list[_End]]:
    """Yield the ends in groups that can be set together: each item once."""
    waiting = list(ends)
    while waiting:
        chosen: dict[str, _End] = {}
        for end in waiting:
            chosen.setdefault(end.item, end)
        yield list(chosen.values())
        taken = set(map(id, chosen.values()))
        waiting = [end for end in waiting if id(end) not in taken]


def _suspects(subject: Subject, together: list[_End]) -> list[_End]:
    """Return which of the ends may be wrong: none if all of them can stand there at once."""
    root, misplaced = apply_settings(subject.root, {end.item: end.value for end in together})
    validated = validate(root) if isinstance(root, Branch) else None
    wrong = {fault.item for fault in misplaced} | (validated.wrong if validated else set())
    if not wrong:
        return []
    named = [end for end in together if any(f"{each}.".startswith(f"{end.item}.") for each in wrong)]
    return named or together


def _wrong(subject: Subject, settings: Mapping[str, str]) -> str:
    """Return what is wrong with values that are set, or nothing."""
    root, misplaced = apply_settings(subject.root, settings)
    faults = [*misplaced, *(validate(root).faults if isinstance(root, Branch) else ())]
    known = set(validate(subject.root).faults) if faults else set()
    return next((fault.message for fault in faults if fault not in known), "")
