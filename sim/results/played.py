"""A run that was played and is kept nowhere: its blocks' summaries stand in memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.batch.finishing import summary_of_rows
from sim.batch.spans import SCOUTS, Span, blocks_of
from sim.errors import UsageError
from sim.results.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sim.batch.simulation import Played, Simulation
    from sim.scenario.scenario import Scenario


def played_run(scenario: Scenario, simulation: Simulation, replications: int) -> Run:
    """Play replications 0 to `replications` − 1 of a scenario, and return them as a run that can be answered from.

    Every answer is that of the stored run. Replications that fail are left out, as always. Memory holds a summary
    for each 250 replications. UsageError where each of the first twenty fails: there a stored run stops too.
    """
    blocks = ((span, list(_parts(span, simulation))) for span in blocks_of(replications))
    return run_in_memory(scenario, simulation.seed, blocks)


def run_in_memory(scenario: Scenario, seed: int, played: Iterable[tuple[Span, Sequence[Played]]]) -> Run:
    """Return as a run what was played of spans of worlds: both the spans and the parts of each in ascending order.

    Worlds of a span that are in none of its parts are left out as those are that failed.
    """
    blocks, summaries, failed = [], {}, list[int]()
    for span, parts in played:
        summaries[span] = summary_of_rows(parts)
        finished = set(summaries[span].numbers.tolist())
        failed += [number for number in range(span.first, span.end) if number not in finished]
        blocks.append({"block": span.block, "first": span.first, "count": span.count, "files": {}})
    return Run(Path(), scenario, {"seed": seed, "failed": failed, "blocks": blocks}, {"summaries": summaries})


def _parts(span: Span, simulation: Simulation) -> Iterator[Played]:
    """Play a block, its first twenty replications alone if it is the first."""
    scouts = min(SCOUTS, span.count) if span.first == 0 else 0
    if scouts:
        first = simulation(Span(0, scouts))
        if len(first.failures) == scouts:
            raise UsageError(f"each of its first {scouts} replications fails: {first.failures[0].error}")
        yield first
    if span.count > scouts:
        yield simulation(Span(span.first + scouts, span.count - scouts))
