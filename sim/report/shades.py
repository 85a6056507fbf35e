"""Colours of scenarios, and lighter ones for their bands."""

from __future__ import annotations

from sim.report.style import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, darkened

BASELINE_SHADE = "#4D4D4D"
"""The baseline is dark grey in every figure."""
_HUES = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION)
SCENARIO_SHADES = (*_HUES, *(darkened(hue, 0.4) for hue in _HUES))
"""Colours of the scenarios in their order; more than twelve begin again."""


def lightened(colour: str, share: float) -> str:
    """The colour mixed with white, opaque, so that bands look alike in print and on screen."""
    channels = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(channel + (255 - channel) * share):02X}" for channel in channels)
