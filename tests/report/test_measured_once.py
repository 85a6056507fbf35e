"""A text is measured once for all figures, and only under the settings that figures are drawn with."""

from __future__ import annotations

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from sim.report.figures.frame import open_canvas
from sim.report.style import FONT, drawing


def test_a_text_is_shaped_once_for_all_figures_and_never_by_other_settings(monkeypatch):
    shaped = []
    real = RendererAgg.get_text_width_height_descent
    monkeypatch.setattr(
        RendererAgg,
        "get_text_width_height_descent",
        lambda self, words, font, ismath: shaped.append(words) or real(self, words, font, ismath),
    )
    font = FontProperties(family=FONT, size=7.5)

    def measured():
        canvas = open_canvas(None, 3.0).figure.canvas
        return canvas.get_renderer().get_text_width_height_descent("once for all", font, False)

    with drawing():
        sizes = {measured() for _ in range(3)}
    assert (len(sizes), shaped) == (1, ["once for all"])
    measured()
    assert len(shaped) == 2, "outside of a drawing the caller's own settings may be in force"
