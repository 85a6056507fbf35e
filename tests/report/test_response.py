"""The response curve of a comparison stands where the rows of the logs put it; runs are named as people name them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from sim.errors import StoreError, UsageError
from sim.report.comparison_tables import ComparisonTables
from sim.report.figures.registry import comparison_exhibits
from sim.report.figures.response import Swept, _numbers, draw_response, response_finding, swept_of
from sim.studies.comparison import compare
from sim.studies.named_runs import named_runs, runs_behind
from tests.report import distinct as d
from tests.report.layout import beyond_the_axes, said
from tests.report.reading import assert_as_read, lines_of_exhibits
from tests.report.test_tied_figures import edges

TROOPS = ("contributors", "beta", "contingents", "battalion", "troops")
SIZES = {"small": 310, "base": 620, "large": 930}


@pytest.fixture(scope="module")
def sides(own):
    return {"small": d.worlds(more=0.5), "base": own, "large": d.worlds(more=1.5)}


@pytest.fixture(scope="module")
def tables(sides, tmp_path_factory):
    folder = tmp_path_factory.mktemp("response")
    runs = {
        label: d.written(folder / label / "run", worlds, label, label, {TROOPS: SIZES[label]})
        for label, worlds in sides.items()
    }
    return ComparisonTables(compare(runs, "base"))


@pytest.mark.long
def test_the_force_by_the_number_that_varies(tables, sides):
    axes = draw_response(tables).axes[0]
    (curve,) = (line for line in axes.lines if len(line.get_xdata()) == 3)
    date = d.TARGETS["third"][1]
    means = [d.mean(d.levels(sides[label], date)) for label in SIZES]
    assert list(curve.get_xdata()) == list(SIZES.values())
    assert list(curve.get_ydata()) == pytest.approx(means)
    band = edges(axes.collections[0])
    for size, mean in zip(SIZES.values(), means, strict=True):
        assert band[size][0] < mean < band[size][1]
    assert axes.get_xlabel() == "Beta: troops"
    assert beyond_the_axes(axes.figure) == []
    assert "The mean force on 10 April 2026 by Beta: troops, with 95 % intervals · baseline: base" in said(
        axes.figure
    )
    (end,) = (text.get_text() for text in axes.figure.texts if re.fullmatch(r"about [\d,]+", text.get_text()))
    assert float(end.removeprefix("about ").replace(",", "")) == pytest.approx(means[-1], rel=0.051)
    assert abs(means[-1] - means[0]) > 0.1 * means[0]
    found = response_finding(tables)
    assert found.startswith("The mean force on 10 April 2026 goes from about ")
    assert found.endswith(" as Beta: troops goes from 310 to 930")
    first, last = (float(part.split()[-1].replace(",", "")) for part in found.split(" as ")[0].split(" to "))
    assert (first, last) == pytest.approx((means[0], means[-1]), rel=0.06)


def test_a_target_by_the_number_that_varies(tables, sides):
    axes = draw_response(tables, target="second").axes[0]
    troops, by, force = d.TARGETS["second"]
    (curve,) = (line for line in axes.lines if len(line.get_xdata()) == 3)
    hits = [sum(value >= troops for value in d.levels(sides[label], by, force)) for label in SIZES]
    assert list(curve.get_ydata()) == pytest.approx([count / d.WORLDS for count in hits])
    band = edges(axes.collections[0])
    for size, count in zip(SIZES.values(), hits, strict=True):
        assert band[size] == pytest.approx(d.wilson(count, d.WORLDS), abs=2e-6)
    assert axes.get_ylim() == (0, 1) and beyond_the_axes(axes.figure) == []
    assert "“second” is held on its date goes from" in response_finding(tables, "second")


def test_nothing_to_sweep_where_no_number_or_too_few_vary(tables, tied_comparison):
    assert swept_of(tied_comparison) is None
    swept = swept_of(tables)
    assert swept is not None and swept.key == ".".join(TROOPS)
    assert swept.values == {label: float(size) for label, size in SIZES.items()}


def test_a_folder_of_runs_is_named_by_what_varies(tables, tmp_path):
    folder = tmp_path / "scenario"
    folder.mkdir()
    for label, run in tables.comparison.runs.items():
        (folder / label).symlink_to(run.folder)
    with pytest.raises(StoreError):  # written by hand: what they played is not what their digests say
        runs_behind(folder)
    assert runs_behind(folder / "base") == {"": folder / "base"}
    only = tmp_path / "only"
    only.mkdir()
    (only / "0123").symlink_to(tables.comparison.runs["base"].folder)
    assert runs_behind(only) == {"": only / "0123"}
    assert named_runs(None, only, ()) == {"run": only / "0123"} or list(named_runs(None, only, ())) == [
        "base"
    ]
    assert runs_behind(tmp_path / "nothing") == {}


def sweep(folder: Path, rows: list[dict[str, str]]) -> Path:
    path = folder / "sweeps" / "0123" / "sweep.csv"
    path.parent.mkdir(parents=True)
    for row in rows:
        (folder / row["run"]).mkdir(parents=True)
        (folder / row["run"] / "manifest.json").write_text("{}")
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def row(run: str, **settings: str) -> dict[str, str]:
    paths = {key.replace("__", "."): value for key, value in settings.items()}
    return {"scenario": "small", **paths, "seed": "0", "replications": "20", "held.first": "0.4", "run": run}


def test_a_sweep_is_named_by_what_varies(tmp_path):
    path = sweep(
        tmp_path,
        [
            row(
                "small/a", facts__clear__probability="0.2", facts__other__probability="0.5", end="2026-04-30"
            ),
            row(
                "small/b", facts__clear__probability="0.8", facts__other__probability="0.5", end="2026-04-30"
            ),
            row(
                "small/c", facts__clear__probability="0.8", facts__other__probability="0.9", end="2026-04-30"
            ),
        ],
    )
    found = runs_behind(path)
    assert list(found) == [
        "clear.probability=0.2, other.probability=0.5",
        "clear.probability=0.8, other.probability=0.5",
        "clear.probability=0.8, other.probability=0.9",
    ]
    assert [folder.name for folder in found.values()] == ["a", "b", "c"]
    assert runs_behind(path.parent) == found
    assert next(iter(named_runs(None, path, list(found)[:1]))).endswith(" (2)")
    with pytest.raises(UsageError, match="one label cannot name"):
        named_runs("mine", path, ())


def test_a_short_label_where_one_number_varies(tmp_path):
    path = sweep(tmp_path, [row(f"small/{n}", facts__clear__probability=f"0.{n}") for n in range(1, 4)])
    assert list(runs_behind(path)) == [f"probability=0.{n}" for n in range(1, 4)]


def test_a_sweep_whose_runs_are_gone_names_the_first(tmp_path):
    path = sweep(tmp_path, [row("small/a", x="1"), row("small/b", x="2")])
    (tmp_path / "small" / "b" / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"small/b, which is no run"):
        runs_behind(path)
    path.write_text("scenario,x\nsmall,1\n")
    with pytest.raises(StoreError, match="names no runs"):
        runs_behind(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StoreError, match="cannot be read"):
        runs_behind(path)


def test_too_many_runs_are_not_compared(tmp_path):
    path = sweep(tmp_path, [row(f"small/{n}", x=str(n)) for n in range(61)])
    with pytest.raises(UsageError, match="holds 61 runs, above 60"):
        runs_behind(path)


@pytest.mark.parametrize(
    ("written", "values", "unit"),
    [
        (["30%", "50 %", "90%"], [30, 50, 90], "%"),
        (["0.3", "50%", "0.9"], [30, 50, 90], "%"),
        (["0.3", "0.5", "1"], [0.3, 0.5, 1], ""),
        (["300", "1200"], [300, 1200], ""),
        (["1 day", "30 days"], [1, 30], "days"),
        (["2 weeks", "30 days", "12 hours"], [14, 30, 0.5], "days"),
        (["1 month", "2 months"], [1, 2], "months"),
        (["1 quarter", "1 year"], [91.3125, 365.25], "days"),
        (["30%", "30 days"], None, None),
        (["300", "30 days"], None, None),
        (["mandate", "30"], None, None),
        (["", "30"], None, None),
        (["%", "30"], None, None),
        (["30 men", "40 men"], None, None),
        (["3 per month", "4 per month"], None, None),
    ],
)
def test_values_stand_in_one_unit(written, values, unit):
    found = _numbers(dict(enumerate(written)))
    if values is None:
        assert found is None
    else:
        assert list(found[0].values()) == pytest.approx(values) and found[1] == unit


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        ("%", 30, "30 %"),
        ("", 1200, "1,200"),
        ("days", 1, "1 day"),
        ("days", 1.5, "1.5 days"),
        ("", 0.3, "0.3"),
        ("%", 1, "1 %"),
    ],
)
def test_a_value_is_said_with_its_unit(unit, value, words):
    assert Swept("key", {}, unit, "", {}).said(value) == words


def test_what_is_said_of_each_curve_is_as_read(tables):
    told = [each for each in comparison_exhibits(tables) if each.name.startswith("response")]
    assert_as_read("responses", lines_of_exhibits(told, tables))
