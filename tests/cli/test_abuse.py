"""Scenarios and names that mean harm: served, or refused with a limit that has a name."""

from __future__ import annotations

import ast
import time
from pathlib import Path

import pytest

from sim.batch.naming import run_folder
from sim.cli.main import main
from tests.benchmarks.mutated_scenarios import fault_of, mutated, outcome, sources

ROOT = Path(__file__).parents[2]
HEAD = "scenario: Abuse\nstart: 2026-01-01\nend: 2026-12-31\n"
SWITCH = "facts: {a: {kind: switch, initially: true, stays_on: {mean: 20 days}, stays_off: {mean: 5 days}}}\n"
THEATRE = "theatre: {lift: {air: {slots: 5, load: 50, trip: 2 days}}}\n"
UNIT = "{contingents: {unit: {troops: 100, role: infantry, lift: air, prepares_for: {mean: 20 days}}}}"


@pytest.fixture
def isf(capfd, monkeypatch, tmp_path):
    """`isf run` on a text in this process, without tables and figures."""
    monkeypatch.setattr("sim.report.keeping.write_run_outputs", lambda *given: None)

    def run(text, *options):
        path = tmp_path / "abuse.yaml"
        path.write_text(text)
        with pytest.raises(SystemExit) as ended:
            main(["run", str(path), "-n", "1", "--jobs", "1", "-q", "--out", str(tmp_path / "out"), *options])
        return ended.value.code or 0, capfd.readouterr().err

    return run


def with_rule(rule):
    return f"{HEAD}{SWITCH}contributors: {{c: {{commits_when: {rule}, contingents: {{u: {{troops: 9, role: r}}}}}}}}\n"


@pytest.mark.long
def test_hundreds_of_contributors_are_served(isf):
    contributors = "".join(f"  c{number}: {UNIT}\n" for number in range(400))
    assert isf(f"{HEAD}contributors:\n{contributors}{THEATRE}") == (0, "")


@pytest.mark.parametrize("rule", ["not " * 1_000 + "a", "(" * 1_000 + "a" + ")" * 1_000])
def test_a_rule_a_thousand_deep_is_refused_by_its_limit(isf, rule):
    code, err = isf(with_rule(rule))
    assert code == 2
    assert "nested more than 100 levels deep, which is the limit" in err


def test_definitions_a_thousand_deep_and_exploding_ones_are_refused_by_their_limits(isf):
    chain = "".join(f"  d{number}: not d{number + 1}\n" for number in range(1_000))
    code, err = isf(with_rule("d0") + f"definitions:\n{chain}  d1000: a\n")
    assert code == 2 and "the limits are" in err
    bomb = "".join(f"  d{number}: d{number + 1} and d{number + 1} for 1 day\n" for number in range(40))
    code, err = isf(with_rule("d0") + f"definitions:\n{bomb}  d40: a\n")
    assert code == 2 and "the limits are" in err


def test_a_rule_of_a_thousand_parts_is_served(isf):
    assert isf(with_rule(" and ".join(f"a for {days} days" for days in range(1, 1_001)))) == (0, "")


def test_a_chain_of_contributors_that_wait_for_each_other_is_played(isf):
    rules = ["always", *(f"deployed(c{number}) > 0" for number in range(249))]
    contributors = "".join(
        f"  c{number}: {{commits_when: {rule}, contingents: {{u: {{troops: 1, role: r}}}}}}\n"
        for number, rule in enumerate(rules)
    )
    assert isf(f"{HEAD}contributors:\n{contributors}") == (0, "")


def test_a_large_rule_with_repeated_facts_is_booked_in_a_moment(isf):
    facts = "".join(
        f"  f{number}: {{kind: switch, initially: true, stays_on: {{mean: 20 days}}, stays_off: {{mean: 5 days}}}}\n"
        for number in range(40)
    )
    clauses = " and ".join(
        f"(f{3 * n % 40} or f{(3 * n + 1) % 40} or not f{(7 * n + 2) % 40})" for n in range(60)
    )
    began = time.process_time()
    unit = "contingents: {u: {troops: 9, role: r}}"
    assert isf(f"{HEAD}facts:\n{facts}contributors: {{c: {{commits_when: '{clauses}', {unit}}}}}\n") == (
        0,
        "",
    )
    assert time.process_time() - began < 20


def test_a_rule_of_170_counts_of_what_happens_often_is_booked_in_a_moment(isf):
    counts = " and ".join(f"e in last {days} days <= {2 * days}" for days in range(1, 171))
    facts = "facts: {e: {kind: events, rate: 2 per day}}\n"
    unit = "contingents: {u: {troops: 9, role: r}}"
    began = time.process_time()
    assert isf(f"{HEAD}{facts}contributors: {{c: {{commits_when: '{counts}', {unit}}}}}\n") == (0, "")
    assert time.process_time() - began < 20


@pytest.mark.long
@pytest.mark.parametrize("troops", ["-0.0", "{low: 0, mode: 0, high: 1}"])
def test_pledges_of_nobody_have_a_run_with_figures(tmp_path, troops):
    path = tmp_path / "nobody.yaml"
    path.write_text(f"{HEAD}contributors: {{c: {{contingents: {{u: {{troops: {troops}, role: r}}}}}}}}\n")
    with pytest.raises(SystemExit) as ended:
        main(
            [
                *("run", str(path), "-n", "2", "--jobs", "1", "-q"),
                *("--figures", "page", "--out", str(tmp_path / "out")),
            ]
        )
    assert not ended.value.code


def test_fifty_years_are_served(isf):
    tours = "tour: {every: 30 days, relief_probability: 0.9, gap: 10 days}"
    unit = UNIT.replace("lift: air", f"lift: air, {tours}")
    years = HEAD.replace("2026-12-31", "2075-12-31")
    assert isf(f"{years}{SWITCH}contributors: {{c: {unit}}}\n{THEATRE}") == (0, "")


@pytest.mark.parametrize(
    "name", ["../../x", "..", "/etc/passwd", "a/b", "a\\b", "\0", "", ".", "~", "x" * 500, "-rf"]
)
def test_no_name_leaves_the_output_folder(tmp_path, name):
    folder = run_folder(tmp_path, name, "0" * 64, 0)
    assert folder.parent.parent == tmp_path
    assert folder.resolve().is_relative_to(tmp_path.resolve())
    folder.mkdir(parents=True)


def test_names_inside_a_scenario_reach_no_path(isf, tmp_path):
    titled = HEAD.replace("Abuse", "../../../escaped")
    assert isf(f"{titled}contributors: {{c: {UNIT}}}\n{THEATRE}") == (0, "")
    assert {path.parent.name for path in tmp_path.glob("out/*/*")} == {"abuse"}
    assert not list(tmp_path.parent.glob("escaped*"))
    assert isf(f"{HEAD}contributors: {{../x: {UNIT}}}\n{THEATRE}")[0] == 2


@pytest.mark.long
def test_no_pickle_is_read_and_nothing_is_executed_by_our_code():
    for path in (ROOT / "sim").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                named = {alias.name for alias in node.names} | {getattr(node, "module", None)}
                assert not named & {"pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec"}, path


@pytest.mark.long
def test_no_mutated_file_ends_badly(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.report.keeping.write_run_outputs", lambda *given: None)
    texts = sources()
    for number in range(10):
        path = tmp_path / f"mutant-{number}.yaml"
        path.write_bytes(mutated(number, 1, texts))
        assert not fault_of(*outcome(path, tmp_path / "out"), path), number


@pytest.mark.long
def test_no_mutated_file_of_another_kind_ends_badly():
    from tests.benchmarks.mutated_inputs import KINDS, search

    ends, findings = search(1, 5, tell=lambda line: None, slow=60.0)
    assert findings == []
    assert sum(ends.values()) == len(KINDS)
