"""What more of something never lowers, where that must be so (DESIGN §15), and the chances 0 and 1.

Each claim is tested under the conditions under which it can be proved, on generated scenarios; the comment
before it is the proof. Elsewhere the claims are false: `TestWhereTheClaimsAreFalse` shows how.
"""

from __future__ import annotations

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.durations import DAY
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.scenario.scenario import Scenario
from sim.testing.scenarios import Range, scenario_data
from tests.counts import examples
from tests.model.tiny import contributor, day, play, scenario, stages

FIXED = settings(
    max_examples=examples(15),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
STATES = ("albania", "brunei", "chad", "denmark")
REPLICATIONS = 3

FACTS = {
    "mandate": {"kind": "milestone", "probability": 0.8, "after": {"median": "15 days", "p90": "50 days"}},
    "truce": {
        "kind": "switch",
        "initially": True,
        "stays_on": {"mean": "25 days"},
        "stays_off": {"mean": "10 days"},
    },
    "drill": {"kind": "schedule", "values": {"2026-01-20": True, "2026-02-14": False, "2026-03-01": True}},
    "shots": {"kind": "events", "rate": "5 per 10 days", "bursts": 2},
}
LASTING = (
    "mandate",
    "once truce",
    "once drill",
    "after 2026-01-25",
    "once (shots in last 10 days >= 6)",
    "always",
)
"""Conditions that stay true."""
PASSING = (
    "truce",
    "not truce",
    "truce for 9 days",
    "drill within 6 days",
    "shots in last 10 days <= 4",
    "not drill",
)
FORCES = (
    *(f"deployed({state}) >= {troops}" for state in STATES for troops in (1, 150)),
    *(f"committed({state}) > 0 for 5 days" for state in STATES),
    *(
        "deployed >= 200",
        "committed >= 500",
        "(once deployed >= 100) within 9 days",
        "deployed(role=engineers) > 0",
    ),
)
"""Conditions that more troops anywhere can only make true, for good where nobody leaves."""


def rules(*atoms):
    """Rules that are monotone in their atoms."""

    def joined(part):
        return st.one_of(
            st.builds("({} and {})".format, part, part),
            st.builds("({} or {})".format, part, part),
            st.builds("at least 2 of ({}, {}, {})".format, part, part, part),
            st.builds("({}) for 4 days".format, part),
        )

    return st.recursive(st.sampled_from([atom for kind in atoms for atom in kind]), joined, max_leaves=4)


def delays():
    known = st.integers(0, 20).map("{} days".format)
    return st.one_of(known, known, drawn())


def drawn():
    """Delays that are another each time."""
    return st.integers(1, 20).map(lambda many: {"mean": f"{many} days"})


def chances():
    return st.sampled_from([1, 1, 1, 0.7, 0])


def approvals(least, most):
    step = st.fixed_dictionaries(
        {"takes": drawn(), "probability": chances()}, optional={"reconsiders": drawn()}
    )
    return st.lists(step, min_size=least, max_size=most).map(
        lambda steps: [
            {**one, "step": name} for one, name in zip(steps, ("government", "parliament"), strict=False)
        ]
    )


def contingents(lanes):
    body = st.fixed_dictionaries(
        {
            "troops": st.integers(1, 600),
            "role": st.sampled_from(["infantry", "engineers"]),
            **({"lift": st.sampled_from(lanes)} if lanes else {}),
        },
        optional={
            "prepares_for": delays(),
            "delivers": st.sampled_from([0.5, {"low": 0.3, "mode": 0.8, "high": 1.0}]),
            "never_arrives": st.sampled_from([0, 0.3]),
        },
    )
    return st.lists(body, min_size=1, max_size=2).map(lambda some: dict(zip(("a", "b"), some, strict=False)))


@st.composite
def worlds(draw, rule, asked=None, steps=(0, 2), lanes=(), theatre=None):
    """Scenarios without exits; `rule` draws the rules of contributors, `asked` when a party is asked."""
    states = {}
    for state in STATES[: draw(st.integers(2, len(STATES)))]:
        states[state] = {
            "commits_when": draw(rule),
            "approvals": draw(approvals(*steps)),
            "contingents": draw(contingents(lanes)),
        }
    states = _without_strangers(states)
    consent = {"probability": draw(chances()), "after": draw(delays()), "reconsiders": "15 days"}
    if asked is not None:
        consent["asked_when"] = _known(draw(asked), states)
    return {
        "scenario": "monotone",
        "start": "2026-01-01",
        "end": "2026-04-30",
        "facts": FACTS,
        "parties": {"host": {"consent": consent} if draw(st.integers(0, 3)) == 3 else {}},
        "contributors": states,
        "theatre": draw(theatre) if theatre is not None else {},
    }


def _without_strangers(states):
    return {
        name: {**block, "commits_when": _known(block["commits_when"], states)}
        for name, block in states.items()
    }


def _known(rule, states):
    """Return a rule in which contributors who are not there are the first who is."""
    for state in STATES:
        rule = rule if state in states else rule.replace(state, STATES[0])
    return rule


def played(data):
    plan, draws = compile_plan(Scenario.model_validate(data)), Draws(3, 0, REPLICATIONS)
    return [replicate(plan, draws, number) for number in range(REPLICATIONS)]


def courses(logs, by):
    """Return for each group its deployed level at the end of each instant."""
    levels, found = {}, {}
    for row in logs.transitions:
        key = by(row)
        levels[key] = levels.get(key, 0) + row[6] * ((row[5] == "deployed") - (row[4] == "deployed"))
        found.setdefault(key, {})[row[0]] = levels[key]
    return found


def each(row):
    return row[2], row[3]


def everybody(_):
    return "all"


def never_lower(data, more, by=each):
    """Assert that at every instant `more` has at least the level that `data` has, by group."""
    for before, after in zip(played(data), played(more), strict=True):
        lower, higher = courses(before, by), courses(after, by)
        for key, course in lower.items():
            above = higher.get(key, {})
            low = high = 0
            for time in sorted({*course, *above}):
                low, high = course.get(time, low), above.get(time, high)
                assert high >= low, f"{key}: {high} instead of {low} on day {time / DAY:g}"


# With an unlimited theatre, no exits and monotone rules a looser rule is true whenever the other is, so each
# stage of everybody is reached as early or earlier: a decision is taken while it is true and keeps its age, and
# each step has the same takes and outcome at its k-th answer; preparation, share and trip are drawn once.


@pytest.mark.long
@FIXED
@given(worlds(rules(LASTING, PASSING, FORCES), rules(LASTING, FORCES)), st.data())
def test_a_looser_rule_never_lowers_any_level(data, draw):
    more = copy.deepcopy(data)
    state = draw.draw(st.sampled_from(sorted(data["contributors"])))
    other = _known(draw.draw(rules(LASTING, PASSING, FORCES)), data["contributors"])
    block = more["contributors"][state]
    block["commits_when"] = f"({block['commits_when']}) or ({other})"
    never_lower(data, more)


@FIXED
@given(worlds(rules(LASTING, PASSING, FORCES), rules(LASTING, FORCES), (0, 1)), st.integers(1, 400))
def test_a_contributor_more_never_lowers_the_level_of_another_if_rules_only_ask_for_more(data, troops):
    newcomer = {"contingents": {"a": {"troops": troops, "role": "engineers", "prepares_for": "10 days"}}}
    more = {**data, "contributors": {**data["contributors"], "estonia": newcomer}}
    never_lower(data, more)


# No rule reads a force: nothing that the newcomer does reaches the others. They may leave, come back, be
# relieved.


@pytest.mark.long
@FIXED
@given(scenario_data(Range(theatre=False, forces=False)), st.data())
def test_a_contributor_whom_no_rule_reads_changes_no_other_row(data, draw):
    without = data.get("history", [])
    model = draw.draw(st.sampled_from(sorted(data["contributors"])))
    name = draw.draw(st.sampled_from(["aaa", "zzz"]))
    newcomer = copy.deepcopy(data["contributors"][model])
    for body in newcomer["contingents"].values():
        body["role"] = "cooks"
    recorded = [{**record, "contributor": name} for record in without if record.get("contributor") == model]
    more = {**data, "contributors": {**data["contributors"], name: newcomer}}
    if without:
        more["history"] = [*without, *recorded]
    for before, after in zip(played(data), played(more), strict=True):
        assert [row for row in after.transitions if row[2] != name] == before.transitions
        assert [row for row in after.signals if f", {name})" not in row[2]] == before.signals
        # a booking is logged in the last round of its instant, and the newcomer may need one more
        assert [(row[0], *row[2:]) for row in after.waits if row[2] != name] == [
            (row[0], *row[2:]) for row in before.waits
        ]


# One lane is scarce, nothing else; rules read no force and stay true once true, so who is ready when does not
# depend on lift. Serials then are served strictly in the order of readiness, each with a trip of its own:
# with a slot more each starts as early or earlier (Kiefer and Wolfowitz), and lands so.


@st.composite
def lanes(draw, trip=None):
    lane = {"slots": draw(st.sampled_from([1, 2, 3])), "load": draw(st.sampled_from([100, 40, 250]))}
    return {"lift": {"air": {**lane, "trip": trip or draw(drawn())}}}


@pytest.mark.long
@FIXED
@given(worlds(rules(LASTING), lanes=("air",), theatre=lanes()), st.integers(1, 3))
def test_a_slot_more_never_lowers_any_level_if_lift_is_all_that_is_scarce(data, slots):
    more = copy.deepcopy(data)
    more["theatre"]["lift"]["air"]["slots"] += slots
    never_lower(data, more)


# With one known trip for all, a larger load takes each soldier with the same serial or an earlier one.


@FIXED
@given(worlds(rules(LASTING), lanes=("air",), theatre=lanes("4 days")), st.integers(1, 200))
def test_a_larger_load_never_lowers_any_level_if_every_trip_takes_as_long(data, load):
    more = copy.deepcopy(data)
    more["theatre"]["lift"]["air"]["load"] += load
    never_lower(data, more)


# Beds are scarce, their number is fixed, nobody leaves, nobody travels and no rule reads a force. All are
# tried in the same order. Up to the first who gets a bed of the larger base but not of the smaller, both hold
# as many; he alone then holds more than the smaller base has free. So the whole level is never lower. (A
# single contingent's may be.)


@FIXED
@given(
    worlds(
        rules(LASTING, PASSING), theatre=st.integers(0, 900).map(lambda beds: {"beds": {"at_start": beds}})
    ),
    st.integers(1, 200),
)
def test_more_beds_never_lower_the_force_if_beds_are_all_that_is_scarce(data, beds):
    more = copy.deepcopy(data)
    more["theatre"]["beds"]["at_start"] += beds
    never_lower(data, more, everybody)


# Reception is one queue in the order of arrival, and nothing before it depends on it.


@pytest.mark.long
@FIXED
@given(
    worlds(
        rules(LASTING, PASSING),
        lanes=("air",),
        theatre=st.integers(5, 200).map(
            lambda rate: {
                "reception": f"{rate} per day",
                "lift": {"air": {"slots": 10**6, "load": 10**6, "trip": {"mean": "5 days"}}},
            }
        ),
    ),
    st.integers(1, 100),
)
def test_faster_reception_never_lowers_any_level_if_reception_is_all_that_is_scarce(data, faster):
    more = copy.deepcopy(data)
    rate = int(data["theatre"]["reception"].split()[0])
    more["theatre"]["reception"] = f"{rate + faster} per day"
    never_lower(data, more)


class TestWhereTheClaimsAreFalse:
    """The conditions above are needed: where one is missing, more can mean less."""

    def test_a_slot_more_can_lower_the_force_if_some_have_priority(self):
        """The further slot lets both small ones go just before the urgent one is ready."""
        states = {
            "first": contributor(lift="air", priority=1),
            "second": contributor(lift="air", priority=1),
            "small": contributor(troops=1, lift="air", priority=2, prepares_for="7 days"),
            "smaller": contributor(troops=1, lift="air", priority=2, prepares_for="7 days"),
            "urgent": contributor(lift="air", prepares_for="9 days"),
        }
        there = {}
        for slots in (1, 2):
            theatre = {"lift": {"air": {"slots": slots, "load": 100, "trip": "5 days"}}}
            logs = play(scenario(theatre=theatre, contributors=states))
            there[slots] = courses(logs, everybody)["all"]
        assert there[1][15 * DAY] == 300
        changes = {time // DAY: level for time, level in there[2].items()}
        assert changes == {0: 0, 5: 200, 7: 200, 9: 200, 12: 202, 17: 302}

    def test_a_bed_more_can_keep_a_small_contingent_out(self):
        states = {"large": contributor(troops=500), "small": contributor(troops=30, prepares_for="1 day")}
        there = [
            stages(play(scenario(theatre={"beds": {"at_start": beds}}, contributors=states)), "small")
            for beds in (49, 50)
        ]
        assert there == [{"deployed": 30}, {"ready": 30}]


CHANCES = ("mandate", "consent", "government", "arrives")


@FIXED
@given(st.fixed_dictionaries({name: st.sampled_from([0, 1]) for name in CHANCES}), st.integers(0, 9))
def test_chances_of_nought_and_one_give_none_and_all(chance, seed):
    """Whatever the defaults say."""
    whole = scenario(
        facts={"mandate": {"kind": "milestone", "probability": chance["mandate"], "after": "3 days"}},
        parties={"host": {"consent": {"probability": chance["consent"], "after": {"mean": "2 days"}}}},
        defaults={"contingents": {"never_arrives": 0.5, "delivers": 0.5}},
        contributors={
            "land": contributor(
                "mandate",
                approvals=[{"step": "government", "takes": "1 day", "probability": chance["government"]}],
                never_arrives=1 - chance["arrives"],
                delivers=1,
            )
        },
    )
    if not chance["mandate"] or not chance["consent"]:
        expected = "pledged"
    elif not chance["government"]:
        expected = "refused"
    else:
        expected = "deployed" if chance["arrives"] else "undelivered"
    assert stages(play(whole, seed=seed), "land") == {expected: 100}


@pytest.mark.parametrize(("probability", "stage"), [(0, "gone"), (1, "deployed")])
def test_a_relief_that_never_or_always_comes(probability, stage):
    tour = {"every": "20 days", "relief_probability": probability}
    assert stages(play(scenario(contributors={"land": contributor(tour=tour)})), "land") == {stage: 100}


@pytest.mark.parametrize(("share", "stage"), [(0, "undelivered"), (1, "deployed")])
def test_a_class_of_which_none_or_all_are_vetted(share, stage):
    police = {"force": "police", "role": "police", "trained_by": "infantry", "trainees_per_trainer": 1}
    force = {**police, "course": "10 days", "recruits": 80, "vetted": share}
    whole = scenario(contributors={"land": contributor()}, trained_forces={"police": force})
    assert stages(play(whole), "police") == {stage: 80}


@settings(FIXED, max_examples=examples(12))
@given(
    st.integers(60, 700),
    st.integers(1, 3),
    st.sampled_from([30, 100, 1_000]),
    st.integers(0, 1),
    st.sampled_from([40, 400]),
)
def test_a_full_base_does_not_stop_reliefs_however_many_wait(troops, slots, load, priority, rate):
    """Whoever waits for a bed, of whatever priority, holds no slot that the reliefs need."""
    serials, waits = -(-troops // load), {"lift": "air", "priority": priority, "prepares_for": "50 days"}
    whole = scenario(
        end="2026-12-31",
        theatre={
            "lift": {"air": {"slots": slots, "load": load, "trip": "1 day"}},
            "beds": {"at_start": troops},
            "reception": f"{rate} per day",
        },
        contributors={
            "there": contributor(troops=troops, lift="air", tour={"every": "20 days"}, priority=1),
            "large": contributor(troops=900, **waits),
            "small": contributor(troops=20, **waits),
        },
    )
    logs = play(whole)
    assert stages(logs, "there") == {"deployed": troops}
    assert stages(logs, "large") == {"ready": 900}
    assert stages(logs, "small") == {"ready": 20}
    moves_one_by_one = serials * (DAY + 1) + troops * DAY // rate
    full_tours = (365 * DAY - moves_one_by_one) // (20 * DAY + moves_one_by_one)
    received = sum(row[6] for row in logs.transitions if row[7] == "relief received")
    assert received >= troops * full_tours > 0


def test_beds_that_come_one_by_one_bring_no_trickle():
    grows = [{"from": day(many), "to": 50 + many} for many in range(1, 90)]
    whole = scenario(
        theatre={"beds": {"at_start": 50, "grows": grows}, "lift": {"air": {"slots": 9, "load": 100}}},
        contributors={"one": contributor(troops=60, lift="air"), "two": contributor(troops=400, lift="air")},
    )
    serials = [(row[0] // DAY, row[2], row[6]) for row in play(whole).transitions if row[5] == "moving"]
    assert serials == [(0, "one", 50), (10, "one", 10), (60, "two", 50)]
