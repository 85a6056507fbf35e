"""How the run's forecast was scored against what happened since, where that was done."""

from __future__ import annotations

from sim.report.blocks import Listing, Paragraph, Part, Point
from sim.report.tables import Tables
from sim.studies.forecasts.keeping import track_record
from sim.words.numbers import whole


def track_record_part(tables: Tables) -> Part | None:
    """Return the track record, or None without one."""
    kept = track_record(tables.run.folder)
    if kept is None:
        return None
    told = f"Scored against what happened until {kept['known_until']}: "
    if kept["dates"]:
        told += f"{kept['within_80']} of {kept['dates']} dates within the 80 % band"
        told += f", mean CRPS {whole(kept['crps'])} troops" if kept.get("crps") is not None else ""
    else:
        told += "no date of the forecast has passed"
    if kept.get("brier") is not None:
        told += f"; Brier score of facts and arrivals {kept['brier']:.3f}"
    unforeseen = tuple(Point(str(each), "Unforeseen") for each in kept.get("unforeseen") or ())
    return Part("Track record", (Paragraph(f"{told}."), *([Listing(unforeseen)] if unforeseen else [])))
