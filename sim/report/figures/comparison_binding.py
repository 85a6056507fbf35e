"""What holds the force back in every scenario: one stacked bar each, the same causes in the same colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.causes import KINDS, LOST, MOST_NAMED, of_kind
from sim.report.comparison_findings import binding_finding, cause_in_words
from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.figures.frame import EDGE, Canvas, Caption, EndLabel, centimetres, open_canvas, settle
from sim.report.figures.text import height_of, renderer_of, width_of, wrap
from sim.report.figures.timeline import round_step
from sim.report.style import BLUE, FULL_WIDTH, INK, LINE, PAPER, SMALL, drawing
from sim.vocabulary import DEPLOYED
from sim.words.names import capitalised
from sim.words.numbers import whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.comparison import Comparison

_BAR = 0.62
_ROW = 0.62
_SWATCH = 0.1


@dataclass(frozen=True, slots=True)
class CauseBars:
    """One cause (or the rest) in every scenario: mean troops by label."""

    words: str
    colour: str
    troops: Mapping[str, float]


def draw_comparison_binding(
    comparison: Comparison | ComparisonTables, axes: Axes | None = None, width: float = FULL_WIDTH
) -> Figure:
    """Draw a bar a scenario: mean pledged troops over the whole run, by what holds them back."""
    tables = comparison_tables_of(comparison)
    with drawing():
        canvas = open_canvas(axes, width)
        layers = _layers(tables)
        key = _key_lines(canvas, layers)
        for place, label in enumerate(tables.labels):
            _draw_bar(canvas, place, label, layers)
        _axes(canvas, tables, layers)
        measure = (
            "Mean pledged troops over the whole run, all forces, by what holds them back; numbers: deployed"
        )
        caption = Caption(binding_finding(tables), tables.subtitle(measure), tables.source)
        deployed = layers[0].troops
        ends = [
            EndLabel(place, whole(deployed[label]), layers[0].colour, leader=False)
            for place, label in enumerate(tables.labels)
        ]
        above = height_of(len(key), SMALL) + 0.06
        settle(canvas, caption, len(tables.labels) * centimetres(_ROW), ends, above=above)
        _draw_key(canvas, key)
    return canvas.figure


def _layers(tables: ComparisonTables) -> list[CauseBars]:
    """Deployed; the six causes that cost most in all; the rest by kind; those who will not come any more."""
    troops = {label: _mean_troops(tables, label) for label in tables.labels}
    total: dict[str, float] = {}
    for own in troops.values():
        for cause, mean in own.items():
            total[cause] = total.get(cause, 0.0) + mean
    ordered = sorted(total, key=lambda cause: (-total[cause], cause))
    waiting = [cause for cause in ordered if cause != DEPLOYED and cause not in LOST]
    lost = [cause for cause in LOST if cause in total]
    shades = tables.cause_shades
    large = [cause for cause in waiting if cause in shades][:MOST_NAMED]

    def layer(words: str, colour: str, causes: Sequence[str]) -> CauseBars:
        return CauseBars(
            words,
            colour,
            {label: sum(own.get(cause, 0.0) for cause in causes) for label, own in troops.items()},
        )

    def named(cause: str) -> str:
        label = next(label for label in tables.labels if cause in troops[label])
        return cause_in_words(tables, label, cause)

    layers = [layer(DEPLOYED, BLUE, [DEPLOYED])]
    layers += [layer(named(cause), shades[cause], [cause]) for cause in large]
    rest = [cause for cause in waiting if cause not in large]
    for kind, noun, colour in KINDS:
        alike = [cause for cause in rest if of_kind(cause, kind)]
        rest = [cause for cause in rest if cause not in alike]
        if alike:
            alone = len(alike) == 1
            words = named(alike[0]) if alone else f"other {noun} ({len(alike)})"
            layers.append(layer(words, shades.get(alike[0], colour) if alone else colour, alike))
    return layers + [layer(named(cause), LOST[cause], [cause]) for cause in lost]


def _mean_troops(tables: ComparisonTables, label: str) -> dict[str, float]:
    binding = tables.of(label).whole_binding
    days = tables.comparison.runs[label].days
    return {
        str(cause): float(troop_days) / days
        for cause, troop_days in zip(binding["cause"], binding["troop_days"], strict=True)
    }


def _draw_bar(canvas: Canvas, place: int, label: str, layers: Sequence[CauseBars]) -> None:
    left = 0.0
    for layer in layers:
        troops = layer.troops[label]
        canvas.axes.barh(
            place,
            troops,
            left=left,
            height=_BAR,
            color=layer.colour,
            edgecolor=PAPER,
            linewidth=0.4,
            label=layer.words,
        )
        left += troops


def _axes(canvas: Canvas, tables: ComparisonTables, layers: Sequence[CauseBars]) -> None:
    axes = canvas.axes
    room = canvas.width * (0.28 if canvas.narrow else 0.24)
    names = [
        "\n".join(wrap(tables.name(label), canvas.figure, room, SMALL, most_lines=2))
        for label in tables.labels
    ]
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names, fontsize=SMALL, color=INK, linespacing=1.0)
    largest = max([1.0, *(sum(layer.troops[label] for layer in layers) for label in tables.labels)])
    axes.set_xlim(0, largest)
    step = max(1.0, round_step(largest, 3 if canvas.narrow else 6))
    ticks = [step * number for number in range(int(largest // step) + 1)]
    axes.set_xticks(ticks, [f"{tick:,.0f}" for tick in ticks])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=LINE, linewidth=0.5)


def _key_lines(canvas: Canvas, layers: Sequence[CauseBars]) -> list[list[tuple[str, str]]]:
    """The key as lines of (words, colour) that fit the width."""
    room = canvas.width - 2 * EDGE
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0.0
    for layer in layers:
        words, *further = wrap(capitalised(layer.words), canvas.figure, room - 0.3, SMALL, most_lines=3)
        wide = _entry_width(canvas, words)
        if lines[-1] and used + wide > room:
            lines.append([])
            used = 0.0
        lines[-1].append((words, layer.colour))
        used += wide
        for more in further:
            lines.append([(more, PAPER)])
            used = room
    return lines


def _entry_width(canvas: Canvas, words: str) -> float:
    return width_of(words, canvas.figure, SMALL) + _SWATCH + 0.18


def _draw_key(canvas: Canvas, lines: Sequence[Sequence[tuple[str, str]]]) -> None:
    from matplotlib.patches import Rectangle

    figure = canvas.figure
    wide, high = (float(size) for size in figure.get_size_inches())
    frame = canvas.axes.get_window_extent(renderer_of(figure))
    top = float(frame.y1) / figure.dpi + 0.03 + height_of(len(lines), SMALL)
    edge = EDGE if canvas.alone else float(frame.x0) / figure.dpi
    for number, line in enumerate(lines):
        left = edge
        middle = top - height_of(1, SMALL) * (number + 0.5)
        for words, colour in line:
            figure.add_artist(
                Rectangle(
                    (left / wide, (middle - _SWATCH / 2) / high),
                    _SWATCH / wide,
                    _SWATCH / high,
                    facecolor=colour,
                    transform=figure.transFigure,
                    linewidth=0,
                )
            )
            figure.text(
                (left + _SWATCH + 0.05) / wide,
                middle / high,
                words,
                fontsize=SMALL,
                color=INK,
                va="center_baseline",
            )
            left += _entry_width(canvas, words)
