"""What `isf unlock` found, in lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.results.statistics import wilson
from sim.studies.unlock import MOST_CHANGES, Unlocking, UnlockSet


def unlocking_lines(
    unlocking: Unlocking, shown: int, times: Sequence[int] = (), played: int = 0
) -> Iterator[str]:
    """Yield the lines: what is reachable now, then each of the first `shown` sets.

    `times` are the replications, of `played`, in which the conditions of each set held together.
    """
    wanted = f"{unlocking.target:,} troops by {unlocking.by}"
    sets = unlocking.sets
    if sets and not sets[0].conditions:
        yield f"{wanted}: reachable as things stand ({unlocking.present:,} in a steady world)."
        return
    yield f"{wanted}: as things stand {unlocking.present:,} are reachable in a steady world."
    if not sets:
        yield f"No set of up to {unlocking.complete} changes makes the target reachable.{_limit(unlocking)}"
        yield from _out_of_reach(unlocking)
        return
    more = f", the first {shown} of them here" if shown < len(sets) else ""
    what = "1 smallest set" if len(sets) == 1 else f"{len(sets)} smallest sets"
    verb = "makes" if len(sets) == 1 else "make"
    yield f"{what} of up to {unlocking.complete} changes {verb} it reachable{more}:"
    for place, each in enumerate(sets[:shown]):
        yield from _set_lines(place + 1, each, times[place] if played else None, played)
    if unlocking.complete < MOST_CHANGES:
        yield _limit(unlocking).strip()


def _out_of_reach(unlocking: Unlocking) -> Iterator[str]:
    """Say what nobody has pledged, and what a larger base would free."""
    missing = unlocking.target - unlocking.pledged
    if missing > 0:
        yield (
            f"Nobody has pledged {missing:,} of them: the pledges are {unlocking.pledged:,} in all, at their medians. "
            "Ask for more, or for others."
        )
    freed = (unlocking.with_beds or 0) - unlocking.present
    if freed > 0:
        yield (
            f"A base with a bed for everybody would free {freed:,} as things stand: "
            f"{unlocking.with_beds:,} would be reachable."
        )


def _set_lines(number: int, each: UnlockSet, times: int | None, played: int) -> Iterator[str]:
    yield f"{number:3}. {each}"
    moved = ", ".join(
        f"{name} {change:+,}" for name, change in sorted(each.contributors.items(), key=lambda item: -item[1])
    )
    yield f"     frees {each.freed:,} troops ({each.troops:,} in all): {moved or 'nobody else'}"
    if times is not None:
        low, high = wilson(times, played)
        yield (
            f"     holds, all together, at some time in {times / played:.0%} of {played:,} worlds "
            f"(95 % interval {low:.0%} to {high:.0%})"
        )


def _limit(unlocking: Unlocking) -> str:
    if unlocking.complete >= MOST_CHANGES:
        return ""
    return (
        f" There are too many combinations to try larger sets ({unlocking.worlds:,} worlds were tried); "
        "narrow what counts with --contributor, --role or --sector."
    )
