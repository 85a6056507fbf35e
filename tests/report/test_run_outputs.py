from __future__ import annotations

from pathlib import Path

import matplotlib
import pytest
from PIL import Image

from sim.errors import StoreError
from sim.report.figures.registry import run_exhibits
from sim.report.pictures import write_figures as write_exhibits
from sim.report.style import BLUE, COLUMN_WIDTH, GREY, colours, drawing, luminance, write_figure
from tests.report.layout import drawn_figures
from tests.report.synthetic import scenario_of, tables_of_scenario
from tests.scenario.shipped import ROOT


def write_figures(tables, folder, columns=True, every=1):
    return write_exhibits(list(run_exhibits(tables))[::every], tables, folder, columns=columns)


@pytest.mark.long
@pytest.mark.parametrize(("every", "files"), [(3, 8), pytest.param(1, 20, marks=pytest.mark.slow)])
def test_the_same_run_gives_the_same_bytes(tmp_path: Path, every: int, files: int) -> None:
    """All of its figures in the slow suite."""
    first, again = (
        write_figures(tables_of_scenario(scenario_of(3), 50), tmp_path / name, columns=False, every=every)
        for name in ("first", "again")
    )
    assert [path.name for path in first] == [path.name for path in again]
    assert len(first) == files
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == sorted(path.name for path in first)


def test_a_run_without_targets_and_requirements_has_fewer_figures() -> None:
    tables = tables_of_scenario(scenario_of(2, targets=False, requirements=False))
    assert [name for name, _ in drawn_figures(tables)] == [
        "fan",
        "chance_of_levels",
        "binding_stack",
        "funnel",
        "arrivals",
        "gantt",
        "waiting",
        "facts",
    ]


def test_figures_hold_no_date_and_have_their_size(tmp_path: Path) -> None:
    from sim.report.figures.fan import draw_fan

    figure = draw_fan(tables_of_scenario(scenario_of(2)), width=COLUMN_WIDTH)
    write_figure(figure, tmp_path / "fan.svg")
    write_figure(figure, tmp_path / "fan.png")
    text = (tmp_path / "fan.svg").read_text(encoding="utf-8")
    assert "<dc:date>" not in text
    assert all(
        f">{word}" in text or f" {word}" in text
        for word in ("Source: ISF simulator", "Median", "as of 16 Jan")
    )
    with Image.open(tmp_path / "fan.png") as image:
        assert image.width == pytest.approx(9 / 2.54 * 200, abs=1)
        assert image.info["dpi"] == pytest.approx((200, 200), abs=0.1)
        assert "Software" not in image.info


def test_the_callers_settings_are_neither_used_nor_changed(tmp_path: Path) -> None:
    from sim.report.figures.arrivals import draw_arrivals

    tables = tables_of_scenario(scenario_of(2))
    write_figure(draw_arrivals(tables), tmp_path / "plain.png")
    own = {"font.size": 31.0, "axes.facecolor": "black", "savefig.dpi": 50, "figure.dpi": 33}
    with matplotlib.rc_context(own):
        before = dict(matplotlib.rcParams)
        write_figure(draw_arrivals(tables), tmp_path / "own.png")
        assert dict(matplotlib.rcParams) == before
    assert (tmp_path / "plain.png").read_bytes() == (tmp_path / "own.png").read_bytes()


def test_a_folder_that_cannot_be_written_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "figures").write_text("a file stands where the folder should be")
    with pytest.raises(StoreError, match=r"fan\.svg: cannot be written"):
        write_figures(tables_of_scenario(scenario_of(1), 10), tmp_path / "figures")


def test_an_interrupted_figure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib.figure import Figure

    def stop(self: Path, target: Path) -> Path:
        assert self.exists()
        raise KeyboardInterrupt

    with drawing():
        figure = Figure()
    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write_figure(figure, tmp_path / "half.png")
    assert list(tmp_path.iterdir()) == []


def test_a_name_keeps_its_colour_and_the_rest_is_grey() -> None:
    names = [f"country_{number}" for number in range(12)]
    sizes = {name: float(100 - place) for place, name in enumerate(names)}
    shades = colours(names, sizes)
    assert shades == colours(names[::-1], sizes)
    assert shades["country_0"] == BLUE
    assert [name for name in names if shades[name] == GREY] == names[7:]
    assert len(set(shades.values())) == 8


def test_bands_of_the_fan_differ_in_greyscale() -> None:
    from sim.report.figures import fan

    outer, inner = luminance(fan._OUTER), luminance(fan._INNER)
    assert 1.0 - outer > 0.1
    assert outer - inner > 0.1


def test_a_scenario_without_contributors_has_a_run_all_the_same(tmp_path: Path) -> None:
    import sim
    from sim.report.keeping import write_run_outputs

    run = sim.run(ROOT / "scenarios" / "calibrated.yaml", replications=2, out=tmp_path)
    write_run_outputs(run)
    assert {path.stem for path in run.folder.glob("figures/*.svg")} == {
        f"{name}{suffix}" for name in ("fan", "chance_of_levels", "facts") for suffix in ("", "-column")
    }
    assert (run.folder / "summary.csv").exists()
