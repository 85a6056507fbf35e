"""The pages say what is there: links lead somewhere, files and columns exist, measures are described."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "scenarios/README.md", "sim/README.md", "outputs/README.md", "tests/README.md")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_MODULE = re.compile(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|lark))`")
_FOLDER = re.compile(r"`((?:sim|tests|report|scenarios)/[a-z_/]*)`")


def text_of(page):
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page):
    for target in _LINK.findall(text_of(page)):
        if "://" not in target:
            assert ((ROOT / page).parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES)
def test_modules_that_are_named_exist(page):
    for name in _MODULE.findall(text_of(page)):
        assert any((ROOT / base / name).exists() for base in ("", "sim", "tests")), name
    for name in _FOLDER.findall(text_of(page)):
        assert any((ROOT / base / name).is_dir() for base in ("", "sim", "tests")), name


def test_every_room_is_in_the_map():
    page = text_of("sim/README.md")
    rooms = {folder.name for folder in (ROOT / "sim").iterdir() if (folder / "__init__.py").exists()}
    named = set(re.findall(r"^\| `(\w+)` \|", page, re.M))
    assert rooms <= named


def test_every_column_of_the_logs_is_described():
    from sim.vocabulary import LOG_COLUMNS

    page = text_of("outputs/README.md")
    for log, columns in LOG_COLUMNS.items():
        rows = [line for line in page.splitlines() if line.startswith(("| all", f"| `{log}`"))]
        for name, *_ in columns:
            assert any(f"`{name}`" in row for row in rows), (log, name)


def test_every_measure_of_a_summary_is_described(tmp_path):
    from sim import run
    from sim.results.run import open_run
    from sim.results.summary import summary_table

    folder = run(ROOT / "tests" / "scenario" / "complete.yaml", replications=20, out=tmp_path).folder
    page = text_of("outputs/README.md").replace("`level_q05` … `level_q95`", "`level_median`")
    page = page.replace("`cost_q05` … `cost_q95`", "`cost_median`")
    measures = set(summary_table(open_run(folder))["measure"])
    assert len(measures) > 30
    for measure in measures:
        named = {f"`{measure}`", f"`{re.sub('q[0-9]{2}', 'median', measure)}`"}
        assert any(name in page for name in named), measure


def test_every_test_script_that_is_named_runs_by_that_name():
    for name in re.findall(r"`python -m (tests\.[a-z_.]+)`", text_of("tests/README.md")):
        place = ROOT / name.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), name
