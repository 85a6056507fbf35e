"""What `isf plan` leaves in its folder beside its tables: the answer as text, and the frontier as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.blocks import Block, Paragraph, Sheet
from sim.report.run_report import KINDS

if TYPE_CHECKING:
    from rich.console import Console

    from sim.scenario.scenario import Scenario
    from sim.studies.packages.planning import Planning


def print_blocks(blocks: Sequence[Block], console: Console) -> None:
    """Lay sentences and tables out on a terminal."""
    from sim.report.console import print_table, say

    for block in blocks:
        if isinstance(block, Paragraph):
            say(console, block.text, "bold" if block.leading else "")
        elif isinstance(block, Sheet):
            columns = [f"{column.heading}>" if column.numeric else column.heading for column in block.columns]
            folded = [place for place, column in enumerate(block.columns) if not column.numeric]
            print_table(console, block.caption, columns, list(block.texts), folded=folded)
            say(console, "")


def write_plan_outputs(blocks: Sequence[Block], planning: Planning, scenario: Scenario, folder: Path) -> None:
    """Write `answer.txt` and `figures/frontier.svg|png`; StoreError if impossible."""
    import io

    from rich.console import Console

    from sim.batch.files import write_atomically, writing
    from sim.report.figures.frontier import draw_frontier
    from sim.report.style import COLUMN_WIDTH, FULL_WIDTH, write_figure

    text = io.StringIO()
    print_blocks(blocks, Console(file=text, width=100, no_color=True))
    write_atomically(folder / "answer.txt", text.getvalue().encode())
    figures = folder / "figures"
    with writing(figures):
        figures.mkdir(parents=True, exist_ok=True)
        for suffix, width in (("", FULL_WIDTH), ("-column", COLUMN_WIDTH)):
            figure = draw_frontier(planning, scenario, width=width)
            for kind in KINDS:
                write_figure(figure, figures / f"frontier{suffix}.{kind}")
