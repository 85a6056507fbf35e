"""Reports whose figures are shown as white paper: most of a report's time is their ink, and most of the rest is building them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PIL import Image

from sim.report import pictures


@contextmanager
def white_paper(built: bool = True) -> Iterator[None]:
    """Let pictures of reports be white for a while; their figures are built as always, or not even that."""
    paper = io.BytesIO()
    Image.new("P", (354, 200), 255).save(paper, "png", dpi=(200, 200))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pictures, "_png" if built else "_inked", lambda *drawn: paper.getvalue())
        yield
