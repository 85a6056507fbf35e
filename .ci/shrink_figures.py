"""Copy figures into a folder, each under its name (or NAME=FILE), with as few colours as keep every hue."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from sim.report.fewer_colours import with_fewer_colours


def main(folder: Path, figures: list[str]) -> None:
    """Replace the files of these names; others stay, such as the backtest's, which takes longer to make."""
    folder.mkdir(parents=True, exist_ok=True)
    for figure in figures:
        name, equals, file = figure.partition("=")
        source = Path(file if equals else figure)
        target = folder / f"{name if equals else source.stem}.png"
        with_fewer_colours(Image.open(source)).save(target, optimize=True)
        print(f"{target}: {target.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
