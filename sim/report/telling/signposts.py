"""Signposts in sentences: what to watch, when it tells, what it would be worth to know, what may be ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.studies.signposts import FEW, worth_knowing
from sim.words.dates import day
from sim.words.names import capitalised
from sim.words.numbers import chance, counted, percentage, percentage_span

if TYPE_CHECKING:
    from sim.studies.signposts import Chance, Knowing, Signpost, SignpostReading, Signposts


def signpost_lines(found: Signposts, shown: int = 8) -> Iterator[str]:
    """Yield what the signposts of an outcome say, a line each."""
    now = found.now
    yield f"{capitalised(found.outcome.title)}: {chance(now.value, *now.interval, now.worlds)}"
    if now.hits in (0, now.worlds):
        yield "It is so in none or in all of the worlds: nothing can tell more."
        return
    yield ""
    yield "What to watch, the most telling first"
    for post in found.telling[:shown]:
        yield f"  {post_sentence(post, found)}"
        yield f"    {tells_sentence(post)}"
    if not found.telling:
        yield "  Nothing that can happen tells the worlds apart."
    more = len(found.telling) - shown
    if more > 0:
        yield f"  {more} more tell{'s' if more == 1 else ''} less: --csv lists {'it' if more == 1 else 'them all'}."
    numbers = worth_knowing(found.numbers)
    if numbers:
        yield ""
        yield "What to find out"
        for number in numbers[:shown]:
            yield f"  {number_sentence(number)}"
    if found.ignorable:
        yield ""
        yield "What may be ignored"
        yield f"  {'; '.join(_named(post) for post in found.ignorable)}"
    if found.undecided:
        yield ""
        yield f"Too few worlds to tell (under {FEW} of one kind on every day, or at the edge)"
        yield f"  {'; '.join(_named(post) for post in found.undecided)}"


def post_sentence(post: Signpost, found: Signposts) -> str:
    """Return the sentence of a signpost on its best day."""
    best = post.best
    given = chance_told(best.not_yet)
    otherwise = chance_told(best.happened)
    return (
        f"If by {day(best.day)} {post.happening.said(False)}, the chance of {found.outcome.title} is {given} "
        f"instead of {otherwise}{_few(best)}."
    )


def tells_sentence(post: Signpost) -> str:
    """Return from when on it tells, and what it is worth to know."""
    best = post.best
    earliest = post.earliest
    since = f"It tells from {day(earliest)} on; " if earliest else ""
    worth = f"known on {day(best.day)}, it takes away {percentage(best.variance)} of the uncertainty"
    saved = f" and {best.regret:.2g} of the loss at stake" if best.regret > 0 else ""
    return capitalised(f"{since}{worth}{saved}.")


def number_sentence(number: Knowing) -> str:
    """Return what it would be worth to know a number that was drawn."""
    return (
        f"{number.said} – knowing it takes away {percentage(number.variance)} of the uncertainty; "
        f"{chance_told(number.low)} where it is lowest, {chance_told(number.high)} where it is highest."
    )


def chance_told(share: Chance) -> str:
    """Return a chance with its interval, in percent."""
    return f"{percentage(share.value)} ({percentage_span(*share.interval)})"


def _few(best: SignpostReading) -> str:
    fewest = min(best.happened.worlds, best.not_yet.worlds)
    return f" (from only {counted(fewest, 'world')} of one kind)" if best.few else ""


def _named(post: Signpost) -> str:
    return f"that {post.happening.said(True)}"
