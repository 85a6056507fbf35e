"""Levers in a scenario file: what is refused, with its remedy, and what pulling them sets."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.scenario.loading import resolve_text

BASE = """
scenario: Levers
question: |
  What can be done?
  And at what price?
start: 2026-01-01
as_of: 2026-01-10
end: 2026-12-31
parties: {host: {consent: {probability: 0.5}}, board: {}}
facts:
  clear: {kind: milestone, probability: 0.5, after: 30 days}
  halt: {kind: switch, stays_off: {mean: 100 days}, stays_on: {mean: 30 days}}
  events: {kind: events, rate: 1 per month}
contributors:
  land: {commits_when: clear and halt, contingents: {unit: {troops: 100, role: infantry}}}
  free: {consents: {host: not_needed}, contingents: {unit: {troops: 10, role: medical}}}
targets: {all: {troops: 100, by: 2026-12-31}}
levers:
"""

SET = "  clarify: {set: {facts.clear.probability: 1}, effort: 3}\n"

WRONG = [
    ("  a: {effort: 1}\n", "levers.a", "does nothing"),
    (
        "  a: {set: {facts.clar.probability: 1}}\n",
        "levers.a.set.facts.clar.probability",
        "there is no 'clar'",
    ),
    ("  a: {set: {end: 2027-01-01}}\n", "levers.a.set.end", "moves the world"),
    ("  a: {set: {targets.all.troops: 1}}\n", "levers.a.set.targets.all.troops", "moves the world"),
    ("  a: {set: {facts.clear.probability: 1}, from: 2026-03-01}\n", "levers.a.from", "use `happens:`"),
    ("  a: {happens: {fact: clera}}\n", "levers.a.happens.fact", "did you mean clear?"),
    ("  a: {happens: {fact: events}}\n", "levers.a.happens.fact", "which cannot be made to happen"),
    ("  a: {happens: {fact: clear, value: false}}\n", "levers.a.happens.value", "made true, not false"),
    ("  a: {happens: {}}\n", "levers.a.happens", "names one subject"),
    ("  a: {happens: {fact: clear, party: host}}\n", "levers.a.happens", "names one subject"),
    ("  a: {happens: {party: host}}\n", "levers.a.happens", "lacks `contributor`"),
    ("  a: {happens: {party: hots, contributor: land}}\n", "levers.a.happens.party", "did you mean host?"),
    ("  a: {happens: {party: board, contributor: land}}\n", "levers.a.happens", "does not need the consent"),
    ("  a: {happens: {party: host, contributor: free}}\n", "levers.a.happens", "does not need the consent"),
    ("  a: {happens: {fact: clear, on: 2025-12-05}}\n", "levers.a.happens.on", "is not between 2026-01-01"),
    (
        "  a: {happens: {fact: clear, on: 2026-02-05}, from: 2026-03-01}\n",
        "levers.a.happens.on",
        "is not between 2026-03-01",
    ),
    (
        "  a: {happens: {fact: clear, on: 2026-02-05, when: halt}}\n",
        "levers.a.happens.on",
        "stands beside `when`",
    ),
    (SET + "  a: {happens: {fact: halt}, needs: [a]}\n", "levers.a.needs.0", "cannot name itself"),
    (
        SET + "  a: {happens: {fact: halt}, excludes: [clarfy]}\n",
        "levers.a.excludes.0",
        "did you mean clarify?",
    ),
    (
        SET + "  a: {happens: {fact: halt}, excludes: [clarify], needs: [clarify]}\n",
        "levers.a.needs.0",
        "both needed and excluded",
    ),
    (
        SET + "  a: {set: {facts.clear.probability: 0.9}}\n",
        "levers.a.set.facts.clear.probability",
        "exclude",
    ),
    (
        "  a: {happens: {fact: halt}, unit: months}\n  b: {happens: {fact: clear}, unit: USD}\n",
        "levers.b.unit",
        "use one unit",
    ),
    ("  a: {happens: {fact: halt}, party: nobody}\n", "levers.a.party", "there is no party 'nobody'"),
    ("  a: {happens: {fact: halt}, works: 2}\n", "levers.a.works", "between 0 and 1"),
    (
        "  a: {happens: {fact: halt}, effort: {value: 2, times: tempo}}\nuncertain: {tempo: {median: 1, p90: 2}}\n",
        "levers.a.effort.times",
        "does not move a lever's numbers",
    ),
    (SET + "pulled: [clarfy]\n", "pulled.0", "did you mean clarify?"),
    (
        SET + "  a: {happens: {fact: halt}, needs: [clarify]}\npulled: [a]\n",
        "pulled.0",
        "which is not pulled",
    ),
    (
        SET + "  a: {happens: {fact: halt}, excludes: [clarify]}\npulled: [a, clarify]\n",
        "pulled.0",
        "which is pulled too",
    ),
]


@pytest.mark.parametrize(("levers", "item", "words"), WRONG)
def test_what_a_lever_cannot_be_is_a_fault_at_its_place(levers, item, words):
    with pytest.raises(ScenarioError) as caught:
        resolve_text(BASE + levers, "bad.yaml")
    assert [(fault.item, words in fault.message) for fault in caught.value.faults] == [(item, True)], (
        caught.value
    )


def test_levers_that_exclude_each_other_may_set_the_same_path():
    text = BASE + SET + "  a: {set: {facts.clear.probability: 0.9}, excludes: [clarify]}\n"
    assert resolve_text(text, "right.yaml").warnings == resolve_text(BASE + SET, "right.yaml").warnings


def test_a_pulled_lever_sets_its_paths_and_says_where_from():
    resolved = resolve_text(BASE + SET, "right.yaml", ["pulled=[clarify]"])
    assert resolved.data["facts"]["clear"]["probability"] == 1
    assert resolved.origins["facts.clear.probability"].line == BASE.count("\n") + 1


def test_an_unpulled_lever_sets_nothing():
    assert resolve_text(BASE + SET, "right.yaml").data["facts"]["clear"]["probability"] == 0.5


def test_what_is_resolved_resolves_to_itself():
    first = resolve_text(BASE + SET, "right.yaml", ["pulled=[clarify]"])
    assert resolve_text(first.text, "again.yaml").digest == first.digest


def test_a_list_of_pulled_levers_is_a_set():
    more = SET + "  a: {set: {facts.halt.initially: true}}\n"
    texts = [
        resolve_text(BASE + more, "x", [f"pulled={order}"]).data for order in ("[a, clarify]", "[clarify, a]")
    ]
    assert {**texts[0], "pulled": []} == {**texts[1], "pulled": []}
