"""A figure that shows itself in a notebook, without a setting of the notebook's."""

from __future__ import annotations

from matplotlib.figure import Figure


class ShownFigure(Figure):
    """A matplotlib figure that a notebook shows as the picture that a report holds."""

    def _repr_png_(self) -> bytes:
        from sim.report.style import figure_bytes

        return figure_bytes(self, "png")
