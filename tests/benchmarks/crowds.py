"""Scenarios with many times the contributors, in a theatre that is as many times as large."""

from __future__ import annotations

from sim.scenario.loading import load_resolved, resolve_text
from sim.scenario.writing import data_text


def crowd(path, times):
    """The scenario of a file with each contributor `times` times; copies follow the first one's rules."""
    data = load_resolved(path).data
    contributors = data["contributors"]
    for number in range(2, times + 1):
        for name in list(contributors):
            if "_copy_" not in name:
                contributors[f"{name}_copy_{number}"] = {**contributors[name]}
    theatre = data["theatre"]
    for lane in theatre["lift"].values():
        lane["slots"] *= times
    if "beds" in theatre:
        theatre["beds"]["at_start"] *= times
        for growth in theatre["beds"].get("grows", ()):
            growth["to"] *= times
    if "reception" in theatre:
        rate, _, unit = theatre["reception"].partition(" ")
        theatre["reception"] = f"{int(rate) * times} {unit}"
    data.pop("targets", None)
    return resolve_text(data_text(data), f"{path.stem} times {times}")
