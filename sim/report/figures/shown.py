"""A figure that shows itself in a notebook, without a setting of the notebook's, and its canvas."""

from __future__ import annotations

from typing import Any, cast

from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure

from sim.report.figures.text import metrics_of
from sim.report.style import in_force


class ShownFigure(Figure):
    """A matplotlib figure that a notebook shows as the picture that a report holds."""

    def _repr_png_(self) -> bytes:
        from sim.report.style import figure_bytes

        return figure_bytes(self, "png")


class MeasuredCanvas(FigureCanvasAgg):
    """An Agg canvas that measures each text once, however many figures hold it; the same pixels."""

    def get_renderer(self) -> RendererAgg:
        """Return the renderer for the figure's present size."""
        renderer: Any = super().get_renderer()  # type: ignore[no-untyped-call]
        if type(renderer) is RendererAgg:
            renderer.__class__ = _Measured
        return cast("RendererAgg", renderer)


class _Measured(RendererAgg):
    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """Return what `metrics_of` remembers, where the settings are those that it is remembered under."""
        if not ismath and in_force():
            return metrics_of(s, prop, float(self.dpi))
        measured: Any = super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-untyped-call]
        return cast("tuple[float, float, float]", measured)
