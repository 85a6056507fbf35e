"""What to watch, what to find out, what makes us miss and what may be ignored: asked of the stored worlds."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

from sim.report.blocks import Code, Column, Paragraph, Part, Point, Said, Sheet, bracketed, joined
from sim.report.blocks import Listing as Points
from sim.report.telling.discovery import box_sentence
from sim.report.telling.signposts import number_sentence, post_sentence
from sim.words.dates import short_day
from sim.words.names import capitalised
from sim.words.numbers import chance, percentage

if TYPE_CHECKING:
    from sim.report.tables import Tables
    from sim.results.reading import Question
    from sim.studies.outcomes import Outcome
    from sim.studies.signposts import Chance, Signposts

_MOST_OUTCOMES = 2
_MOST_POSTS = 8
_OPEN = (0.01, 0.99)
_FEWEST = 100
"""Fewer worlds tell nothing apart."""


def asked_in_watching(tables: Tables) -> Iterator[tuple[Hashable, Question]]:
    """Yield what is asked of the run for these parts, with keys; nothing without targets or with few worlds."""
    from sim.studies.signposts import asked_for_signposts

    if tables.scenario.targets and tables.replications >= _FEWEST:
        yield from asked_for_signposts(tables.run)


def watching_parts(tables: Tables) -> Iterator[Part]:
    """Yield a part for each of the targets that may be met or missed, at most two: the most open ones."""
    from sim.studies.outcomes import outcomes_of

    outcomes = [
        each
        for each in outcomes_of(tables.run)
        if each.worlds >= _FEWEST and _OPEN[0] <= each.holds.mean() <= _OPEN[1]
    ]
    outcomes.sort(key=lambda each: (abs(float(each.holds.mean()) - 0.5), each.by, each.name))
    for outcome in outcomes[:_MOST_OUTCOMES]:
        part = _part(tables, outcome)
        if part is not None:
            yield part


def _part(tables: Tables, outcome: Outcome) -> Part | None:
    from sim.errors import UsageError
    from sim.studies.discovery import discover
    from sim.studies.signposts import signposts, worth_knowing

    try:
        found = signposts(tables.run, outcome)
    except UsageError:  # its date leaves no day on which anything could tell
        return None
    boxes = discover(tables.run, outcome)
    now = _share(found.now)
    blocks: list[Said] = [Paragraph(f"{capitalised(outcome.title)}: {now}.")]
    blocks += _posts(found)
    numbers = worth_knowing(found.numbers)
    if numbers:
        blocks.append(Paragraph("What to find out, by how much knowing it would settle:"))
        blocks.append(Points(tuple(Point(number_sentence(each)) for each in numbers[:5])))
    if boxes.boxes:
        blocks.append(
            Paragraph("What the worlds that miss it have in common, judged in worlds not searched:")
        )
        sentences = tuple(Point(box_sentence(each, "miss", boxes)) for each in boxes.boxes)
        blocks.append(Points(sentences))
        blocks.append(Code(tuple(f'never: "{each.rule}"' for each in boxes.boxes if each.rule)))
    if found.ignorable:
        names = "; ".join(f"that {each.happening.said(True)}" for each in found.ignorable)
        blocks.append(Paragraph(f"May be ignored, for it tells the worlds apart on no day: {names}."))
    return Part(f"What to watch for {outcome.title}", tuple(blocks))


def _posts(found: Signposts) -> Iterator[Said]:
    if not found.telling:
        yield Paragraph("Nothing that can happen tells the worlds apart.")
        return
    yield Paragraph(post_sentence(found.telling[0], found), leading=False)
    columns = (
        Column("What", folds=True),
        Column("Tells from"),
        Column("Best known on"),
        Column("If so", True),
        Column("If not", True),
        Column("Settles", True),
    )
    rows = tuple(
        (
            capitalised(post.happening.said(True)),
            joined(short_day(post.earliest)),
            joined(short_day(post.best.day)),
            _share(post.best.happened),
            _share(post.best.not_yet),
            joined(percentage(post.best.variance)),
        )
        for post in found.telling[:_MOST_POSTS]
    )
    caption = (
        "The chance given that it has happened by that day, and given that it has not, with 95 % intervals; "
        "settles: the part of the uncertainty that knowing it takes away."
    )
    yield Sheet(caption, columns, rows, "Differences between worlds, not effects of causes.")


def _share(found: Chance) -> str:
    return bracketed(chance(found.value, *found.interval, found.worlds))
