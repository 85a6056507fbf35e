"""Contributors that nobody can name yet → a milestone each: it appears so long after the one before it.

The number that have appeared by an instant is thus that of a renewal process, at most `at_most`: with
`every: {mean: …}` a Poisson process. What history does not record has not appeared by `as_of`.
"""

from __future__ import annotations

from sim.durations import seconds_between
from sim.plan.context import Context
from sim.plan.laws import ConstantLaw
from sim.plan.tables import MilestonePlan, Quantity
from sim.rules.syntax import Holds, Value
from sim.scenario.unnamed import is_unnamed, named_on


def appearance(context: Context, contributor: str) -> int | None:
    """Return the node that is true once a contributor has appeared; None for one that has a name."""
    if context.scenario.unnamed is None or not is_unnamed(contributor):
        return None
    return context.node_of(Holds(_appeared(contributor)))


def compile_appearances(context: Context) -> tuple[MilestonePlan, ...]:
    """Compile the appearance of each contributor that nobody can name yet, in their order."""
    template, start = context.scenario.unnamed, context.scenario.start
    if template is None:
        return ()
    named = named_on(context.scenario.history)
    waits = context.builder.from_time(seconds_between(start, named[-1])) if named else None
    rows = []
    names = [name for name in context.scenario.contributors if is_unnamed(name)]
    for name in sorted(names, key=lambda each: int(each.rpartition("_")[2])):
        stream = f"contributor.{name}.appears"
        rows.append(
            MilestonePlan(
                name=str(_appeared(name)),
                signal=context.builder.signal(_appeared(name)),
                log=False,
                records=(),
                resumes=0,
                probability=Quantity(f"{stream}.probability", ConstantLaw(1.0)),
                outcome=f"{stream}.outcome",
                after=context.delay(f"{stream}.after", template.every),
                when=waits,
                reconsiders=None,
                undone=None,
                rates=(),
                forced=None,
            )
        )
        waits = context.node_of(Holds(_appeared(name)))
    return tuple(rows)


def _appeared(contributor: str) -> Value:
    """Return the signal that tells whether a contributor has appeared; no fact can have such a name."""
    return Value(f"{contributor} appears")
