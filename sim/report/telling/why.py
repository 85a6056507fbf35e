"""The waterfall from one run to another as lines and in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from sim.words.names import capitalised, listed, printable
from sim.words.numbers import counted, decimals, percentage, whole

if TYPE_CHECKING:
    from sim.studies.why import Why

_KINDS = {"record": "news", "news": "time", "assumption": "edit", "method": "method", "chance": "chance"}


def why_lines(found: Why) -> Iterator[str]:
    """Yield the sentence, then one line a part, then how it was found."""
    yield why_sentence(found)
    yield ""
    rows = [("", "then", _amount(found, found.then))]
    rows += [(_KINDS[part.kind], printable(part.said), _signed(found, part.change)) for part in found.parts]
    rows += [("", "now", _amount(found, found.now))]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    for kind, said, amount in rows:
        yield f"{kind:<{widths[0]}}  {said:<{widths[1]}}  {amount:>{widths[2]}}"
    yield ""
    mean = f"the mean over {'a sample of ' if found.sampled else 'all '}{found.orders:,} orders"
    order = mean if found.orders > 1 else "the only order there is"
    if found.left:
        every = counted(found.orders + found.left, "order")
        order = f"the mean over {found.orders:,} of {every}, all that were played in the time given"
    yield f"Each part is {order}, on the same {found.replications:,} worlds; the parts add up exactly."


def why_sentence(found: Why) -> str:
    """Return the change, and what it is mostly due to."""
    change = found.now - found.then
    start, end = _amount(found, found.then), _amount(found, found.now)
    what = capitalised(found.title)
    moved = [part for part in found.parts if part.change]
    if not moved:
        return f"{what}: {end}, as before; nothing changed."
    verb = "rose" if change > 0 else "fell" if change < 0 else "stayed"
    ends = f"from {start} to {end}" if change else f"at {end}"
    largest = sorted(moved, key=lambda part: (-abs(part.change), part.said))[:3]
    parts = listed([f"{printable(part.said)} ({_signed(found, part.change)})" for part in largest])
    return f"{what}: {verb} {ends}, mostly by {parts}."


def _amount(found: Why, value: Fraction) -> str:
    return percentage(float(value)) if found.share else whole(float(value))


def _signed(found: Why, value: Fraction) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    size = abs(value) * (100 if found.share else 1)
    return f"{sign}{decimals(float(size), 1)}{' points' if found.share else ''}"
