"""A search whose time is up: what it says hangs on what was played alone, and it goes on from there."""

from __future__ import annotations

import pytest

from sim.batch.allowance import Allowance, Timed
from sim.batch.workers import Serial
from sim.errors import TimeUpError
from sim.scenario.loading import resolve_text
from sim.studies.packages.question import PackageQuestion, answered
from sim.studies.packages.racing import Terms

NAMES = [f"f{number}" for number in range(13)]
FACT = "{kind: milestone, probability: 0.5, after: {mean: 9 days}}"
TEXT = "\n".join(
    (
        "scenario: many moves",
        "start: 2026-01-01",
        "end: 2026-12-31",
        "facts:",
        *(f"  {name}: {FACT}" for name in NAMES),
        "contributors:",
        "  a:",
        f"    commits_when: at least 10 of ({', '.join(NAMES)})",
        "    contingents: {u: {role: infantry, troops: 100}}",
        "targets: {t: {troops: 100, by: 2026-12-31}}",
        "levers:",
        *(
            f"  pull_{name}: {{set: {{facts.{name}.probability: 1}}, effort: 1, unit: visits}}"
            for name in NAMES
        ),
    )
)


@pytest.fixture
def question():
    return PackageQuestion(resolve_text(TEXT, "many moves"), "t", Terms(wanted=0.9, most=100))


def a_piece():
    return Timed(Serial(), Allowance(-1))


def cells(folder):
    return sorted(path.name for path in (folder / "cells").iterdir())


@pytest.mark.long
def test_each_call_plays_a_piece_more_and_says_what_there_is(question, tmp_path):
    said = []
    for number in range(1, 5):
        found = answered(question, a_piece(), tmp_path)
        assert found.cut and found.planning.cut and len(cells(tmp_path)) == number
        said.append([(len(entry.package), entry.worlds) for entry in found.planning.entries])
    assert said[:2] == [[(0, 50)], [(0, 100)]]


def test_nothing_is_played_where_no_first_piece_is_allowed(question, tmp_path):
    nothing = Timed(Serial(), Allowance(0, begins=False))
    with pytest.raises(TimeUpError):
        answered(question, nothing, tmp_path)
    cut = answered(question, a_piece(), tmp_path)
    before = cells(tmp_path)
    again = answered(question, nothing, tmp_path)
    assert again.planning.entries == cut.planning.entries and again.cut and cells(tmp_path) == before
