from __future__ import annotations

import pytest

from sim.report.figures.matrix import draw_matrix
from sim.report.style import COLUMN_WIDTH, FULL_WIDTH, drawing
from tests.report.layout import drawn_figures, layout_faults, shown_texts
from tests.report.synthetic import scenario_of, tables_of_scenario

LONG = "the_transitional_federal_administration_of_the_united_northern_provinces_and_"

CASES = {
    "usual": lambda: tables_of_scenario(scenario_of(8)),
    "no targets, no requirements": lambda: tables_of_scenario(
        scenario_of(3, targets=False, requirements=False, as_of=None)
    ),
    "nobody ever arrives": lambda: tables_of_scenario(scenario_of(5), arriving=0.0),
    "one replication": lambda: tables_of_scenario(scenario_of(5), replications=1),
    "very long names": lambda: tables_of_scenario(
        scenario_of(4, prefix=LONG, title="A scenario whose name a committee wrote that met often " * 3)
    ),
    "forty contributors": lambda: tables_of_scenario(scenario_of(40), replications=50),
    "thirty days": lambda: tables_of_scenario(scenario_of(4, days=30, as_of=3)),
    "ten years": lambda: tables_of_scenario(scenario_of(4, days=3652), replications=20),
    "names with dollars, another script, line breaks": lambda: tables_of_scenario(
        scenario_of(2, title="costs $5_0 and $6^2 \\frac 加沙\nsecond line")
    ),
    "no contributors": lambda: tables_of_scenario(scenario_of(0)),
    "as of the last day": lambda: tables_of_scenario(scenario_of(2, as_of=774)),
}


WIDE = ("very long names", "forty contributors")
"""Cases that fill a page, too: what has room in a column has it there, so that they are slow ones."""
DRAWN = [
    *(pytest.param(case, COLUMN_WIDTH, id=f"{case}-column") for case in CASES),
    *(pytest.param(case, FULL_WIDTH, id=f"{case}-page", marks=pytest.mark.slow) for case in WIDE),
]


@pytest.mark.long
@pytest.mark.parametrize(("case", "width"), DRAWN)
def test_no_text_is_clipped_or_overlaps(case: str, width: float) -> None:
    tables = CASES[case]()
    for name, draw in drawn_figures(tables):
        figure = draw(tables, width=width)
        assert layout_faults(figure) == [], name
        assert float(figure.get_size_inches()[0]) == pytest.approx(width), name


def test_every_figure_says_what_when_and_where_from() -> None:
    tables = tables_of_scenario(scenario_of(3))
    for name, draw in drawn_figures(tables):
        words = " ".join(text.get_text() for text in shown_texts(draw(tables)))
        for part in (
            tables.title,
            "200 replications",
            "as of 16 Jan 2026",
            "Source: ISF simulator",
            "seed 0",
        ):
            assert part in words, name


def test_the_checker_sees_what_is_clipped_and_what_overlaps() -> None:
    from sim.report.figures.fan import draw_fan

    with drawing():
        figure = draw_fan(tables_of_scenario(scenario_of(3)))
        figure.text(0.95, 0.5, "far too long for what is left of the page")
        figure.text(0.3, 0.5, "one")
        figure.text(0.3, 0.5, "two")
    faults = layout_faults(figure)
    assert any(fault.startswith("clipped: 'far too long") for fault in faults)
    assert any(fault.startswith("overlap: 'one'") for fault in faults)


def test_a_figure_can_be_drawn_into_a_panel() -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    tables = tables_of_scenario(scenario_of(3))
    for name, draw in drawn_figures(tables):
        with drawing():
            panels = Figure(figsize=(12, 8))
            FigureCanvasAgg(panels)
            axes = panels.add_axes((0.2, 0.2, 0.5, 0.5))
            assert draw(tables, axes) is panels, name
        assert axes.get_title(loc="left"), name


def test_many_sectors_are_listed_in_a_column_so_that_no_number_is_broken() -> None:
    tables = tables_of_scenario(scenario_of(8))
    lines = tables.scenario.requirements
    sectors = ("north", "south", "east", "west", "middle", "coast")
    spread = [line.model_copy(update={"sector": name}) for line, name in zip(lines, sectors, strict=True)]
    tables.run.scenario = tables.scenario.model_copy(update={"requirements": spread})
    assert tables.coverage is not None
    tables.coverage.lines["sector"] = sectors
    column, page = (draw_matrix(tables, width=width) for width in (COLUMN_WIDTH, FULL_WIDTH))
    assert layout_faults(column) == []
    shown = " ".join(text.get_text() for text in shown_texts(column)).replace("\n", " ")
    assert all(f": {name.capitalize()}" in shown for name in sectors)
    cells = [text.get_text() for text in shown_texts(column) if " of 2,500" in text.get_text()]
    assert len(cells) == 1 and cells[0].count("\n") == 1
    assert len(column.axes[0].get_xticks()) == 0 and len(page.axes[0].get_xticks()) == 6
