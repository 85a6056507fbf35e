from __future__ import annotations

import pytest

from sim.report.comparison_tables import ComparisonTables
from sim.report.tables import Tables
from sim.studies.comparison import compare
from tests.report import distinct


@pytest.fixture(scope="session")
def own():
    return distinct.worlds()


@pytest.fixture(scope="session")
def other():
    return distinct.worlds(more=1.5, later=8)


@pytest.fixture(scope="session")
def distinct_run(own, tmp_path_factory):
    return distinct.written(tmp_path_factory.mktemp("own") / "distinct" / "run", own)


@pytest.fixture(scope="session")
def tied(distinct_run):
    return Tables(distinct_run)


@pytest.fixture(scope="session")
def tied_comparison(distinct_run, other, tmp_path_factory):
    folder = tmp_path_factory.mktemp("other") / "larger" / "run"
    larger = distinct.written(folder, other, "Larger", "other hand")
    return ComparisonTables(compare({"base": distinct_run, "larger": larger}))
