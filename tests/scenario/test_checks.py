"""Each named check finds its fault, at its place, and finds nothing in a right scenario."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.scenario.checks import BY_NAME, ODDITIES
from sim.scenario.loading import load_resolved, resolve_text

from .samples import COMPLETE, faults_of, resolved, write

FAULTS = [
    (
        "plausible_ranges",
        "facts:\n",
        "plausible: {facts.ceasefire.stays_onn: {low: 10 days, high: 20 days}}\nfacts:\n",
        "plausible.facts.ceasefire.stays_onn",
        "did you mean facts.ceasefire.stays_on",
    ),
    (
        "levers",
        "facts:\n",
        "levers:\n  clear: {effort: 2}\nfacts:\n",
        "levers.clear",
        "does nothing; say what it sets",
    ),
    (
        "costs",
        "facts:\n",
        "costs: {soldier_month: 1428, roles: {infantri: 1}}\nfacts:\n",
        "costs.roles.infantri",
        "did you mean infantry?",
    ),
    ("names", "  calm: ceasefire", "  Calm: ceasefire", "definitions.Calm", "write calm"),
    ("names", "  funded: f", "  consent: f", "definitions.consent", "a word of the rule language"),
    ("names", "  ceasefire:\n", "  self:\n", "facts.self", "a word of the rule language"),
    (
        "names",
        "role: police_trainers,",
        "role: Police-Trainers,",
        "contributors.jordan.contingents.trainers.role",
        "write police_trainers",
    ),
    ("names", "  memo: {", "  m.emo: {", "sources.m.emo", "names hold only letters"),
    (
        "numbers_as_truths",
        "funded, once mandate_clear)",
        "demilitarised, once mandate_clear)",
        "contributors.indonesia.commits_when",
        "compare it, for example `demilitarised >= 100%`",
    ),
    (
        "chances_as_truths",
        "  funded: funding >= 50%",
        "  funded: funding",
        "facts.funding.values.2026-01-01",
        "50 % is neither true nor false",
    ),
    (
        "collisions",
        "  funded: funding",
        "  ceasefire: funding",
        "definitions.ceasefire",
        "both a fact and a definition",
    ),
    (
        "collisions",
        "  vetted_police: {",
        "  turkey: {",
        "trained_forces.turkey",
        "both a contributor and a trained force",
    ),
    (
        "collisions",
        "{step: president,",
        "{step: parliament,",
        "contributors.indonesia.approvals.1.step",
        "stands twice",
    ),
    (
        "rule_names",
        "calm: ceasefire for",
        "calm: ceasefir for",
        "definitions.calm",
        "did you mean ceasefire?",
    ),
    (
        "rule_names",
        "calm: ceasefire for",
        "calm: turkey for",
        "definitions.calm",
        "write deployed(turkey) or committed(turkey)",
    ),
    (
        "rule_names",
        "calm: ceasefire for",
        "calm: hamas for",
        "definitions.calm",
        "'hamas' is a party, not a fact",
    ),
    (
        "rule_names",
        "not consent(israel, turkey)",
        "not consent(isreal, turkey)",
        "never.0",
        "did you mean israel?",
    ),
    (
        "rule_names",
        "not consent(israel, turkey)",
        "not consent(israel, turky)",
        "never.0",
        "did you mean turkey?",
    ),
    (
        "rule_names",
        "[deployed <= 100000]",
        "[deployed(role=infantri) <= 1]",
        "always.0",
        "did you mean infantry?",
    ),
    (
        "rule_names",
        "[deployed <= 100000]",
        "[deployed(sector=gaza) <= 1]",
        "always.0",
        "known are outside, rafah",
    ),
    (
        "rule_names",
        "[deployed <= 100000]",
        "[deployed(force=polis) <= 1]",
        "always.0",
        "did you mean police?",
    ),
    (
        "rule_names",
        "[deployed <= 100000]",
        "[deployed(vetted_polise) <= 1]",
        "always.0",
        "did you mean vetted_police?",
    ),
    (
        "rule_names",
        "[deployed <= 100000]",
        "[casualties(indonesa) <= 1]",
        "always.0",
        "did you mean indonesia?",
    ),
    (
        "rule_names",
        "violations in last 30",
        "ceasefire in last 30",
        "definitions.calm",
        "write `ceasefire within 30 days`",
    ),
    (
        "definition_circles",
        "funded: funding",
        "funded: calm and funded and funding",
        "definitions.funded",
        "funded → funded",
    ),
    (
        "definitions_as_truths",
        "[deployed <= 100000]",
        "[calm >= 2]",
        "always.0",
        "a definition, thus true or false",
    ),
    (
        "whose_rules",
        "[deployed <= 100000]",
        "[consent(israel)]",
        "always.0",
        "write consent(israel, contributor)",
    ),
    (
        "whose_rules",
        "when: ceasefire, duration",
        "when: casualties(self) > 3, duration",
        "facts.demilitarised.when",
        "name the contributor",
    ),
    (
        "consents_in_rules",
        "not consent(israel, turkey)",
        "not consent(hamas, turkey)",
        "never.0",
        "add contributors.turkey.consents.hamas",
    ),
    (
        "consents_in_rules",
        "not consent(israel, turkey)",
        "not consent(israel, jordan)",
        "never.0",
        "jordan needs no consent of israel",
    ),
    ("block_references", "party: hamas", "party: hammas", "facts.violations.party", "did you mean hamas?"),
    (
        "block_references",
        "consents: {israel: not_needed}",
        "consents: {isreal: not_needed}",
        "contributors.jordan.consents.isreal",
        "did you mean israel?",
    ),
    (
        "block_references",
        "lift: sea",
        "lift: see",
        "contributors.turkey.contingents.brigade.lift",
        "did you mean sea?",
    ),
    (
        "block_references",
        "sector: outside",
        "sector: outsid",
        "contributors.jordan.contingents.trainers.sector",
        "did you mean outside?",
    ),
    (
        "block_references",
        "trained_by: police_trainers",
        "trained_by: trainers",
        "trained_forces.vetted_police.trained_by",
        "did you mean police_trainers?",
    ),
    (
        "block_references",
        "police: {force: police, troops",
        "police: {force: polis, troops",
        "targets.police.force",
        "did you mean police?",
    ),
    (
        "block_references",
        "task: patrol, role: infantry",
        "task: patrol, role: infantri",
        "requirements.0.role",
        "did you mean infantry?",
    ),
    (
        "block_references",
        "role: infantry, times: 10",
        "role: infantri, times: 10",
        "theatre.casualties.rate_multiplier.0.role",
        "did you mean infantry?",
    ),
    (
        "uncertain_quantities",
        "p90: 60 days, times: tempo",
        "p90: 60 days, times: temp",
        "contributors.turkey.contingents.brigade.prepares_for.times",
        "did you mean tempo?",
    ),
    ("span", "end: 2027-12-31", "end: 2025-01-01", "end", "must lie after start"),
    ("span", "end: 2027-12-31", "end: 2127-12-31", "end", "more than 50 years"),
    ("span", "as_of: 2026-01-20", "as_of: 2025-01-20", "as_of", "must lie between start"),
    (
        "dates_of_aims",
        "initial: {troops: 5000, by: 2026",
        "initial: {troops: 5000, by: 2036",
        "targets.initial.by",
        "lies outside the scenario",
    ),
    (
        "dates_of_aims",
        "by: 2026-06-30, critical",
        "by: 2024-06-30, critical",
        "requirements.0.by",
        "lies outside the scenario",
    ),
    (
        "dates_of_facts",
        "since: 2025-10-10",
        "since: 2025-12-10",
        "facts.ceasefire.since",
        "must not lie after start",
    ),
    ("dates_of_facts", "2025-11-10: 4", "2026-02-10: 4", "facts.violations.past.2026-02-10", "is not past"),
    (
        "dates_of_theatre",
        "{from: 2026-06-01, to",
        "{from: 2026-06-01, when: ceasefire, to",
        "theatre.beds.grows.0",
        "exactly one of",
    ),
    ("dates_of_theatre", "{from: 2026-06-01, to", "{to", "theatre.beds.grows.0", "exactly one of"),
    ("ceilings", "military: 22000", "militry: 22000", "authorised.militry", "did you mean military?"),
    (
        "beds_in_rules",
        "{when: demilitarised >= 25%, to",
        "{when: beds >= 25, to",
        "theatre.beds.grows.1.when",
        "a rule about beds",
    ),
    (
        "whole_steps",
        "initially: 10%",
        "initially: 12%",
        "facts.demilitarised.initially",
        "write 10% or 20%",
    ),
    ("bursts", "bursts: 3", "bursts: 0.5", "facts.violations.bursts", "at least 1, not 0.5"),
    ("clusters", "25 per 40 days", "9000 per day", "facts.violations.rate", "more than 200,000, the limit"),
    (
        "clusters",
        "rate: 25 per 40 days",
        "rate: 25 per 40 days\n    rate_multiplier: [{when: ceasefire, times: 10}, {when: ceasefire, times: 1e300}]",
        "facts.violations.rate_multiplier.1.times",
        "200,000 are the limit",
    ),
    (
        "repeats",
        "role: infantry",
        "tour: {every: 0.01 hours}, role: infantry",
        "contributors.turkey.contingents.brigade.tour.every",
        "50,000 are the limit",
    ),
    (
        "sizes",
        "role: infantry",
        "role: infantry, prepares_for: {one_of: {" + ", ".join(f"{day} days: 1" for day in range(1, 1_002)) + "}}",
        "contributors.turkey.contingents.brigade.prepares_for",
        "1,001 values are more than 1,000, the limit",
    ),
    (
        "source_names",
        "source: {troops: lwj}",
        "source: {troops: ljw}",
        "contributors.turkey.contingents.brigade.source.troops",
        "did you mean lwj?",
    ),
    (
        "source_names",
        "source: {troops: lwj}",
        "source: {troop: lwj}",
        "contributors.turkey.contingents.brigade.source.troop",
        "did you mean troops?",
    ),
    (
        "source_names",
        "source: {troops: lwj}",
        "source: {tour: lwj}",
        "contributors.turkey.contingents.brigade.source.tour",
        "does not state 'tour'",
    ),
    (
        "source_names",
        "count: 3, source: lwj",
        "count: 3, source: xyz",
        "history.0.source",
        "known are lwj, memo",
    ),
    ("hindsight", "Journal, date: 2025-11-19", "Journal, date: 2026-11-19", "sources.lwj.date", "hindsight"),
    (
        "history_dates",
        "date: 2025-12-01, fact",
        "date: 2026-12-01, fact",
        "history.0.date",
        "lies outside what is known",
    ),
    (
        "history_dates",
        "date: 2025-12-01, fact",
        "date: 2025-01-01, fact",
        "history.0.date",
        "lies outside what is known",
    ),
    ("history_dates", "as_of: 2026-01-20\n", "", "history", "add that date at the top"),
    (
        "history_records",
        "fact: violations, count: 3",
        "fact: violation, count: 3",
        "history.0.fact",
        "did you mean violations?",
    ),
    (
        "history_records",
        "fact: violations, count: 3",
        "fact: violations, value: true",
        "history.0",
        "say of it `count:`",
    ),
    (
        "history_records",
        "fact: violations, count: 3",
        "fact: violations",
        "history.0",
        "give exactly one of `count:`",
    ),
    (
        "history_records",
        "fact: violations, count: 3",
        "fact: funding, value: 1",
        "history.0",
        "stand in its `values:`",
    ),
    (
        "history_records",
        "fact: violations, count: 3",
        "fact: ceasefire, value: 0.5",
        "history.0.value",
        "true or false",
    ),
    (
        "history_records",
        "fact: violations, count: 3",
        "fact: demilitarised, value: 5",
        "history.0.value",
        "between 0 and 1",
    ),
    (
        "history_records",
        "fact: violations, count: 3",
        "fact: violations, count: 3, step: x",
        "history.0.step",
        "does not belong",
    ),
    ("history_records", "fact: violations, count: 3, ", "", "history.0", "says nothing"),
    (
        "history_records",
        "contributor: turkey, consent: false",
        "contributor: turky, consent: false",
        "history.2.contributor",
        "did you mean turkey?",
    ),
    (
        "history_records",
        "contributor: turkey, consent: false",
        "contributor: jordan, consent: false",
        "history.2",
        "nowhere described",
    ),
    (
        "history_records",
        "contributor: turkey, consent: false",
        "consent: false",
        "history.2",
        "names a `contributor:`",
    ),
    (
        "history_records",
        "event: approved, step",
        "event: aproved, step",
        "history.3.event",
        "did you mean approved?",
    ),
    (
        "history_records",
        "event: approved, step: parliament",
        "event: approved",
        "history.3",
        "Add `step:` with one of parliament, president",
    ),
    (
        "history_records",
        "event: approved, step: parliament",
        "event: approved, step: senate",
        "history.3.step",
        "no approval of indonesia 'senate'",
    ),
    (
        "history_records",
        "event: approved, step: parliament",
        "event: ready, step: parliament",
        "history.3.step",
        "has no step",
    ),
    (
        "history_records",
        "event: approved, step: parliament",
        "event: refused, troops: 5",
        "history.3.troops",
        "has no troops",
    ),
    (
        "history_records",
        "event: approved, step: parliament",
        "step: parliament",
        "history.3",
        "says `event:`, one of",
    ),
    (
        "history_records",
        "event: approved, step: parliament",
        "refused: true",
        "history.3.refused",
        "write `event: refused`",
    ),
    ("history_records", "event: pledged, troops: 8000", "event: pledged", "history.4", "how many?"),
    (
        "history_records",
        "contingent: infantry, event",
        "contingent: infantri, event",
        "history.4.contingent",
        "did you mean infantry?",
    ),
    ("contradictions", "refused: true}", "refused: true}\n  - {date: 2025-12-05, fact: mandate_clear, value: true}", "history.2", "keep the one that is true"),
    ("answers_of_one_day", "approved, step: parliament}", "approved, step: parliament}\n  - {date: 2026-01-05, contributor: indonesia, event: refused}", "history.4", "keep the one that is true"),
    ("shared_numbers", "contributor: indonesia, contingent: infantry, event: pledged", "contributor: jordan, event: pledged", "history.4", "share the number out"),
    ("impossible_records", "event: pledged, troops: 8000", "event: arrived, troops: 80000", "history.4", "record the larger pledge"),
]  # fmt: skip

WARNINGS = [
    (
        "caveats",
        "will_not: [patrol, disarm]",
        "will_not: [patrols]",
        "contributors.jordan.contingents.trainers.will_not.0",
        "did you mean patrol?",
    ),
    (
        "multipliers",
        "days >= 25, ends: 3}",
        "days >= 25}",
        "facts.ceasefire.rate_multiplier.0",
        "changes nothing",
    ),
    (
        "shares_and_counts",
        "violations in last 30 days <= 20",
        "violations in last 30 days <= 20%",
        "definitions.calm",
        "compares a count with a share, 20% = 0.2",
    ),
    (
        "shares_and_counts",
        "commits_when: mandate_clear and",
        "commits_when: mandate_clear and beds >= 50% and",
        "contributors.turkey.commits_when",
        "compares a count with a share, 50% = 0.5",
    ),
    (
        "shares_and_counts",
        "rafah: {opens_when: demilitarised >= 10%}",
        "rafah: {opens_when: demilitarised >= 10}",
        "theatre.sectors.rafah.opens_when",
        "perhaps you mean `demilitarised >= 10%`",
    ),
    (
        "unused",
        "commits_when: at least 2 of (calm, funded, once mandate_clear)",
        "commits_when: funded",
        "definitions.calm",
        "no rule reads this definition",
    ),
    ("unused", "  funded: funding >= 50%", "  funded: ceasefire", "facts.funding", "no rule reads this fact"),
    ("unused", "lift: sea, ", "", "theatre.lift.sea", "no contingent uses this lane"),
    (
        "unused",
        "    outside: {}",
        "    outside: {}\n    gaza_city: {}",
        "theatre.sectors.gaza_city",
        "nothing refers to this sector",
    ),
    (
        "unused",
        "  tempo: {median: 1.0, p90: 1.6}",
        "  tempo: 1\n  pace: 1",
        "uncertain.pace",
        "no `times:`, `odds:` or rule names this quantity",
    ),
    (
        "unused_sources",
        "20000, by: 2026-12-31, source: memo",
        "20000, by: 2026-12-31",
        "sources.other",
        "no block names this source",
    ),
    (
        "dates_of_aims",
        "troops: 20000, by: 2026-12-31",
        "troops: 20000, by: 2030-12-31",
        "estimates.0.by",
        "lies outside the scenario",
    ),
    (
        "dates_of_facts",
        "2026-06-01: 1}",
        "2036-06-01: 1}",
        "facts.funding.values.2036-06-01",
        "changes nothing",
    ),
    (
        "dates_of_theatre",
        "{from: 2026-06-01, to",
        "{from: 2036-06-01, to",
        "theatre.beds.grows.0.from",
        "changes nothing",
    ),
    (
        "dates_of_theatre",
        "    outside: {}",
        "    outside: {opens_on: 2036-01-01}",
        "theatre.sectors.outside.opens_on",
        "never opens",
    ),
    (
        "multipliers_of_fixed_delays",
        "stays_on: {median: 300 days, p90: 900 days}",
        "stays_on: 300 days",
        "facts.ceasefire.rate_multiplier.0.ends",
        "`ends: 3` changes nothing, for `stays_on` is one known length",
    ),
    (
        "totals_that_only_grow",
        "violations in last 30 days <= 20",
        "violations <= 20",
        "definitions.calm",
        "`violations <= 20` counts all since the start, so that once there were more it never holds again",
    ),
    (
        "withdrawn_from_the_start",
        "withdraws_when: casualties(self) in last 30 days >= 10",
        "withdraws_when: not mandate_clear",
        "contributors.indonesia.withdraws_when",
        "holds from the start",
    ),
    (
        "vanishing",
        "    exit: {value: 30 days, times: tempo}\n",
        "",
        "contributors.indonesia.withdraws_when",
        "`exit:` is left out, so 19,000 troops would vanish at one moment",
    ),
    (
        "records_without_effect",
        "  - {date: 2025-12-01, fact: violations, count: 3, source: lwj}",
        "  - {date: 2025-12-01, fact: violations, count: 3, source: lwj}\n  - {date: 2025-12-03, fact: ceasefire, value: true}",
        "history.1",
        "ceasefire is true already on 2025-12-03, so this record changes nothing",
    ),
    (
        "events_without_rate",
        "source: memo}\ndefinitions:\n  calm: ceasefire",
        "source: memo}\n  raids: {kind: events, rate: 0 per month}\ndefinitions:\n  calm: raids in last 9 days < 1 and ceasefire",
        "facts.raids.rate",
        "a rate of 0 counts no event",
    ),
    (
        "slipping_truths",
        "values: {2026-01-01: 0.5, 2026-06-01: 1}, initially: 0",
        "values: {2026-06-01: {value: 0, slips: 5 days}}, initially: 0",
        "facts.funding.values.2026-06-01",
        "takes the value that it has from the beginning",
    ),
    (
        "fixed_dates",
        "initially: 0, source: memo}",
        "initially: 0}",
        "facts.funding.values.2026-06-01",
        "write 2026-06-01: {value: …, slips: DELAY} if it may slip, or name its source",
    ),
    ("mostly_assumed", "source: ", "note_source: ", "scenario", "are assumptions"),
]


def changed(old: str, new: str) -> str:
    assert old in COMPLETE, old
    return COMPLETE.replace(old, new, 1)


@pytest.mark.parametrize(("check", "old", "new", "item", "words"), FAULTS)
def test_a_check_finds_its_fault(check, old, new, item, words, tmp_path):
    found = faults_of(tmp_path, changed(old, new))
    mine = [fault for fault in found if fault.check == check and fault.item == item]
    assert len(mine) == 1, [str(fault) for fault in found]
    assert words in mine[0].message
    line = changed(old, new).split("\n")[mine[0].line - 1]
    assert 1 <= mine[0].column <= len(line)


@pytest.mark.parametrize(("check", "old", "new", "item", "words"), WARNINGS)
def test_an_oddity_is_a_warning_and_strictly_a_fault(check, old, new, item, words, tmp_path):
    text = changed(old, new)
    if check == "unused_sources":
        text = text.replace(
            "sources:\n", "sources:\n  other: {title: T, publisher: P, date: 2025-11-17}\n", 1
        )
    if check == "mostly_assumed":
        import re

        text = re.sub(r",? *source: (\{[^}]*\}|\w+)", "", COMPLETE)
    path = write(tmp_path, text)
    mine = [warning for warning in load_resolved(path).warnings if warning.check == check]
    assert [warning.item for warning in mine] == [item]
    assert words in mine[0].message
    assert ": warning: " in str(mine[0])
    with pytest.raises(ScenarioError) as caught:
        load_resolved(path, strict=True)
    assert str(mine[0]) in str(caught.value)


def test_every_named_check_is_tested():
    tested = {check for check, *_ in FAULTS} | {check for check, *_ in WARNINGS}
    assert tested == set(BY_NAME)
    assert {check.__name__ for check in ODDITIES} <= {check for check, *_ in WARNINGS}


def test_every_named_check_says_what_holds():
    for name, check in BY_NAME.items():
        assert check.__doc__, name


def test_a_right_scenario_has_no_faults_and_no_warnings(tmp_path):
    assert resolved(tmp_path, COMPLETE).warnings == ()


def test_a_circle_of_definitions_is_one_fault_that_names_it(tmp_path):
    text = COMPLETE.replace(
        "definitions:\n", "definitions:\n  a: b\n  b: not c\n  c: a or ceasefire\n  d: a\n"
    )
    found = faults_of(tmp_path, text)
    assert [fault.item for fault in found] == ["definitions.a"]
    assert "a → b → c → a" in found[0].message


def test_facts_may_read_each_other_in_a_circle():
    circle = COMPLETE.replace("when: ceasefire, duration", "when: mandate_clear, duration").replace(
        "  mandate_clear: {kind: milestone,", "  mandate_clear: {kind: milestone, when: demilitarised > 0,"
    )
    assert resolve_text(circle, "f").scenario.facts["mandate_clear"].when is not None


def test_rules_of_a_contributor_may_say_self_and_leave_the_contributor_out():
    text = COMPLETE.replace(
        "  funded: funding >= 50%", "  funded: funding >= 50% and casualties(self) < 5"
    ).replace(
        "withdraws_when: casualties(self)", "withdraws_when: once funded and not funded or casualties(self)"
    )
    assert resolve_text(text, "f").warnings == ()


def test_a_definition_with_self_is_no_rule_for_a_fact(tmp_path):
    text = COMPLETE.replace("  funded: f", "  bled: casualties(self) > 5\n  funded: f").replace(
        "when: ceasefire, duration", "when: bled, duration"
    )
    assert [fault.item for fault in faults_of(tmp_path, text)] == ["facts.demilitarised.when"]


def test_the_consent_that_a_contributor_s_definition_needs_is_checked(tmp_path):
    text = COMPLETE.replace("  funded: funding", "  funded: consent(hamas) and funding")
    (fault,) = faults_of(tmp_path, text)
    assert fault.item == "contributors.indonesia.commits_when"
    assert "the consent of hamas to indonesia is nowhere described" in fault.message


def test_oddities_of_an_extended_file_are_not_the_extending_file_s(tmp_path):
    write(tmp_path, COMPLETE.replace("    outside: {}", "    outside: {}\n    gaza_city: {}"), "base.yaml")
    path = write(tmp_path, "extends: base.yaml\ndefinitions: {mine: ceasefire}\n", "child.yaml")
    assert [warning.item for warning in load_resolved(path).warnings] == ["definitions.mine"]


def test_without_stated_sectors_contingents_name_them():
    text = COMPLETE.replace(
        "  sectors:\n    outside: {}\n    rafah: {opens_when: demilitarised >= 10%}\n", ""
    )
    assert resolve_text(text, "f").warnings == ()


@pytest.mark.parametrize(
    ("rate", "bursts", "refused"),
    [
        ("800 per day", "", True),
        ("200 per day", "", False),
        ("800 per day", "bursts: 10", False),
        ("{one_of: {800 per day: 1, 1 per day: 1}}", "", False),
        ("{low: 600 per day, mode: 700 per day, high: 800 per day}", "", True),
        ("{median: 900 per day, p90: 950 per day}", "bursts: {low: 1, mode: 2, high: 3}", True),
        ("800 per day", "rate_multiplier: [{when: after 2025-02-01, times: 0}]", False),
    ],
)
def test_more_incidents_than_a_replication_can_play_are_refused(tmp_path, rate, bursts, refused):
    fact = f"{{kind: events, rate: {rate}{', ' + bursts if bursts else ''}}}"
    text = f"scenario: Busy\nstart: 2025-01-01\nend: 2026-12-31\nfacts:\n  shots: {fact}\n"
    text += "contributors: {a: {commits_when: shots in last 2 days > 0, contingents: {b: {troops: 1, role: r}}}}\n"
    path = tmp_path / "busy.yaml"
    path.write_text(text)
    try:
        load_resolved(path)
        assert not refused
    except ScenarioError as error:
        assert refused and f"busy.yaml:5:{text.splitlines()[4].index('rate:') + 7}: facts.shots.rate" in str(
            error
        )
        assert "the limit" in str(error)
