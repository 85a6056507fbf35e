from __future__ import annotations

import io

import pandas as pd
import pytest
from rich.console import Console

from sim.report.findings import cause_words
from sim.report.printing import print_run
from sim.words.dates import short_day
from sim.words.names import capitalised
from sim.words.numbers import chance, whole
from tests.report.synthetic import SyntheticTables, scenario_of, tables_of_scenario


def printed(tables: SyntheticTables, width: int = 80, **options: object) -> str:
    stream = io.StringIO()
    print_run(tables, Console(file=stream, width=width, **options))  # type: ignore[arg-type]
    return stream.getvalue()


def words_of(text: str) -> str:
    """The text with every run of blanks as one: what it says, however its lines are broken."""
    return " ".join(text.split())


CASES = {
    "usual": lambda: tables_of_scenario(scenario_of(8), 1000),
    "no targets": lambda: tables_of_scenario(scenario_of(3, targets=False, requirements=False, as_of=None)),
    "nobody ever arrives": lambda: tables_of_scenario(scenario_of(3), arriving=0.0),
    "one replication": lambda: tables_of_scenario(scenario_of(3), replications=1),
    "very long names": lambda: tables_of_scenario(scenario_of(3, prefix="the_united_provinces_of_" * 5)),
    "no contributors": lambda: tables_of_scenario(scenario_of(0)),
}


@pytest.mark.long
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_and_is_plain_when_piped(case: str, width: int) -> None:
    text = printed(CASES[case](), width)
    assert max(map(len, text.splitlines())) <= width
    assert "\x1b" not in text
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert not set(text) & set("│─┃━╭╮╰╯┏┓┗┛")
    assert "nan" not in text.lower().replace("nance", "")
    assert "NaT" not in text


@pytest.mark.long
def test_it_answers_the_planner() -> None:
    tables = tables_of_scenario(scenario_of(8), 1000)
    said = words_of(printed(tables, 120))
    for row in tables.targets.itertuples(index=False):
        assert chance(row.held_on, row.held_low, row.held_high, 1000) in said
        assert chance(row.reached_by, row.reached_low, row.reached_high, 1000) in said
        assert whole(row.median) in said
        assert short_day(row.by) in said
    for row in tables.flow_in.itertuples(index=False):
        name = tables.contributor_name(row.contributor)
        assert (
            f"{name} {whole(row.pledged)} {chance(row.chance, row.chance_low, row.chance_high, 1000)}" in said
        )
    lost = tables.binding[tables.binding["cause"] != "deployed"].nlargest(10, "troop_days")
    for row in lost.itertuples(index=False):
        assert whole(row.troop_days) in said
    assert "3 other causes" in said
    own = tables.binding_by_contributor.query("cause != 'deployed'")
    for row in own.loc[own.groupby("contributor")["troop_days"].idxmax()].itertuples(index=False):
        cause = cause_words(tables, row.cause)
        name = tables.contributor_name(row.contributor)
        assert f"{name} {capitalised(cause)[:30]}" in said
        assert whole(row.troop_days) in said
    assert tables.coverage is not None
    for row in tables.coverage.lines.itertuples(index=False):
        assert f"{row.line}{', critical' if row.critical else ''} {whole(row.troops)}" in said


def test_what_holds_back_is_told_of_the_headline_force_and_in_a_line_of_each_other() -> None:
    tables = tables_of_scenario(scenario_of(3), 1000)
    said = words_of(printed(tables, 120))
    assert "Mean troop-days from start to end (military) by what they are lost to." in said
    assert "Police:" not in said
    tables.__dict__["other_bindings"] = {
        "police": pd.DataFrame({"cause": ["deployed", "trainers"], "share": [0.25, 0.75]}),
        "nobody": pd.DataFrame({"cause": [], "share": []}),
    }
    said = words_of(printed(tables, 120))
    assert (
        "Police: 25 % of the pledged troop-days are served; the largest single loss is to waiting for trainers "
        "(75 %)." in said
    )
    assert "Nobody: " not in said.replace("Nobody there", "")


def test_no_target_shows_the_quarters_of_the_way() -> None:
    tables = tables_of_scenario(scenario_of(3, days=400, targets=False))
    said = printed(tables)
    for date in ("25 Feb 2026", "5 Jun 2026", "13 Sep 2026", "22 Dec 2026"):
        assert date in said
    assert "Probability of each target" not in said


def test_nobody_arriving_is_said_plainly() -> None:
    said = words_of(printed(tables_of_scenario(scenario_of(3), 1000, arriving=0.0), 120))
    assert "by 31 December 2027: none of 1,000 (under 0.4 %)." in said
    assert "none of 1,000 (under 0.4 %) – –" in said


def test_failed_replications_are_mentioned() -> None:
    tables = tables_of_scenario(scenario_of(2))
    tables.run.manifest["failed"] = [3, 5]  # type: ignore[index]
    assert "2 replications failed" in printed(tables)


def test_names_cannot_steer_the_terminal() -> None:
    scenario = scenario_of(2, title="red \x1b[31m [bold]alert[/bold]")
    said = printed(tables_of_scenario(scenario), force_terminal=True, color_system=None)
    assert "\x1b[31m" not in said
    assert "[bold]alert[/bold]" in said


def test_an_ascii_console_gets_plain_characters() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    print_run(tables_of_scenario(scenario_of(3)), Console(file=stream, width=80))
    stream.flush()
    assert b"90 % of worlds" in raw.getvalue()


@pytest.mark.parametrize("width", [80, 112, 120, 160])
def test_no_heading_is_parted_within_a_word(width: int) -> None:
    from sim.report.blocks import Column, Sheet, bracketed, joined
    from sim.report.writers.terminal import print_sheet

    columns = (
        Column("Contributor", folds=True),
        Column("Pledged", True),
        Column("Arrives at all"),
        Column("Troops", True),
        Column("90 %", True, wide=True),
        Column("First arrival"),
        Column("90 %", wide=True),
        Column("All there"),
    )
    rows = tuple(
        (
            name,
            "1,000",
            bracketed("all of 300 (over 98.7 %)"),
            "1,000",
            "950–1,000",
            joined("13 Apr 2027"),
            f"{joined('25 Mar 2026')} to {joined('18 Jan 2027')}",
            joined("14 Apr 2027"),
        )
        for name in ("Country A", "Czechoslovakia")
    )
    stream = io.StringIO()
    print_sheet(Console(file=stream, width=width), Sheet("", columns, rows))
    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("Contributor ") and any(line.startswith("Czechoslovakia ") for line in lines)
    assert ("25 Mar 2026 to 18 Jan 2027" in stream.getvalue()) == (width >= 120)


def test_a_package_of_several_moves_keeps_its_words_whole() -> None:
    from sim.report.blocks import Column, Sheet, bracketed
    from sim.report.writers.terminal import print_sheet

    columns = (
        Column("Package", folds=True),
        Column("Effort (negotiator months)", True),
        Column("Chance"),
        Column("Worlds", True),
        Column("Verdict"),
        Column("Cost (USD)", True),
    )
    row = ("Israel admits Indonesia + Demilitarisation clarified", bracketed("4.3 (10–90 %: 3.3–5.5)"))
    rows = ((*row, bracketed("28 % (22–35)"), "200", "misses", "82,791,502"),)
    stream = io.StringIO()
    print_sheet(Console(file=stream, width=80), Sheet("", columns, rows))
    said = stream.getvalue().split()
    assert {"Demilitarisation", "Indonesia", "Effort", "82,791,502"} <= set(said)


def test_a_long_name_is_broken_where_names_may_be() -> None:
    from sim.report.blocks import Column, Sheet
    from sim.report.writers.terminal import _granted, print_sheet

    columns = (Column("Key", folds=True), Column("Baseline", folds=True), Column("Here", folds=True))
    rows = (("contributors.southland.contingents.brigade", "exit: 0 days, withdraws_when: never", "–"),)
    stream = io.StringIO()
    print_sheet(Console(file=stream, width=60), Sheet("", columns, rows))
    firsts = [line.split()[0] for line in stream.getvalue().splitlines()[1:3]]
    assert firsts == ["contributors.southland.", "contingents.brigade"]
    assert _granted(60, {0: 100, 1: 5, 2: 20}) == {1: 5, 2: 20, 0: 35}
    assert _granted(30, {0: 100, 1: 50, 2: 4}) == {2: 4, 1: 13, 0: 13}


def test_a_label_keeps_its_case() -> None:
    from sim.report.blocks import Listing, Point
    from sim.report.writers.terminal import print_block

    stream = io.StringIO()
    print_block(Console(file=stream, width=80), Listing((Point("text", "probability=0.5"),)))
    assert stream.getvalue() == "– probability=0.5: text\n"


def test_a_long_word_stays_whole_where_brackets_may_give_way() -> None:
    from sim.report.blocks import Column, Sheet, bracketed, joined
    from sim.report.writers.terminal import print_sheet

    columns = (
        Column("Requirement", folds=True),
        Column("Troops", True),
        Column("Due"),
        Column("Share met", True),
        Column("Met when due"),
        Column("Missing then", True),
    )
    short, long = bracketed("53 % (50–56)"), bracketed("none of 250 (under 1.6 %)")
    row = (
        "Oversee demilitarisation, critical",
        "2,000",
        joined("31 Dec 2026"),
        short,
        long,
        bracketed("20 (0–30)"),
    )
    stream = io.StringIO()
    print_sheet(Console(file=stream, width=78), Sheet("", columns, (row,)))
    assert any(line.startswith("demilitarisation,") for line in stream.getvalue().splitlines())
