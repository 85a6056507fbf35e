"""Figures as pictures of a report: small PNG files, their data, and a text for those who cannot see."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sim.report.blocks import Picture
from sim.words.names import capitalised

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from sim.report.exhibit import Exhibit

KINDS = ("svg", "png")
_MOST_ROWS = 1_500
"""Rows of the data of one picture: a report must stay small enough to be mailed."""
_MOST_DATES = 110


def picture(exhibit: Exhibit, subject: Any, label: str = "", wide: bool = True) -> Picture:
    """Return a figure as a picture; `label` says whose it is. Not `wide`: for a column only."""
    from sim.report.style import COLUMN_WIDTH, FULL_WIDTH

    full = _inked(exhibit, subject, FULL_WIDTH) if wide else None
    return Picture(
        name=f"{label}-{exhibit.name}" if label else exhibit.name,
        caption=f"{label}: {exhibit.caption}." if label else f"{capitalised(exhibit.caption)}.",
        alternative=exhibit.alternative(subject),
        narrow=_inked(exhibit, subject, COLUMN_WIDTH),
        data=csv_of(exhibit.data(subject)),
        wide=full,
    )


def write_figures(
    exhibits: Iterable[Exhibit], subject: Any, folder: Path, *, columns: bool = True
) -> list[Path]:
    """Draw figures into a folder as SVG and PNG; returns the files written, or raises StoreError.

    Figures are as wide as a page, those whose names end in `-column` (left out without `columns`) as a column.
    """
    from sim.report.style import COLUMN_WIDTH, FULL_WIDTH, drawing, write_figure

    written = []
    with drawing():
        for exhibit in exhibits:
            for suffix, width in (("", FULL_WIDTH), ("-column", COLUMN_WIDTH))[: 2 if columns else 1]:
                figure = exhibit.draw(subject, width=width)
                for kind in KINDS:
                    path = folder / f"{exhibit.name}{suffix}.{kind}"
                    write_figure(figure, path)
                    written.append(path)
    return written


def csv_of(data: pd.DataFrame) -> str:
    """Return a table as CSV whose texts no spreadsheet takes for formulas; a daily one with fewer days."""
    from sim.results.summary import inert

    data = _thinned(data)
    texts = data.select_dtypes(exclude=["number", "datetime", "bool"]).columns
    safe = data.assign(**{column: [inert(str(text)) for text in data[column]] for column in texts})
    safe = safe.rename(columns=lambda name: inert(str(name)))
    return safe.to_csv(index=False, float_format="%.5g", lineterminator="\n")


def _thinned(data: pd.DataFrame) -> pd.DataFrame:
    """Keep every so many days of a daily table that is long, the last one always."""
    if "date" not in data.columns or len(data) <= _MOST_ROWS // 10:
        return data
    dates = sorted(set(data["date"]))
    kept = {*dates[:: max(1, -(-len(dates) // _MOST_DATES))], dates[-1]}
    return data[data["date"].isin(kept)]


def _inked(exhibit: Exhibit, subject: Any, width: float) -> bytes:
    """Draw a figure as wide as that."""
    return _png(exhibit.draw(subject, width=width))


def _png(figure: Figure) -> bytes:
    from sim.report.fewer_colours import with_fewer_colours
    from sim.report.style import DOTS_PER_INCH, picture_of

    out = io.BytesIO()
    resolution = (DOTS_PER_INCH, DOTS_PER_INCH)
    with_fewer_colours(picture_of(figure)).save(out, "png", optimize=True, dpi=resolution)
    return out.getvalue()
