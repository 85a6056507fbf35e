"""Pictures in few colours, for a third of the bytes: every filled area keeps its own colour exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_COLOURS = 128


def with_fewer_colours(drawn: Image.Image) -> Image.Image:
    """Return the picture in its commonest colours; what is rarer, at edges of letters, takes the nearest."""
    import numpy as np
    from PIL.Image import fromarray

    pixels = np.asarray(drawn.convert("RGB")).astype(np.int64)
    codes = (pixels[..., 0] << 16) | (pixels[..., 1] << 8) | pixels[..., 2]
    found, place, counts = np.unique(codes, return_inverse=True, return_counts=True)
    commonest = np.sort(found[np.argsort(-counts, kind="stable")[:_COLOURS]])
    apart = sum(
        ((found[:, None] >> shift & 0xFF) - (commonest[None, :] >> shift & 0xFF)) ** 2 for shift in (16, 8, 0)
    )
    nearest = np.argmin(apart, axis=1).astype(np.uint8)
    reduced = fromarray(nearest[place.reshape(codes.shape)], "P")
    reduced.putpalette([int(code) >> shift & 0xFF for code in commonest for shift in (16, 8, 0)])
    return reduced
