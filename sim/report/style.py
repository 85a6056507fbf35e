"""The look that every figure shares: sizes, fonts, colours, and bytes that depend on nothing but the data.

Nothing here touches matplotlib's global state for longer than a `with drawing():` block, and nothing imports
pyplot: figures are plain `matplotlib.figure.Figure` values with the Agg canvas.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

CENTIMETRE = 1 / 2.54
COLUMN_WIDTH = 9 * CENTIMETRE
"""Inches of a column in a printed report."""
FULL_WIDTH = 17 * CENTIMETRE
"""Inches of a page's text in a printed report."""
DOTS_PER_INCH = 200

# Okabe and Ito's palette, which readers with any colour vision tell apart.
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"

INK = "#222222"
FADED = "#666666"
LINE = "#DDDDDD"
GREY = "#A8A8A8"
PAPER = "#FFFFFF"

DISTINCT = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW)
"""Colours for named things, in order; what comes after the seventh is grey."""

FONT = "DejaVu Sans"
"""Ships with matplotlib, so that every machine draws the same letters."""
BODY = 7.0
SMALL = 6.0
TITLE = 9.0
"""Font sizes in points."""

_SETTINGS: Mapping[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": [FONT],
    "font.size": BODY,
    "axes.edgecolor": FADED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.grid": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "text.color": INK,
    "text.usetex": False,
    "text.parse_math": False,
    "text.hinting": "none",
    "xtick.color": FADED,
    "ytick.color": FADED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL + 0.5,
    "ytick.labelsize": SMALL + 0.5,
    "xtick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.major.size": 0.0,
    "lines.solid_capstyle": "butt",
    "hatch.linewidth": 0.4,
    "figure.dpi": DOTS_PER_INCH,
    "savefig.dpi": DOTS_PER_INCH,
    "savefig.bbox": None,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.fonttype": "none",
    "svg.hashsalt": "isf-simulator",
    "path.simplify": True,
    "agg.path.chunksize": 0,
}


_QUICK: Mapping[str, Any] = {"compress_level": 1, "compress_type": 0}
"""How a PNG is packed: for flat areas smaller than what Pillow does by itself, in two thirds of the time."""

_IN_FORCE: ContextVar[bool] = ContextVar("in force", default=False)
"""Whether the settings below are in force already."""


@contextmanager
def drawing() -> Iterator[None]:
    """Settings of a figure while it is drawn or written; the caller's own come back afterwards.

    Around many figures they are set once: checking three hundred settings costs as much as a small figure's text.
    """
    if _IN_FORCE.get():
        yield
        return
    import matplotlib
    from matplotlib import rcParamsDefault

    # A user's matplotlibrc must not leak into a report: start from the defaults that ship with matplotlib.
    settings: dict[Any, Any] = {k: v for k, v in rcParamsDefault.items() if not k.startswith("backend")}
    with warnings.catch_warnings(), matplotlib.rc_context(settings | dict(_SETTINGS)):
        # A name in a script that the font lacks is drawn as boxes; the planner cannot mend that.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        token = _IN_FORCE.set(True)
        try:
            yield
        finally:
            _IN_FORCE.reset(token)


def in_force() -> bool:
    """Tell whether the settings of `drawing` are."""
    return _IN_FORCE.get()


def colours(names: Sequence[str], sizes: Mapping[str, float] | None = None) -> dict[str, str]:
    """One colour a name: the seven largest (by `sizes`, ties by name) get a hue, the others grey."""
    weight = sizes or {}
    ordered = sorted(set(names), key=lambda name: (-weight.get(name, 0.0), name))
    return {name: DISTINCT[place] if place < len(DISTINCT) else GREY for place, name in enumerate(ordered)}


def luminance(colour: str) -> float:
    """How light a colour is, 0 (black) to 1 (white), as greyscale print shows it."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ink_on(colour: str) -> str:
    """Black or white text, whichever reads better on `colour`."""
    return PAPER if luminance(colour) < 0.45 else INK


def darkened(colour: str, share: float = 0.3) -> str:
    """The colour mixed with black, for text of that colour on white."""
    channels = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(channel * (1 - share)):02X}" for channel in channels)


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure as SVG, PNG or PDF, by the path's suffix, atomically; equal figures give equal bytes."""
    from sim.batch.files import write_if_new

    write_if_new(path, figure_bytes(figure, path.suffix.removeprefix(".")))


def figure_bytes(figure: Figure, kind: str) -> bytes:
    """Return a figure as `svg`, `png` or `pdf`; equal figures give equal bytes."""
    metadata: dict[str, Any] = {
        "png": {"Software": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    }.get(kind, {"Date": None, "Creator": None})
    out = io.BytesIO()
    own: dict[str, Any] = {"pil_kwargs": dict(_QUICK)} if kind == "png" else {}
    with drawing():
        figure.savefig(out, format=kind, dpi=DOTS_PER_INCH, metadata=metadata, **own)
    return out.getvalue()


def picture_of(figure: Figure) -> Image:
    """Return the pixels of a figure as its PNG would have them."""
    from PIL.Image import frombytes

    out = io.BytesIO()
    with drawing():
        figure.savefig(out, format="rgba", dpi=DOTS_PER_INCH)
    width, height = (int(side) for side in figure.get_size_inches() * DOTS_PER_INCH)
    return frombytes("RGBA", (width, height), out.getvalue())
