"""Bad values: each has a place, the item, what is wrong and the remedy, in a planner's words."""

from __future__ import annotations

import re

import pytest

from sim.scenario.distributions import OneOf, read_drawn
from sim.scenario.values import read_troops

from .samples import COMPLETE, SMALL, faults_of, placed, resolved

_JARGON = re.compile(
    r"input|pydantic|valid |type=|https?:|\bloc\b|None\b|NoneType|str\b|dict|tuple|Traceback|Error"
)


def test_the_samples_are_right(tmp_path):
    assert (
        resolved(tmp_path, SMALL).scenario.contributors["indonesia"].contingents["infantry"].role
        == "infantry"
    )
    assert len(resolved(tmp_path, COMPLETE).scenario.facts) == 5


def changed(old: str, new: str) -> str:
    assert old in COMPLETE, old
    return COMPLETE.replace(old, new, 1)


BAD = [
    ("start: 2025-11-17", "start: 2025-02-30", "'2025-02-30' is not a day of the calendar"),
    ("start: 2025-11-17", "start: 2025", "write YYYY-MM-DD"),
    ("start: 2025-11-17", "start: 2025-11-17T00:00:00", "write YYYY-MM-DD"),
    ("start: 2025-11-17", "start: 1066-10-14", "not between the years 1900 and 2200"),
    ("start: 2025-11-17\n", "", "start: is missing; add `start: ` with a date"),
    ("scenario: Every construct once\n", "", "scenario: is missing; add `scenario: ` with a title"),
    ("scenario: Every construct once", "scenario: ''", "is empty; write a text"),
    ("scenario: Every construct once", "scenario: 2803", "'2803' is not text; put it in quotation marks"),
    ("targets:", "tragets:", "unknown key 'tragets'; did you mean targets?"),
    ("kind: switch", "kind: swich", "'swich' is no kind of fact; did you mean switch?"),
    ("    kind: events\n", "", "the kind of fact is missing; add `kind:`"),
    ("initially: true", "initially: yes", "'yes' is neither true nor false; write true or false"),
    ("initially: true", "initially: on", "'on' is neither true nor false; write true or false"),
    ("initially: true", "initially: 1", "'1' is neither true nor false; write true or false"),
    ("rate: 25 per 40 days", "rate: 25 per 40 dayz", "'25 per 40 dayz' is not a rate; write for example"),
    ("rate: 25 per 40 days", "rate: 25 per 0 days", "is not a rate"),
    ("rate: 25 per 40 days", "rate: 25", "'25' is not a rate"),
    ("rate: 25 per 40 days", "rate: 1000000 per hour", "more than 10,000 a day"),
    ("duration: 300 days", "duration: 300", "'300' is not a duration"),
    ("duration: 300 days", "duration: -3 days", "'-3 days' is not a duration"),
    ("duration: 300 days", "duration: 300000 years", "longer than 1,000 years"),
    ("probability: 0.9,", "probability: 1.3,", "must be between 0 and 1, not 1.3"),
    ("probability: 0.9,", "probability: 130%,", "must be between 0 and 1, not 1.3"),
    (
        "probability: 0.9,",
        "probability: {mean: 0.3},",
        "a probability or share has an upper bound of 1, and {mean} alone is an",
    ),
    (
        "probability: 0.9,",
        "probability: {value: 0.9, times: 2},",
        "times: names an uncertain quantity, not 2",
    ),
    ("{median: 14 days, p90: 45 days}", "{median: 45 days, p90: 14 days}", "p90 is below the median"),
    ("{median: 14 days, p90: 45 days}", "{median: 14 days}", "a distribution cannot be read from {median}"),
    ("{median: 14 days, p90: 45 days}", "{median: 14 days, mode: 45 days}", "from {median, mode}"),
    (
        "{median: 14 days, p90: 45 days}",
        "[14 days]",
        "a list is no number; for one of several values write {one_of: [14 days]}",
    ),
    ("{low: 0.1, mode: 0.3, high: 0.6}", "{low: 0.4, mode: 0.3, high: 0.6}", "must ascend"),
    ("{one_of: {30 days: 1, 60 days: 2}}", "{one_of: {30 days: 0}}", "must be a number above 0"),
    ("{one_of: {30 days: 1, 60 days: 2}}", "{one_of: {}}", "at least one `value: weight`"),
    ("{mean: 3 weeks}", "{mean: 0 days}", "must be above 0"),
    ("troops: 2000", "troops: -5", "a number of troops must be between 0 and 10,000,000, not -5"),
    ("troops: 2000", "troops: '2,000'", "'2,000' is not a number; write thousands without a separator: 2000"),
    ("troops: 2000", "troops: 2_000", "write thousands without a separator: 2000"),
    ("troops: 2000", "troops: many", "'many' is not a number"),
    ("troops: 2000", "troops: 1e999", "'1e999' is not a number"),
    ("troops: 2000, ", "", "troops: is missing; add `troops: …`"),
    ("troops: 2000", "troop: 2000", "unknown key 'troop'; did you mean troops?"),
    ("troops: 2000", "troop: null", "unknown key 'troop'; did you mean troops?"),
    ("troops: 2000", "troops: 2000, many", "a comma inside {…} ends a value, so this was read as a key"),
    ("troops: 2000", "troops: {mean: 5}", "a number of troops has an upper bound of 10,000,000, and"),
    ("trained_by: police_trainers", "trained_by: 5", "'5' is not text"),
    ("slots: 1", "slots: 0", "must be at least 1"),
    ("slots: 1", "slots: 1.5", "'1.5' is not a whole number; round it"),
    ("slots: 1", "slots: two", "'two' is not a number; write it in digits: 2"),
    ("steps: 10", "steps: true", "'true' is not a number; write a whole number"),
    ("past: {2025-11-17: 23", "past: {2025-11-31: 23", "the key: '2025-11-31' is not a day of the calendar"),
    ("past: {2025-11-17: 23", "past: {2025-11-17: -1", "must be at least 0"),
    (
        "consents: {israel: not_needed}",
        "consents: {israel: no}",
        "'no' is not known here; write not_needed, or a block",
    ),
    ("consents: {israel: not_needed}", "consents: {israel: {probabilty: 1}}", "did you mean probability?"),
    ("will_not: [patrol, disarm]", "will_not: patrol", "'patrol' is not a list; write [first, second]"),
    ("always: [deployed <= 100000]", "always: deployed", "'deployed' is not a list"),
    ("reception: 250 per day", "reception: 250", "'250' is not a daily rate above 0"),
    ("reception: 250 per day", "reception: 0 per day", "'0 per day' is not a daily rate above 0"),
    ("rate: 1 per 1000 per year", "rate: 1 per year", "'1 per year' is not a rate per soldier"),
    ("rate: 1 per 1000 per year", "rate: 1 per 0 per year", "is not a rate per soldier"),
    (
        "returns: {after: 180 days}",
        "returns: 180 days",
        "'180 days' is not a block; write returns: {after: 180 days}",
    ),
    ("requirements:\n  - {task", "requirements:\n  {task", "a mapping is not a list"),
    ("source: memo\n", "source: [memo]\n", "is not a source; name one of `sources:`"),
    ("source: memo\n", "source: {troops: [memo]}\n", "is not the name of a source"),
    (
        "commits_when: mandate_clear and consent(israel)",
        "commits_when: mandate_clear and",
        "the rule ends too early after `and`",
    ),
    (
        "commits_when: mandate_clear and consent(israel)",
        "commits_when: [a, b]",
        "a list is not a rule; join its conditions in one line: a and b",
    ),
    ("commits_when: mandate_clear and consent(israel)", "commits_when: 5", "'5' is not a rule"),
    ("calm: ceasefire for 30 days", "calm: ceasefire for 30 dayz", "`dayz` is not a unit of time"),
    ("by: 2026-06-30, critical: true", "by: soon, critical: true", "write YYYY-MM-DD"),
    ("critical: true", "critical: 'true'", "write true or false"),
    ("count: 3", "count: three", "write it in digits: 3"),
]


@pytest.mark.parametrize(("old", "new", "words"), BAD)
def test_a_bad_value_is_one_clear_fault(old, new, words, tmp_path):
    faults = faults_of(tmp_path, changed(old, new))
    told = [str(fault) for fault in faults]
    assert any(words in each for each in told), told
    assert len(faults) == 1, told
    for fault in faults:
        text = str(fault)
        assert "\n" not in text
        assert not _JARGON.search(fault.message), fault.message
        line = changed(old, new).split("\n")[fault.line - 1]
        assert 1 <= fault.column <= len(line) + 1


def test_faults_point_at_the_value_and_the_rule_s_character(tmp_path):
    text = SMALL.replace("    contingents:", "    commits_when: always and ceasefir\n    contingents:")
    assert placed(faults_of(tmp_path, text)) == [
        "6:30 contributors.indonesia.commits_when: there is no fact or definition 'ceasefir', "
        "and none at all; add it, or remove the name"
    ]
    text = SMALL.replace("    contingents:", "    commits_when: 'always for 3 dayz'\n    contingents:")
    assert placed(faults_of(tmp_path, text))[0].startswith("6:33 contributors.indonesia.commits_when: `dayz`")


def test_all_faults_of_a_file_come_at_once_in_its_order(tmp_path):
    text = """\
scenario: Bad
start: 2025-11-17
end: 2026-02-30
facts:
  ceasefire: {kind: swich, initially: true}
  mandate: {kind: milestone, probability: 1.3, log: yes}
definitions:
  calm: ceasefire and serene
  serene: calm
contributors:
  turkey:
    commits_when: mandat and
    contingents:
      brigade: {troops: -5, role: infantry, lift: see}
  italy:
    commits_when: mandat and deployed(turky) > 0
    contingents: {b: {troops: 5,000, role: infantry}}
  italy:
    contingents: {b: {troops: 1, role: infantry}}
theatre: {lift: {sea: {slots: 0, load: 1}}}
never: [consent(israel, turkey), foo]
unknown: 1
"""
    faults = faults_of(tmp_path, text)
    assert [(fault.line, fault.column, fault.item) for fault in faults] == [
        (3, 6, "end"),
        (5, 14, "facts.ceasefire"),
        (6, 43, "facts.mandate.probability"),
        (6, 53, "facts.mandate.log"),
        (8, 23, "definitions.calm"),
        (12, 29, "contributors.turkey.commits_when"),
        (14, 25, "contributors.turkey.contingents.brigade.troops"),
        (14, 51, "contributors.turkey.contingents.brigade.lift"),
        (16, 19, "contributors.italy.commits_when"),
        (16, 39, "contributors.italy.commits_when"),
        (17, 31, "contributors.italy.contingents.b.troops"),
        (18, 3, "contributors.italy"),
        (20, 31, "theatre.lift.sea.slots"),
        (21, 9, "never.0"),
        (21, 17, "never.0"),
        (21, 34, "never.1"),
        (22, 1, "unknown"),
    ]


def test_an_unquoted_comma_in_braces_that_is_no_rule_asks_for_quotes(tmp_path):
    text = SMALL + "sources:\n  a: {title: Hamas rejects, says no, publisher: P, date: 2025-11-17}\n"
    assert "quote the value before it" in placed(faults_of(tmp_path, text))[0]
    assert placed(faults_of(tmp_path, text))[0].startswith("9:29 sources.a.says no")


def test_an_empty_section_means_that_it_is_not_given(tmp_path):
    assert (
        resolved(tmp_path, SMALL + "theatre:\nfacts:\nquestion:\n").data.keys()
        == resolved(tmp_path, SMALL).data.keys()
    )


def test_an_empty_block_asks_for_braces(tmp_path):
    assert placed(faults_of(tmp_path, SMALL + "theatre:\n  sectors:\n    rafah:\n")) == [
        "10:5 theatre.sectors.rafah: is empty, and deletes nothing inherited; "
        "write {} for one that needs no keys"
    ]


def test_of_very_many_faults_the_first_are_listed(tmp_path):
    faults = faults_of(tmp_path, SMALL + "".join(f"key{number}: 1\n" for number in range(3000)))
    assert len(faults) == 101
    assert [fault.line for fault in faults[:100]] == list(range(8, 108))
    assert "mend those above first" in faults[100].message


@pytest.mark.parametrize(("key", "read"), [("60", 60.0), ("1e3", 1000.0)])
def test_a_key_in_quotation_marks_is_the_number_that_it_is(key, read):
    """In JSON every key is quoted, weights of numbers among them."""
    assert read_drawn({"one_of": {key: 1, "400": 3}}, read_troops).distribution == (
        OneOf((60.0, 400.0), (1.0, 3.0)) if read == 60 else OneOf((400.0, 1000.0), (3.0, 1.0))
    )


@pytest.mark.parametrize("key", ["1.200", "many", "true", "60 days"])
def test_a_key_that_is_no_number_of_troops_stays_a_fault(key):
    with pytest.raises(ValueError, match=r"write|not a number"):
        read_drawn({"one_of": {key: 1, "400": 3}}, read_troops)


def test_weights_may_be_percentages():
    assert read_drawn({"one_of": {3000: "40%", 5000: "60 %"}}, read_troops).distribution == OneOf(
        (3000.0, 5000.0), (0.4, 0.6)
    )


@pytest.mark.parametrize(
    ("key", "right"), [("tour", "{every: 6 months}"), ("advance", "{share: 6 months, body_")]
)
def test_one_number_for_a_block_gets_the_block(key, right, tmp_path):
    text = SMALL.replace("role: infantry", f"role: infantry, {key}: 6 months", 1)
    (fault,) = faults_of(tmp_path, text)
    assert f"'6 months' is not a block; write {key}: {right}" in fault.message
