"""The kit catches deliberate faults of the model: each is put in, and the checks must find it in the logs."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from simpy.events import Event

from sim.errors import EndlessInstantError
from sim.model.contributor import Contributor
from sim.model.replication import replicate
from sim.model.rounds import Rounds
from sim.model.theatre import Theatre
from sim.model.tour import Tours
from sim.plan import compiling_forces
from sim.plan.compilation import compile_plan
from sim.plan.network import Count, Held, NetworkBuilder
from sim.plan.randomness import Draws
from sim.rules.syntax import And, Recent, Throughout
from sim.testing.checks import findings
from sim.testing.scenarios import scenarios
from tests.model.tiny import contributor, day, scenario, schedule

EXAMPLES = 30


@pytest.fixture(scope="module")
def worlds():
    """Generated scenarios, always the same, and seven by hand.

    In one history brings troops who would not come by themselves, in another two wait for each other, in the third timers are due,
    in the fourth more come than are received, in the fifth somebody leaves, in the sixth beds are short, in the last a window
    of incidents decides.
    """
    drawn = [
        scenario(
            as_of=day(5),
            history=[{"date": day(2), "contributor": "land", "event": "arrived", "troops": 100}],
            facts={"fire": schedule(on=0, off=20)},
            contributors={"land": contributor(withdraws_when="fire")},
        ),
        scenario(
            facts={"truce": schedule(on=3)},
            contributors={
                "a": contributor("truce and not committed(b)"),
                "b": contributor("truce and not committed(a)"),
            },
        ),
        scenario(
            facts={"truce": schedule(on=3, off=20)},
            contributors={"a": contributor("truce for 5 days"), "b": contributor("truce within 4 days")},
        ),
        scenario(contributors={"a": contributor(), "b": contributor()}, theatre={"reception": "20 per day"}),
        scenario(facts={"fire": schedule(on=20)}, contributors={"a": contributor(withdraws_when="fire")}),
        scenario(contributors={"a": contributor(), "b": contributor()}, theatre={"beds": {"at_start": 150}}),
        scenario(
            as_of=day(3),
            history=[{"date": day(2), "fact": "incidents", "count": 3}],
            facts={"incidents": {"kind": "events", "rate": "1 per 900 days"}},
            contributors={"a": contributor("incidents in last 4 days <= 2")},
        ),
    ]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios())
    def collect(whole):
        drawn.append(whole)

    collect()
    return drawn


def caught(worlds):
    """Return the names of the checks that find something in the first scenario in which one does."""
    for whole, number in itertools.product(worlds, range(2)):
        try:
            logs = replicate(compile_plan(whole), Draws(0, 0, 2), number)
        except EndlessInstantError:
            continue
        found = findings(whole, logs)
        if found:
            assert all(str(finding).startswith("day ") for finding in found)
            return {finding.check for finding in found}
    return set()


def embarks_whatever_the_rule(patch):
    def may_embark(self, contingent):
        return bool(self._ready(contingent) or self._reliefs.get(contingent.row.number))

    patch.setattr(Theatre, "_may_embark", may_embark)


def ignores_consents(patch):
    def permits(context, name, block, body):
        rules = [rule for rule in (block.commits_when, body.commits_when) if rule is not None]
        return context.rule(And(tuple(rules)), name)

    patch.setattr(compiling_forces, "_permits", permits)


def closes_windows_on_the_wrong_side(patch):
    compare = NetworkBuilder._comparison

    def comparison(self, quantity, operator, number):
        node = compare(self, quantity, operator, number)
        if isinstance(quantity, Recent):
            return Count(node.signal, node.length + 1, operator, number)
        return node

    patch.setattr(NetworkBuilder, "_comparison", comparison)


def timer_off_by(seconds):
    def fault(patch):
        compiled = NetworkBuilder._compiled

        def late(self, rule):
            node = compiled(self, rule)
            return Held(node.child, node.length + seconds) if isinstance(rule, Throughout) else node

        patch.setattr(NetworkBuilder, "_compiled", late)

    return fault


def takes_an_edge_as_a_level(patch):
    def life(self):
        if self._row.withdraws is None:
            return
        yield self._rounds.until(max(1, self._world.plan.as_of))
        withdrew = False
        while True:
            withdraws = self._rounds.truth(self._row.withdraws)
            if withdraws and not withdrew:
                yield from self._withdraw()
            else:
                yield self._bell.wait()
            withdrew = withdraws

    patch.setattr(Contributor, "life", life)


def reads_rules_after_each_event(patch):
    settle = Rounds._settle

    def post(self, key, change):
        applied = Event(self.environment)

        def alone():
            change()
            applied.succeed()

        self._posted.append((key, alone))
        self._requested = True
        return applied

    def one_at_a_time(self):
        waiting = sorted(self._posted, key=lambda posted: posted[0])
        self._posted = waiting[:1]
        settle(self)
        if waiting[1:]:
            self._posted[:0] = waiting[1:]
            self._requested = True

    patch.setattr(Rounds, "post", post)
    patch.setattr(Rounds, "_settle", one_at_a_time)


def forgets_beds_under_way(patch):
    patch.setattr(
        Theatre, "free_beds", property(lambda self: self._world.plan.beds and self._world.plan.beds.at_start)
    )


def gives_back_slots_too_early(patch):
    patch.setattr(Theatre, "_hold_slot", lambda self, lane, slots: None)


def receives_all_at_once(patch):
    patch.setattr(Theatre, "_reception_time", lambda self, size: 0)


def never_withdraws(patch):
    def life(self):
        return
        yield

    patch.setattr(Contributor, "life", life)


def relieves_after_the_withdrawal(patch):
    patch.setattr(Tours, "_is_there", lambda self: self._troops.count("deployed") > 0)
    patch.setattr(Theatre, "cancel_relief", lambda self, number: None)
    patch.setattr(Theatre, "_may_embark", lambda self, contingent: True)


FAULTS = {
    embarks_whatever_the_rule: {"embarking_by_rule"},
    ignores_consents: {"deciding_by_rule", "embarking_by_rule"},
    closes_windows_on_the_wrong_side: {"deciding_by_rule", "embarking_by_rule", "causes_are_false"},
    timer_off_by(1): {"causes_are_false"},
    timer_off_by(-1): {"deciding_by_rule", "embarking_by_rule", "causes_are_false"},
    takes_an_edge_as_a_level: {"leaving_by_rule"},
    reads_rules_after_each_event: {"deciding_by_rule", "pledge_kept"},
    forgets_beds_under_way: {"beds_suffice"},
    gives_back_slots_too_early: {"slots_suffice"},
    receives_all_at_once: {"reception_keeps_pace"},
    never_withdraws: {"leaving_by_rule"},
    relieves_after_the_withdrawal: {"embarking_by_rule"},
}


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__qualname__.split(".")[0])
def test_the_checks_find_the_fault(fault, worlds, monkeypatch):
    fault(monkeypatch)
    assert caught(worlds) & FAULTS[fault]


def test_the_checks_find_nothing_without_a_fault(worlds):
    assert caught(worlds[:60]) == set()
