from __future__ import annotations

import numpy as np
from PIL import Image

from sim.report.fewer_colours import with_fewer_colours


def test_filled_areas_keep_their_colour_and_rare_ones_take_the_nearest() -> None:
    generator = np.random.default_rng(3)
    pixels = np.zeros((200, 300, 3), dtype=np.uint8)
    pixels[:] = (0xD2, 0xD2, 0xD2)
    pixels[:, 100:200] = (0xF1, 0xDC, 0xE8)
    pixels[:30] = generator.integers(0, 256, (30, 300, 3), dtype=np.uint8)
    reduced = with_fewer_colours(Image.fromarray(pixels, "RGB"))
    shown = np.asarray(reduced.convert("RGB"))
    assert reduced.mode == "P"
    assert (shown[30:] == pixels[30:]).all()
    assert len({*map(tuple, shown.reshape(-1, 3))}) <= 128


def test_few_colours_are_all_kept() -> None:
    pixels = np.arange(3 * 64, dtype=np.uint8).reshape(8, 8, 3)
    shown = np.asarray(with_fewer_colours(Image.fromarray(pixels, "RGB")).convert("RGB"))
    assert (shown == pixels).all()
