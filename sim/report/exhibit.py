"""A figure apart from its data: its name, how it is drawn, what it says and shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table behind a figure becomes a chart.

    `by` is the column along its axis; the `values` are drawn, one of them for each entry of the column `parts` where
    that is named (in the order of their sums). Without `values` all other columns are. `share`: they are shares of 1.
    """

    kind: Literal["line", "area", "bar"]
    by: str
    values: tuple[str, ...] = ()
    parts: str = ""
    share: bool = False
    words: Callable[[Any, str], str] | None = None
    """What a line, or a bar, is called, of the subject and its name in the data; None: as in the data."""


@dataclass(frozen=True)
class Exhibit:
    """A figure of a run, a comparison or a study, apart from its data.

    `draw(subject, axes=None, width=inches)` draws it; `finding` says in a sentence what it shows, `data` is the
    table behind it. With `chart` (what sort of picture it is) the finding is its alternative text.
    """

    name: str
    chart: str
    caption: str
    draw: Callable[..., Figure]
    finding: Callable[[Any], str]
    data: Callable[[Any], pd.DataFrame]
    layout: Layout | None = None
    """How a spreadsheet draws the data; None where it cannot."""

    def alternative(self, subject: Any) -> str:
        """What somebody reads who cannot see the figure."""
        return f"{self.chart}. {self.finding(subject)}."
