"""How far assumptions move: as `plausible:` says, numbers in rules and readings included."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.scenario.loading import resolve_text
from sim.scenario.plausible import numbers_in, with_number
from sim.studies.assumptions import moves_of

TEXT = """scenario: p
start: 2026-01-01
end: 2026-12-31
sources: {s: {title: t, publisher: p, date: 2025-12-01}}
facts:
  ceasefire: {kind: switch, initially: true, stays_on: {mean: 60 days}, stays_off: {mean: 9 days}, source: s}
definitions: {stopped: {one_of: {"ceasefire for 30 days": 2, "ceasefire for 60 days": 1, "ceasefire for 90 days": 1}}}
contributors:
  a:
    commits_when: stopped and deployed(b) >= 500 or after 2026-09-01
    contingents: {u: {troops: 100, role: r, delivers: {value: 0.8, odds: good}}}
  b: {commits_when: ceasefire for 30 days, contingents: {u: {troops: {one_of: [400, 600]}, role: r}}}
uncertain: {good: 1}
"""


def moves(plausible=""):
    resolved = resolve_text(TEXT + plausible, "p.yaml")
    return {move.path: move for move in moves_of(resolved)}


def test_numbers_in_rules_move_by_half_and_readings_to_the_first_and_the_last():
    found = moves()
    limit = found["contributors.a.commits_when.500"]
    assert (limit.low, limit.high) == ("250", "750")
    assert limit.settings("low") == {
        "contributors.a.commits_when": "stopped and deployed(b) >= 250 or after 2026-09-01"
    }
    window = found["contributors.b.commits_when.30 days"]
    assert window.settings("high") == {"contributors.b.commits_when": "ceasefire for 45 days"}
    readings = found["definitions.stopped"]
    assert (readings.low, readings.high) == ('"ceasefire for 30 days"', '"ceasefire for 90 days"')
    assert "contributors.a.commits_when.2026-09-01" not in found
    assert found["contributors.b.contingents.u.troops"].low == "400"
    assert found["contributors.a.contingents.u.delivers"].low == "{value: 0.4, odds: good}"
    assert "facts.ceasefire.stays_on" not in found, "it has a source"


def test_what_is_plausible_is_said_of_any_path():
    found = moves(
        "plausible:\n"
        "  contributors.a.commits_when.2026-09-01: {low: 2026-07-01, high: 2026-12-01}\n"
        "  contributors.a.commits_when.500: certain\n"
        "  facts.ceasefire.stays_on: {low: {mean: 30 days}, high: {mean: 90 days}}\n"
        "  contributors.b.commits_when: {low: always, high: ceasefire for 90 days}\n"
    )
    date = found["contributors.a.commits_when.2026-09-01"]
    assert date.settings("low") == {
        "contributors.a.commits_when": "stopped and deployed(b) >= 500 or after 2026-07-01"
    }
    assert "contributors.a.commits_when.500" not in found
    assert found["facts.ceasefire.stays_on"].settings("high") == {
        "facts.ceasefire.stays_on": "{mean: 90 days}"
    }
    assert found["contributors.b.commits_when"].settings("low") == {"contributors.b.commits_when": "always"}


@pytest.mark.parametrize(
    ("plausible", "said"),
    [
        (
            "plausible: {contributors.a.commits_when.400: certain}\n",
            "contributors.a.commits_when.400: there is no value or number of a rule",
        ),
        (
            "plausible: {contributors.a.contingents.u.troops: {low: 50-60, high: 90}}\n",
            "cannot stand at contributors.a.contingents.u.troops: '50-60' is not a number; for a range write",
        ),
        (
            "plausible: {contributors.b.commits_when: {low: ceasefir fo, high: always}}\n",
            "cannot stand at contributors.b.commits_when",
        ),
        ("plausible: {contributors.a.contingents.u.troops: known}\n", "certain"),
    ],
)
def test_a_range_that_cannot_be_is_a_fault(plausible, said):
    with pytest.raises(ScenarioError) as error:
        resolve_text(TEXT + plausible, "p.yaml")
    assert said in str(error.value)


def test_numbers_of_a_rule():
    rule = (
        "a for 30 days and b >= 3 and casualties in last 2.5 weeks >= 30 and x >= 50% and before 2026-06-30"
    )
    assert numbers_in(rule) == ("30 days", "3", "2.5 weeks", "30", "50%", "2026-06-30")
    assert with_number(rule, "3", "4").count("4") == 1
    assert "for 30 days" in with_number(rule, "30", "31")


CROWD = "scenario: p\nstart: 2026-01-01\nend: 2026-12-31\ncontributors:\n" + "".join(
    f"  c{number}: {{contingents: {{u: {{troops: 100, role: r}}}}}}\n" for number in range(60)
)


def test_many_ranges_are_tried_together(monkeypatch):
    from sim.scenario import validation
    from sim.scenario.checks import plausibility

    tried = []
    monkeypatch.setattr(
        plausibility, "validate", lambda root: tried.append(root) or validation.validate(root)
    )
    ranges = "".join(
        f"  contributors.c{number}.contingents.u.troops: {{low: 1, high: 200}}\n" for number in range(60)
    )
    resolve_text(f"{CROWD}plausible:\n{ranges}", "p.yaml")
    assert len(tried) == 2, "all lows at once, all highs at once"
    with pytest.raises(ScenarioError) as wrong:
        resolve_text(f"{CROWD}plausible:\n{ranges}".replace("low: 1,", "low: -1,", 3), "p.yaml")
    assert str(wrong.value).count("cannot stand at") == 3
    assert len(tried) <= 2 + 2 + 2 * 3


def test_another_fault_of_the_file_is_not_told_of_a_range():
    with pytest.raises(ScenarioError) as wrong:
        resolve_text(
            f"{CROWD}plausible: {{contributors.c0.contingents.u.troops: {{low: 1, high: 2}}}}\nnonsense: 3\n",
            "p.yaml",
        )
    assert "nonsense" in str(wrong.value) and "cannot stand" not in str(wrong.value)


def test_the_ledger_names_every_number_of_a_rule_by_the_path_that_plausible_takes():
    from sim.report.telling.assumptions import ledger_lines
    from sim.scenario.ledger import ledger
    from sim.scenario.loading import resolve_text

    text = """scenario: numbers in rules
start: 2026-01-01
end: 2026-12-31
facts: {calm: {kind: switch, initially: true, stays_on: {mean: 100 days}}}
definitions: {quiet: {one_of: [calm for 5 days, calm for 9 days]}}
contributors:
  a: {commits_when: calm for 30 days and deployed(b) >= 500 and after 2026-02-01, contingents: {u: {troops: 9, role: i}}}
  b: {commits_when: quiet, contingents: {u: {troops: 900, role: i}}}
plausible:
  contributors.a.commits_when.30 days: {low: 14 days, high: 90 days}
  contributors.a.commits_when.500: certain
"""
    resolved = resolve_text(text, "rules.yaml")
    lines = list(ledger_lines(ledger(resolved.tree), resolved.scenario))
    first = next(place for place, line in enumerate(lines) if line.startswith("Limits, lengths of time"))
    assert [line.split(":", 2)[2].strip() for line in lines[first + 1 : -1]] == [
        "contributors.a.commits_when.30 days: 14 days to 90 days",
        "contributors.a.commits_when.500: certain",
        "contributors.a.commits_when.2026-02-01",
    ]
