"""Records that cannot be true together are faults at their places; the order of the list means nothing."""

from __future__ import annotations

import itertools

import pytest

from tests.scenario.samples import faults_of, resolved

FRAME = """\
scenario: History
start: 2026-01-01
as_of: 2026-03-01
end: 2026-12-31
facts:
  m: {kind: milestone, probability: 0.5, after: {mean: 30 days}}
  v: {kind: events, rate: 3 per month}
  p: {kind: progress, duration: 90 days}
  s: {kind: schedule, values: {2026-02-01: true}}
parties:
  host: {consent: {probability: 0.5, after: {mean: 30 days}}}
contributors:
  a:
    approvals: [{step: gov, takes: {mean: 10 days}, probability: 0.5}]
    contingents: {u: {role: trainers, troops: 500, prepares_for: {mean: 30 days}}}
  b:
    approvals: [{step: gov, takes: {mean: 10 days}}]
    contingents:
      u: {role: infantry, troops: {low: 100, mode: 200, high: 300}, tour: {every: 90 days}}
      w: {role: infantry, troops: 100, delivers: 0.5}
  r: {approvals: [{step: gov, reconsiders: 5 days}], contingents: {u: {role: infantry, troops: 100}}}
  c: {returns: {after: 10 days}, contingents: {u: {role: infantry, troops: 100}}}
trained_forces:
  pol: {force: police, trained_by: trainers, trainees_per_trainer: 1, course: 60 days, recruits: 100, vetted: 0.8}
history:
"""


def history(*records: str) -> str:
    return FRAME + "".join(f"  - {{{record}}}\n" for record in records)


WRONG = {
    "more than pledged": (
        ["date: 2026-02-20, contributor: a, event: arrived, troops: 300"] * 2,
        [(1, "no more than 200 are left of 500 pledged")],
    ),
    "more than can be pledged": (
        ["date: 2026-02-20, contributor: b, contingent: u, event: arrived, troops: 301"],
        [(0, "no more than 300 are left of 300 pledged")],
    ),
    "more than is delivered": (
        ["date: 2026-02-20, contributor: b, contingent: w, event: arrived, troops: 51"],
        [(0, "no more than 50 are left of 100 pledged")],
    ),
    "more ready than pledged": (
        ["date: 2026-02-20, contributor: a, event: ready, troops: 501"],
        [(0, "501 are ready on 2026-02-20")],
    ),
    "refused and there on a day": (
        [
            "date: 2026-02-10, contributor: r, event: refused, step: gov",
            "date: 2026-02-10, contributor: r, event: arrived, troops: 1",
        ],
        [(1, "refused on 2026-02-10")],
    ),
    "two delays on a day": (
        [
            "date: 2026-02-10, contributor: a, event: delayed, by: 1 day",
            "date: 2026-02-10, contributor: a, contingent: u, event: delayed, until: 2026-02-15",
        ],
        [(1, "says a u delayed until 2026-02-15"), (1, "says a delayed by 1 day of the same day")],
    ),
    "two answers of a party": (
        [
            "date: 2026-02-10, party: host, contributor: a, consent: true",
            "date: 2026-02-10, party: host, contributor: a, consent: false",
        ],
        [(1, "says the consent of host to a false")],
    ),
    "approved after it has gone": (
        [
            "date: 2026-02-10, contributor: a, event: withdrew",
            "date: 2026-02-12, contributor: a, event: approved, step: gov",
        ],
        [(1, "yet approved on 2026-02-12; record that it pledged again, or add `returns:`")],
    ),
    "nobody is awaited after it has gone": (
        [
            "date: 2026-02-10, contributor: a, event: withdrew",
            "date: 2026-02-12, contributor: a, event: undelivered, troops: 1",
        ],
        [(1, "1 will not come, and no more than 0 are still awaited")],
    ),
    "nobody is awaited after a refusal": (
        [
            "date: 2026-02-10, contributor: a, event: refused, step: gov",
            "date: 2026-02-12, contributor: a, event: undelivered, troops: 1",
        ],
        [(1, "1 will not come, and no more than 0 are still awaited")],
    ),
    "a pledge below what is there": (
        [
            "date: 2026-02-20, contributor: a, event: arrived, troops: 300",
            "date: 2026-02-21, contributor: a, event: pledged, troops: 200",
        ],
        [(1, "fewer than the 300 who have arrived")],
    ),
    "one number for two": (
        ["date: 2026-02-20, contributor: b, event: arrived, troops: 10"],
        [(0, "name the contingent, or share the number out")],
    ),
    "true and false on a day": (
        ["date: 2026-02-10, fact: m, value: true", "date: 2026-02-10, fact: m, refused: true"],
        [(1, "keep the one that is true")],
    ),
    "two measurements on a day": (
        ["date: 2026-02-10, fact: p, value: 10%", "date: 2026-02-10, fact: p, value: 15%"],
        [(1, "says p 10%")],
    ),
    "two consents on a day": (
        [f"date: 2026-02-10, party: host, contributor: a, consent: {word}" for word in ("true", "false")],
        [(1, "keep the one that is true")],
    ),
    "given and refused on a day": (
        [f"date: 2026-02-10, contributor: a, event: {word}, step: gov" for word in ("approved", "refused")],
        [(1, "keep the one that is true")],
    ),
    "a step given and the whole refused on a day": (
        [
            "date: 2026-02-10, contributor: a, event: approved, step: gov",
            "date: 2026-02-10, contributor: a, event: refused",
        ],
        [(1, "says a refused")],
    ),
    "a nation refused and a contingent of it approved on a day": (
        [
            "date: 2026-02-10, contributor: b, event: refused, step: gov",
            "date: 2026-02-10, contributor: b, contingent: w, event: approved, step: gov",
        ],
        [(1, "says b w approved by gov")],
    ),
    "more casualties than arrived": (
        [
            "date: 2026-02-12, contributor: b, contingent: u, event: arrived, troops: 60",
            "date: 2026-02-12, contributor: b, contingent: w, event: arrived, troops: 40",
            "date: 2026-02-14, contributor: b, event: casualties, troops: 101",
        ],
        [(2, "only 100 have arrived")],
    ),
    "an event by another name": (
        ["date: 2026-02-14, contributor: b, contingent: u, event: killed, troops: 3"],
        [(0, "there is no event 'killed'; write casualties")],
    ),
    "two pledges on a day": (
        [
            "date: 2026-02-10, contributor: a, contingent: u, event: pledged, troops: 600",
            "date: 2026-02-10, contributor: a, event: pledged, troops: 900",
        ],
        [(1, "says a u pledged 600")],
    ),
    "arrived after a refusal": (
        [
            "date: 2026-02-12, contributor: a, event: refused, step: gov",
            "date: 2026-02-20, contributor: a, event: arrived, troops: 300",
        ],
        [(1, "record the change of mind")],
    ),
    "arrived after leaving": (
        [
            "date: 2026-02-12, contributor: a, event: withdrew",
            "date: 2026-02-20, contributor: a, event: arrived, troops: 300",
        ],
        [(1, "record that it pledged again, or add `returns:`")],
    ),
    "left twice": (
        [f"date: 2026-02-{day}, contributor: a, event: withdrew" for day in (12, 14)],
        [(1, "withdrew already on 2026-02-12")],
    ),
    "relieved without tours": (
        [
            "date: 2026-02-12, contributor: a, event: arrived, troops: 5",
            "date: 2026-02-14, contributor: a, event: relieved",
        ],
        [(1, "serves no tours")],
    ),
    "relieved though not there": (
        ["date: 2026-02-14, contributor: b, contingent: u, event: relieved"],
        [(0, "nobody of it is there")],
    ),
    "fallen though not there": (
        ["date: 2026-02-14, contributor: a, event: casualties, troops: 2"],
        [(0, "nobody of it is there")],
    ),
    "more graduates than recruits": (
        [f"date: 2026-02-{day}, contributor: pol, event: graduated, troops: 50" for day in (12, 14)],
        [(1, "no more than 30 are left of 100 recruits")],
    ),
    "graduates of a contributor": (
        ["date: 2026-02-12, contributor: a, event: graduated, troops: 5"],
        [(0, "a is a contributor")],
    ),
    "a trained force that arrives": (
        ["date: 2026-02-12, contributor: pol, event: arrived, troops: 5"],
        [(0, "`graduated` or `delayed`")],
    ),
    "a delay without an end": (
        ["date: 2026-02-12, contributor: a, event: delayed"],
        [(0, "exactly one of `until:`")],
    ),
    "a delay into the past": (
        ["date: 2026-02-12, contributor: a, event: delayed, until: 2026-02-12"],
        [(0, "does not lie after")],
    ),
    "a delay of unknown length": (
        ["date: 2026-02-12, fact: m, event: delayed, by: {mean: 10 days}"],
        [(0, "one length of time")],
    ),
    "a delay of counted events": (
        ["date: 2026-02-12, fact: v, event: delayed, by: 10 days"],
        [(0, "nothing is under way")],
    ),
    "a delay of a schedule": (
        ["date: 2026-02-12, fact: s, event: delayed, by: 10 days"],
        [(0, "move the date in its `values:`")],
    ),
    "an end of no delay": (
        ["date: 2026-02-12, contributor: a, event: ready, until: 2026-05-01"],
        [(0, "anything but `event: delayed`")],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_true_is_a_fault_at_its_place(name, tmp_path):
    records, expected = WRONG[name]
    found = faults_of(tmp_path, history(*records))
    first = FRAME.count("\n") + 1
    for place, words in expected:
        at_place = [fault for fault in found if fault.line == first + place]
        assert any(words in fault.message for fault in at_place), found
    assert {fault.line - first for fault in found} == {place for place, _ in expected}


RIGHT = [
    [
        "date: 2026-02-12, contributor: b, contingent: u, event: arrived, troops: 60",
        "date: 2026-02-12, contributor: b, contingent: w, event: arrived, troops: 40",
        "date: 2026-02-14, contributor: b, event: casualties, troops: 100",
    ],
    [
        "date: 2026-02-10, contributor: b, contingent: u, event: refused, step: gov",
        "date: 2026-02-10, contributor: b, contingent: w, event: approved, step: gov",
    ],
    ["date: 2026-02-20, contributor: a, event: arrived, troops: 200"] * 2,
    [
        "date: 2026-02-10, contributor: a, event: pledged, troops: 900",
        "date: 2026-02-10, contributor: a, event: arrived, troops: 800",
    ],
    [
        "date: 2026-02-12, contributor: a, event: refused, step: gov",
        "date: 2026-02-14, contributor: a, event: approved, step: gov",
        "date: 2026-02-20, contributor: a, event: arrived, troops: 500",
    ],
    [
        "date: 2026-02-12, contributor: a, event: withdrew",
        "date: 2026-02-14, contributor: a, event: pledged, troops: 50",
        "date: 2026-02-20, contributor: a, event: arrived, troops: 50",
    ],
    [
        "date: 2026-02-12, contributor: c, event: arrived, troops: 100",
        "date: 2026-02-14, contributor: c, event: withdrew",
        "date: 2026-02-20, contributor: c, event: arrived, troops: 100",
    ],
    [
        "date: 2026-02-12, contributor: b, contingent: u, event: arrived, troops: 100",
        "date: 2026-02-12, contributor: b, event: casualties, troops: 3",
        "date: 2026-02-14, contributor: b, event: relieved",
    ],
    ["date: 2026-02-12, contributor: pol, event: graduated, troops: 40"] * 2,
    [
        "date: 2026-02-12, fact: m, event: delayed, until: 2026-05-01",
        "date: 2026-02-12, fact: p, event: delayed, by: 2 weeks",
        "date: 2026-02-12, party: host, contributor: a, event: delayed, by: 2 weeks",
        "date: 2026-02-12, contributor: pol, event: delayed, by: 2 weeks",
    ],
    ["date: 2026-02-12, fact: v, count: 2"] * 2,
]


@pytest.mark.parametrize("number", range(len(RIGHT)))
def test_what_can_be_true_is_right_in_any_order(number, tmp_path):
    for records in itertools.permutations(RIGHT[number]):
        resolved(tmp_path, history(*records))
