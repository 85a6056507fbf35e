"""Contributors that nobody can name yet: one row where they are many, in every table and every writer."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text
from rich.console import Console

import sim
from sim.errors import ScenarioError
from sim.report.answers.run import run_parts
from sim.report.blocks import Sheet
from sim.report.figures.registry import run_exhibits
from sim.report.level_listing import level_lines
from sim.report.tables import Tables
from sim.report.writers.terminal import print_sheet
from sim.results.arrivals import flow_in, stage_dates
from sim.results.binding import binding_stack, binding_table, troop_seconds
from sim.results.departures import departures
from sim.results.fact_chances import fact_chances
from sim.results.levels import daily_levels, level_table
from sim.results.selection import Selection
from sim.results.summary import summary_table
from sim.scenario.loading import resolve_text
from sim.scenario.unnamed import ALL_UNNAMED, MOST_APART, summed

TEXT = """
scenario: those to come
start: 2026-01-01
end: 2026-12-31
facts: {{calm: {{kind: switch, initially: true, stays_on: {{mean: 200 days}}}}}}
parties: {{host: {{consent: {{after: {{mean: 30 days}}}}}}}}
contributors:
  a: {{commits_when: calm, contingents: {{u: {{troops: 300, role: infantry}}}}}}
unnamed:
  at_most: {most}
  every: {{mean: 30 days}}
  commits_when: calm
  withdraws_when: not calm for 20 days
  contingents: {{u: {{troops: {{low: 100, mode: 200, high: 400}}, role: infantry}}, v: {{troops: 50, role: medics}}}}
"""


def played(most, folder):
    return sim.run(resolve_text(TEXT.format(most=most), "x.yaml"), 60, out=folder)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    return played(MOST_APART + 2, tmp_path_factory.mktemp("many"))


def test_few_are_told_apart(tmp_path):
    run = played(MOST_APART, tmp_path)
    names = {f"unnamed_{number}" for number in range(1, MOST_APART + 1)}
    assert summed(run.scenario.contributors) == {}
    assert set(Tables(run).flow_in["contributor"]) == {"a", *names}


def test_the_row_of_many_is_their_sum(many):
    names = [name for name in many.scenario.contributors if name != "a"]
    assert set(summed(many.scenario.contributors).values()) == {ALL_UNNAMED} and len(names) > MOST_APART
    apart, together = (level_table(many, "contributor", 30, sums=sums) for sums in (False, True))
    mean = apart[apart["contributor"] != "a"].groupby("date")["mean"].sum()
    whole = together[together["contributor"] == ALL_UNNAMED].set_index("date")["mean"]
    assert np.allclose(whole, mean.loc[whole.index])
    seconds, in_sum = (troop_seconds(many, "contributor", Selection(), sums) for sums in (False, True))
    assert {cause for who, cause in in_sum if who == ALL_UNNAMED} >= {"consent(host, unnamed)", "deployed"}
    for (who, cause), total in in_sum.items():
        parts = [
            value
            for (one, why), value in seconds.items()
            if (ALL_UNNAMED if one in names else one) == who
            and (why if one == "a" else why.replace(one, ALL_UNNAMED)) == cause
        ]
        assert (total == sum(parts)).all()
    levels = sum(daily_levels(many, Selection(contributor=name)).on(many.scenario.end) for name in names)
    (row,) = [row for row in flow_in(many, sums=True).itertuples() if row.contributor == ALL_UNNAMED]
    assert row.chance >= (levels > 0).mean()
    assert row.first_median == min(
        row.first_median,
        *(each.first_median for each in flow_in(many).itertuples() if each.contributor in names),
    )
    assert set(stage_dates(many, sums=True)["contributor"]) == {"a", ALL_UNNAMED}
    ((chance, most),) = [
        (row.chance, departures(many)["chance"].max())
        for row in departures(many, sums=True).itertuples()
        if row.contributor == ALL_UNNAMED
    ]
    assert chance >= most > 0
    assert sorted(set(binding_stack(many, sums=True)["cause"])) == sorted(
        set(binding_table(many, sums=True)["cause"])
    )


def test_every_printed_table_has_one_row_for_all_of_them(many):
    tables = Tables(many)
    sheets = [block for part in run_parts(tables) for block in part.blocks if isinstance(block, Sheet)]
    shown = "\n".join(cell for sheet in sheets for row in sheet.texts for cell in row)
    assert "Unnamed contributors" in shown and "Unnamed 1" not in shown
    for title in ("Who arrives, and when", "Who leaves"):
        (part,) = [part for part in run_parts(tables) if part.title == title]
        names = [row[0] for block in part.blocks if isinstance(block, Sheet) for row in block.texts]
        assert names.count("Unnamed contributors") == 1, title
    written = io.StringIO()
    for sheet in sheets:
        print_sheet(Console(file=written, width=100), sheet)
    assert "Unnamed contributors" in written.getvalue() and "unnamed_" not in written.getvalue()
    lines = "\n".join(level_lines(many, level_table(many, "contributor", 60, sums=True), "contributor"))
    assert "Unnamed contributors" in lines and "Unnamed 1" not in lines


def test_figures_name_them_once(many):
    tables = Tables(many)
    drawn = {exhibit.name: exhibit for exhibit in run_exhibits(tables)}
    for name in ("arrivals", "gantt", "facts", "waiting"):
        words = "\n".join(each.get_text() for each in drawn[name].draw(tables).findobj(Text))
        assert "nnamed contributors" in words, name
        assert not re.search(r"[Uu]nnamed[ _]\d", words), name


def test_consents_to_them_are_one_share(many):
    apart, together = fact_chances(many), fact_chances(many, sums=True)
    own = [column for column in apart if str(column).startswith("consent(host, unnamed_")]
    assert len(own) == MOST_APART + 2
    assert np.allclose(together["consent(host, unnamed)"], apart[own].mean(axis=1))


def test_files_of_values_have_a_row_each(many):
    names = [name for name in many.scenario.contributors if name != "a"]
    items = set(summary_table(many)["item"].astype(str))
    assert items >= set(names)
    assert set(many.flow_in()["contributor"]) == {"a", *names}
    assert set(many.departures()["contributor"]) <= {"a", *names}
    assert Path(many.folder).exists()


def test_nobody_is_called_as_all_of_them_are():
    with pytest.raises(ScenarioError, match="'unnamed' is what tables call those that nobody can name yet"):
        resolve_text(TEXT.format(most=2).replace("  a: {", "  unnamed: {"), "x.yaml")
