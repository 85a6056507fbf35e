"""What holds the rest back though a package is pulled: its causes by troop-days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.batch.simulation import Simulation, standard_model
from sim.batch.spans import Span
from sim.results.played import run_in_memory
from sim.studies.packages.playing import Variant

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.loading import Resolved
    from sim.studies.packages.deck import Package

WORLDS = 100
"""How many worlds are looked at."""


def what_is_missing(
    resolved: Resolved, package: Package, seed: int = 0, worlds: int = WORLDS
) -> pd.DataFrame:
    """Return what troops wait for with a package pulled (and taking effect), as `binding_table` does.

    What is lost (refused, undelivered, withdrawn) and what is deployed are left out.
    """
    from sim.results.binding import binding_table
    from sim.scenario.loading import resolve_text
    from sim.vocabulary import DEPLOYED, LOST

    settings = dict(Variant(package).settings)
    scenario = resolve_text(resolved.text, resolved.scenario.scenario, settings).scenario
    model = standard_model()
    played = Simulation.of(model, model.compile(scenario), seed)(Span(0, worlds))
    table = binding_table(run_in_memory(scenario, seed, [(played.span, [played])]))
    return table[~table["cause"].isin([DEPLOYED, *LOST])].reset_index(drop=True)
