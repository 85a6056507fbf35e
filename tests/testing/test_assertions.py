"""The ready assertions: they pass where they should, and tell a readable counter-example elsewhere."""

from __future__ import annotations

import pytest

from sim.errors import UsageError
from sim.model.theatre import Theatre
from sim.plan import compiling_forces
from sim.plan.network import Held, NetworkBuilder
from sim.rules import parse
from sim.rules.syntax import And, Throughout
from sim.testing import (
    assert_always,
    assert_embarks_only_when,
    assert_looser_never_lowers,
    assert_never,
)
from sim.testing.assertions import unlimited, with_alternative
from tests.model.tiny import contributor, scenario

EXAMPLES = 60
SWITCH = {
    "kind": "switch",
    "initially": True,
    "stays_on": {"mean": "40 days"},
    "stays_off": {"mean": "20 days"},
}


def azerbaijan(rule="not military_action for 30 days", **blocks):
    return scenario(
        facts={"military_action": SWITCH},
        contributors={"azerbaijan": contributor(rule)},
        **blocks,
    )


def turkey():
    return scenario(
        parties={"israel": {"consent": {"probability": 0.5, "after": {"mean": "20 days"}}}},
        contributors={"turkey": contributor(troops=2000)},
    )


def failure(assertion, *arguments, **options):
    with pytest.raises(AssertionError) as caught:
        assertion(*arguments, **options, examples=EXAMPLES)
    return str(caught.value)


def test_what_the_rule_says_holds():
    assert_embarks_only_when(azerbaijan(), "azerbaijan", "not military_action for 30 days", EXAMPLES)
    assert_embarks_only_when(turkey(), "turkey", "consent(israel)", EXAMPLES)
    assert_never(turkey(), "deployed(turkey) > 0 and not once consent(israel, turkey)", EXAMPLES)
    assert_always(turkey(), "deployed(turkey) == 0 or consent(israel, turkey)", EXAMPLES)


def test_a_consent_that_can_be_revoked_may_be_missing_later():
    whole = scenario(
        facts={"war": SWITCH},
        parties={"israel": {"consent": {"revoked_when": "war"}}},
        contributors={"turkey": contributor(troops=2000)},
    )
    told = failure(assert_never, whole, "deployed(turkey) > 0 and not consent(israel, turkey)")
    assert "consent(israel, turkey) = 0" in told
    assert "turkey unit: 2,000 moving → deployed" in told
    assert_never(whole, "deployed(turkey) > 0 and not once consent(israel, turkey)", EXAMPLES)


def test_a_failure_is_told_as_a_short_history():
    told = failure(assert_embarks_only_when, azerbaijan(), "azerbaijan", "not military_action for 31 days")
    assert told.splitlines()[0] == (
        "azerbaijan embarks although `not military_action for 31 days` does not hold on 2026-01-31 (day 30), "
        "in replication 0 with the facts as told:"
    )
    assert told.splitlines()[1:] == [
        "  2026-01-01  military_action = 0",
        "  the rule then, part by part:",
        "  throughout the last 31 days:        false from the beginning",
        "  └─ “military action” does not hold  true since 2026-01-01",
    ]


def test_always_tells_where_the_rule_fails():
    told = failure(assert_always, azerbaijan(), "deployed(azerbaijan) == 0")
    assert told.startswith("`deployed(azerbaijan) == 0` does not hold on 2026-01-31 (day 30)")


def test_a_looser_rule_never_lowers():
    whole = scenario(
        facts={"military_action": SWITCH, "truce": SWITCH},
        parties={"israel": {"consent": {"probability": 0.5}}},
        contributors={
            "azerbaijan": contributor(
                "not military_action for 10 days",
                approvals=[
                    {
                        "step": "parliament",
                        "takes": {"mean": "9 days"},
                        "probability": 0.7,
                        "reconsiders": "8 days",
                    }
                ],
                withdraws_when="military_action for 5 days",
            ),
            "follower": contributor("deployed(azerbaijan) >= 50 for 3 days", tour={"every": "30 days"}),
        },
        theatre={"beds": {"at_start": 120}},
    )
    assert_looser_never_lowers(whole, "azerbaijan", "truce", EXAMPLES)


def test_nothing_is_asserted_of_rules_that_ask_for_fewer_troops():
    whole = scenario(
        facts={"truce": SWITCH},
        contributors={"a": contributor("truce"), "b": contributor("not deployed(a)")},
    )
    with pytest.raises(UsageError, match=r"b\.unit: its rule .* asks for fewer troops"):
        assert_looser_never_lowers(whole, "a", "always")
    with pytest.raises(UsageError, match="no contributor 'c'"):
        assert_looser_never_lowers(whole, "c", "always")
    with pytest.raises(UsageError, match="known are a, b"):
        assert_embarks_only_when(whole, "c", "always")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("deployed(turky) > 0", "there is no contributor 'turky'; did you mean turkey?"),
        ("deployed(role=cavalry) > 0", "there is no role 'cavalry'"),
        ("deployed(sector=rafah) > 0", "there is no sector 'rafah'"),
        ("deployed(force=police) > 0", "there is no force 'police'; known are any, military"),
        ("casualties(turky)", "there is no contributor 'turky'"),
        ("consent(isreal, turkey)", "there is no party 'isreal'; did you mean israel?"),
        ("consent(egypt, turkey)", "nobody asks egypt for its consent to turkey"),
        ("truce", "there is no fact or definition 'truce'"),
        ("war in last 3 days > 1", "`in last` counts events, and 'war' is a switch"),
        ("deployed(self) > 0", "`deployed(self)` does not say of which contributor"),
    ],
)
def test_a_rule_that_speaks_of_nothing_in_the_scenario_asserts_nothing(rule, message):
    whole = scenario(
        facts={"war": SWITCH},
        parties={"israel": {"consent": {"probability": 0.5}}, "egypt": {}},
        contributors={"turkey": contributor(troops=2000)},
    )
    with pytest.raises(UsageError) as caught:
        assert_never(whole, rule, EXAMPLES)
    assert f"`{rule}`: {message}" in str(caught.value)


def test_what_is_taken_away_and_what_is_loosened():
    whole = azerbaijan(theatre={"beds": {"at_start": 1}})
    bare = unlimited(whole)
    assert bare.theatre.beds is None
    loose = with_alternative(whole, "azerbaijan", parse("always"))
    assert str(loose.contributors["azerbaijan"].commits_when) == "not military_action for 30 days or always"


def test_a_looser_rule_that_lowers_is_told(monkeypatch):
    permits = compiling_forces._permits

    def fewer(context, name, block, body):
        rule = permits(context, name, block, body)
        return parse("never") if "truce" in str(rule) else rule

    monkeypatch.setattr(compiling_forces, "_permits", fewer)
    whole = scenario(
        facts={"military_action": SWITCH, "truce": SWITCH},
        contributors={"azerbaijan": contributor("not military_action for 10 days")},
    )
    told = failure(assert_looser_never_lowers, whole, "azerbaijan", "truce")
    assert "azerbaijan has 0 troops deployed with the looser rule, 100 without it, in this world:" in told
    assert "2026-01-01  military_action = 0" in told


def test_a_model_that_ignores_the_rule_is_caught(monkeypatch):
    def may_embark(self, contingent):
        return bool(self._ready(contingent))

    monkeypatch.setattr(Theatre, "_may_embark", may_embark)
    whole = scenario(
        facts={"military_action": SWITCH},
        contributors={"azerbaijan": contributor("not military_action", prepares_for="5 days")},
    )
    told = failure(assert_embarks_only_when, whole, "azerbaijan", "not military_action")
    assert "2026-01-01  military_action = 0" in told and "military_action = 1" in told


def test_a_model_that_ignores_consents_is_caught(monkeypatch):
    def permits(context, name, block, body):
        return context.rule(And(()), name)

    monkeypatch.setattr(compiling_forces, "_permits", permits)
    told = failure(assert_embarks_only_when, turkey(), "turkey", "consent(israel)")
    assert "israel consents to turkey  false from the beginning" in told


def test_a_timer_that_is_one_second_early_is_caught(monkeypatch):
    compiled = NetworkBuilder._compiled

    def early(self, rule):
        node = compiled(self, rule)
        return Held(node.child, node.length - 1) if isinstance(rule, Throughout) else node

    monkeypatch.setattr(NetworkBuilder, "_compiled", early)
    told = failure(assert_embarks_only_when, azerbaijan(), "azerbaijan", "not military_action for 30 days")
    assert "on 2026-01-30 23:59 (day 30)" in told


def test_what_is_assumed_holds_in_every_world_that_counts():
    facts = {name: {"kind": "milestone", "probability": 0.5} for name in ("mandate", "truce")}
    whole = scenario(facts=facts, contributors={"a": contributor("mandate")})
    assert_never(whole, "deployed(a) > 0", 40, assuming="not mandate")
    with pytest.raises(AssertionError, match="holds"):
        assert_never(whole, "deployed(a) > 0", 40, assuming="not truce")
