"""The pictures of a report: drawn for a page and for a column, with their data and a text for those who cannot see."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from sim.report.blocks import Pictures
from sim.report.figures.registry import comparison_exhibits, run_exhibits
from sim.report.reporting import report_of
from tests.report.test_report_document import SMALL, played

pytestmark = pytest.mark.long


@pytest.mark.parametrize("most", [4, pytest.param(99, marks=pytest.mark.slow)])
def test_pictures_have_texts_data_and_their_widths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Of all figures of a report in the slow suite."""
    for name, exhibits in (("run_exhibits", run_exhibits), ("comparison_exhibits", comparison_exhibits)):
        first = partial(lambda of, tables: list(of(tables))[:most], exhibits)
        monkeypatch.setattr(f"sim.report.assembly.{name}", first)
    small = played(tmp_path, SMALL)
    compared = report_of({"small": small, "again": small})
    names = [each.name for each in compared.pictures]
    assert len(names) == len(set(names))
    for each in compared.pictures:
        assert len(each.alternative) > 30
        assert each.caption.endswith(".")
        assert each.data.count("\n") > 1
        with Image.open(io.BytesIO(each.narrow)) as narrow:
            assert narrow.width == pytest.approx(9 / 2.54 * 200, abs=1)
        if each.wide is not None:
            with Image.open(io.BytesIO(each.wide)) as wide:
                assert wide.width == pytest.approx(17 / 2.54 * 200, abs=1)
    aside = [block for block in compared.blocks if isinstance(block, Pictures)]
    assert all(each.wide is None for block in aside for each in block.pictures)
