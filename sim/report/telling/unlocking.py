"""What `isf unlock` found, in lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.results.selection import members
from sim.results.statistics import wilson
from sim.rules.domains import ANY_FORCE
from sim.studies.unlock import MOST_CHANGES, Unlocking, UnlockSet
from sim.words.causes import condition
from sim.words.dates import short_day
from sim.words.differences import signed
from sim.words.names import capitalised, listed, proper
from sim.words.numbers import chance, counted, so_many
from sim.words.titles import titles_of, troops_counted

if TYPE_CHECKING:
    from sim.results.selection import Selection
    from sim.scenario.scenario import Scenario


def unlocking_lines(
    scenario: Scenario,
    unlocking: Unlocking,
    shown: int,
    *,
    times: Sequence[int] = (),
    played: int = 0,
    reached: int | None = None,
    code: bool = False,
    counted_troops: str = "troops",
) -> Iterator[str]:
    """Yield the lines: what is reachable now, then each of the first `shown` sets; `counted_troops` says of whom.

    `times` are the replications, of `played`, in which the conditions of each set held together at some time, and
    `reached` those in which the target was. With `code` conditions stand as rules.
    """
    wanted = f"{so_many(unlocking.target)} {counted_troops} by {short_day(unlocking.by)}"
    sets = unlocking.sets
    if sets and not sets[0].conditions:
        yield f"{wanted}: reachable as things stand ({unlocking.present:,} in a steady world)."
        return
    yield f"{wanted}: as things stand {unlocking.present:,} are reachable in a steady world."
    if played and reached is not None:
        yield f"In played worlds it is reached by then in {_chance(reached, played)}."
    if not sets:
        yield f"No set of up to {unlocking.complete} changes makes the target reachable.{_limit(unlocking)}"
        yield from _out_of_reach(unlocking)
        return
    more = f", the first {shown} of them here" if shown < len(sets) else ""
    verb = "makes" if len(sets) == 1 else "make"
    yield f"{counted(len(sets), 'smallest set')} of up to {unlocking.complete} changes {verb} it reachable{more}:"
    for place, each in enumerate(sets[:shown]):
        yield from _set_lines(
            scenario, place + 1, each, times[place] if played else None, played=played, code=code
        )
    if played:
        yield (
            "That a set holds at some time is not yet the target reached: troops must still decide, prepare and travel "
            "in time, while it lasts."
        )
    if unlocking.complete < MOST_CHANGES:
        yield _limit(unlocking).strip()


def aim_words(scenario: Scenario, counts: Selection) -> str:
    """Return which troops are wanted: where there are several forces, of which."""
    narrowed = counts.role, counts.sector, counts.contributor
    several = len({body.force for body in members(scenario)}) > 1
    every = ANY_FORCE if counts.force is None and not any(narrowed) else counts.force
    return troops_counted(scenario, every if several else None, *narrowed)


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


def _set_lines(
    scenario: Scenario, number: int, each: UnlockSet, times: int | None, *, played: int, code: bool
) -> Iterator[str]:
    titles = titles_of(scenario)
    said = str(each) if code else listed([condition(rule, titles) for rule in each.conditions])
    yield f"{number:3}. {said if code else capitalised(said)}"
    moved = ", ".join(
        f"{titles.get(name, proper(name))} {signed(change)}"
        for name, change in sorted(each.contributors.items(), key=lambda item: -item[1])
    )
    yield f"     frees {each.freed:,} troops ({each.troops:,} in all): {moved or 'nobody else'}"
    if times is not None:
        yield f"     holds, all together, at some time in {_chance(times, played)}"


def _chance(hits: int, trials: int) -> str:
    return chance(hits / trials, *wilson(hits, trials), trials)


def _limit(unlocking: Unlocking) -> str:
    if unlocking.complete >= MOST_CHANGES:
        return ""
    if unlocking.cut:
        return f" The time given was up before larger sets were tried ({counted(unlocking.worlds, 'world')} tried)."
    return (
        f" There are too many combinations to try larger sets ({unlocking.worlds:,} worlds were tried); "
        "narrow what counts with --contributor, --role or --sector."
    )
