"""Boxes in sentences, and as statements that can be pasted into a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.report.telling.signposts import chance_told
from sim.words.names import listed
from sim.words.numbers import counted, doing, percentage, whole

if TYPE_CHECKING:
    from sim.studies.discovery import Box, Discovery


def discovery_lines(found: Discovery) -> Iterator[str]:
    """Yield each box: its sentence, how stable its conditions are, and its rule."""
    verb = "miss" if found.misses else "reach" if found.outcome.troops else "show"
    worlds, does = counted(found.base.worlds, "world"), doing(found.base.hits, verb).partition(" ")[2]
    yield f"{whole(found.base.hits)} of {worlds} {does} {found.outcome.title}."
    if not found.boxes:
        yield "No combination of what happens tells them from the others better than chance would."
        return
    for number, box in enumerate(found.boxes, start=1):
        yield ""
        yield f"{number}. {box_sentence(box, verb, found)}"
        for condition, stability in zip(box.conditions, box.stability, strict=True):
            yield f"   - {condition.sentence} (in {percentage(stability)} of repeated searches)"
        if box.rule:
            yield f'   never: "{box.rule}"'


def box_sentence(box: Box, verb: str, found: Discovery) -> str:
    """Return what a box says, with coverage and density in worlds in which it was not looked for."""
    conditions = listed([each.sentence for each in box.conditions])
    others = "of all" if found.boxes.index(box) == 0 else "of those outside the boxes before"
    return (
        f"Where {conditions}, {chance_told(box.density)} {verb} it, against {percentage(box.base.value)} {others}; "
        f"that is {chance_told(box.coverage)} of the worlds that {verb} it."
    )
