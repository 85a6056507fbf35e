"""Nothing depends on the order of a file or of tied events, on the block, or on who else is there."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from sim.errors import EndlessInstantError
from sim.model import rounds
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.scenario.scenario import Scenario
from sim.testing.scenarios import Range, scenario_data, scenarios
from tests.counts import examples
from tests.model.tiny import contributor, play, scenario

FIXED = settings(
    max_examples=examples(14),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def played(whole, seed=1, number=0, block=None):
    try:
        return replicate(compile_plan(whole), block or Draws(seed, number, 1), number)
    except EndlessInstantError:
        reject()


def permuted(value, random):
    """Return data with the keys of all mappings in another order; lists keep theirs."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: permuted(value[key], random) for key in keys}
    return [permuted(item, random) for item in value] if isinstance(value, list) else value


@pytest.mark.long
@FIXED
@given(scenario_data(), st.randoms(use_true_random=False))
def test_the_order_in_the_file_changes_nothing(data, random):
    one, other = Scenario.model_validate(data), Scenario.model_validate(permuted(data, random))
    assert compile_plan(other) == compile_plan(one)
    assert played(other) == played(one)


class Reversed(rounds.simpy.Environment):
    """Events that are due together, and of one priority, happen in the reverse order."""

    def __init__(self, initial_time=0):
        super().__init__(initial_time)
        self._eid = count(0, -1)


def happen_in_reverse(self, value=None):
    self.callbacks.reverse()
    HAPPEN(self, value)


HAPPEN = rounds.Waking.happen


@FIXED
@given(scenarios())
def test_the_order_of_tied_events_changes_nothing(whole):
    logs = played(whole)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds.simpy, "Environment", Reversed)
        patch.setattr(rounds.Waking, "happen", happen_in_reverse)
        assert played(whole) == logs


@FIXED
@given(scenarios(), st.integers(0, 2**32))
def test_the_order_in_which_a_round_wakes_changes_nothing(whole, shuffle):
    class Anyhow(rounds.Bell):
        """Bells that a set of them gives back in some order or other."""

        def __hash__(self):
            return hash((id(self), shuffle))

    logs = played(whole)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "Bell", Anyhow)
        assert played(whole) == logs


def test_the_order_of_serials_that_arrive_together_is_that_of_names():
    lift = {
        f"by_{name}": {"slots": 1, "load": 50, "trip": f"{trip} days"}
        for name, trip in zip("abc", (1, 3, 2), strict=True)
    }
    lands = {
        name: contributor(troops=50, lift=f"by_{name}", prepares_for=f"{ready} days")
        for name, ready in zip("abc", (2, 0, 1), strict=True)
    }
    whole = scenario(theatre={"reception": "10 per day", "lift": lift}, contributors=lands)
    logs = play(whole)
    assert [(row[2], row[0] / 86_400) for row in logs.transitions if row[5] == "deployed"] == [
        ("a", 8),
        ("b", 13),
        ("c", 18),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds.simpy, "Environment", Reversed)
        assert play(whole) == logs


def test_the_reversed_environment_does_reverse():
    order = []
    environment = Reversed()
    for name in "abc":
        environment.timeout(1).callbacks.append(lambda _, name=name: order.append(name))
    environment.run()
    assert order == ["c", "b", "a"]


@pytest.mark.long
@FIXED
@given(scenario_data(Range(theatre=False, forces=False)), scenario_data(Range(theatre=False, forces=False)))
def test_one_more_contributor_changes_no_other_rows(data, other):
    """With an unlimited theatre and rules without forces; the last round of an instant may come later."""
    before = played(Scenario.model_validate(data))
    more = next(iter(other["contributors"].values()))
    newcomer = {
        **data,
        "contributors": {
            "aaa": {
                "contingents": more["contingents"],
                "approvals": more["approvals"],
                "consents": {
                    party: "not_needed" for party, block in data["parties"].items() if "consent" in block
                },
            },
            **data["contributors"],
        },
    }
    for body in newcomer["contributors"]["aaa"]["contingents"].values():
        body.pop("commits_when", None)
        body["role"] = "cooks"
    after = played(Scenario.model_validate(newcomer))
    assert [row for row in after.transitions if row[2] != "aaa"] == before.transitions
    assert after.signals == before.signals
    assert [(row[0], *row[2:]) for row in after.waits if row[2] != "aaa"] == [
        (row[0], *row[2:]) for row in before.waits
    ]


@pytest.mark.long
@FIXED
@given(scenarios(), st.integers(0, 5), st.integers(0, 5))
def test_a_replication_alone_equals_its_rows_in_a_block(whole, first, place):
    alone = played(whole, number=first + place, block=Draws(7, first + place, 1))
    assert alone == played(whole, number=first + place, block=Draws(7, first, 6))


def test_seeds_and_replications_differ_and_nought_is_a_seed():
    delays = {"prepares_for": {"median": "20 days", "p90": "40 days"}}
    whole = scenario(contributors={"land": contributor(**delays)})
    logs = {(seed, number): play(whole, number, seed) for seed in (0, 1) for number in (0, 1)}
    ready = {key: next(row[0] for row in log.transitions if row[5] == "ready") for key, log in logs.items()}
    assert len(set(ready.values())) == 4
    assert play(whole, 0, 0) == logs[0, 0]


def test_a_replication_outside_its_block_is_refused():
    whole = scenario(contributors={"land": contributor(prepares_for={"mean": "3 days"})})
    with pytest.raises(ValueError, match="replication 3 is not one of the 2 from 4 on"):
        replicate(compile_plan(whole), Draws(0, 4, 2), 3)
