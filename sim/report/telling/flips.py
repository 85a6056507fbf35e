"""How wrong one must be, in lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.words.names import capitalised, printable
from sim.words.numbers import counted, percentage, percentage_span, whole

if TYPE_CHECKING:
    from sim.studies.flips import Flips, MovedChance


MOST_SHORT = 8
"""Numbers that do not get there are told up to so many, those that get closest first."""


def flip_lines(found: Flips) -> Iterator[str]:
    """Yield the smallest move of each number that takes the chance to the goal, then what does not get there."""
    goal = percentage(found.goal)
    yield f"{capitalised(found.outcome.title)}: {_said(found.now)} as run. What takes it to {goal}?"
    there = [each for each in found.flips if each.degree is not None]
    short = sorted(
        (each for each in found.flips if each.degree is None and each.value != each.slider.written),
        key=lambda each: (abs(each.seen.chance.value - found.goal), each.slider.path),
    )
    for each in there:
        yield f"  {printable(each.slider.path)}: {each.slider.written} → {each.value} (then {_said(each.seen)})"
    if not there:
        yield "  No number alone, as far as the stored worlds reach."
    if found.left:
        yield ""
        number = counted(len(found.left), "number")
        yield f"The time given was up before the searches of {number} were at their ends; as far as they went"
        for each in found.left[:MOST_SHORT]:
            yield f"  {printable(each.slider.path)}: {each.slider.written} → {each.value} gives {_said(each.seen)}"
    if found.joint is not None:
        yield ""
        yield f"Or together, by less of each (then {_said(found.joint.seen)})"
        for slider, degree in found.joint.degrees.items():
            yield f"  {printable(slider.path)}: {slider.written} → {slider.at(degree)}"
    if short:
        yield ""
        yield "As far as the stored worlds reach, these do not get there"
        for each in short[:MOST_SHORT]:
            yield f"  {printable(each.slider.path)}: {each.slider.written} → {each.value} gives {_said(each.seen)}"
        more = len(short) - MOST_SHORT
        if more > 0:
            yield f"  and {counted(more, 'other')}, which leave{'s' if more == 1 else ''} it further away"


def _said(seen: MovedChance) -> str:
    chance = seen.chance
    interval = percentage_span(chance.low, chance.high)
    return f"{percentage(chance.value)} ({interval}; {whole(seen.effective)} worlds)"
