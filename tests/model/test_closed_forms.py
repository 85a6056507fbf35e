"""What a replication must be in distribution, where pencil and paper say so."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import scipy.stats as oracle

from tests.model.evidence import (
    DAY,
    FALSE_ALARM,
    NEVER,
    copies,
    first_changes,
    first_flows,
    fit,
    mean,
    play,
    scenario,
    share,
)

Z90 = float(oracle.norm.ppf(0.9))
TROOPS = {"contingents": {"men": {"troops": 100, "role": "infantry"}}}


def exponential(days: float) -> Any:
    return oracle.expon(scale=days)


def lognormal(median: float, p90: float) -> Any:
    return oracle.lognorm(s=math.log(p90 / median) / Z90, scale=median)


def test_an_exponential_delay_of_a_milestone_matches_its_cumulative_function() -> None:
    facts = copies(100, {"kind": "milestone", "after": {"mean": "60 days"}})
    days = first_changes(play(scenario(facts=facts), 40), facts)
    assert len(days) == 4_000
    assert fit(days, exponential(60).cdf) > FALSE_ALARM


def test_each_delay_on_the_way_of_a_contingent_is_drawn_from_its_law() -> None:
    contributor = {
        "commits_when": "word",
        "approvals": [{"step": "parliament", "takes": {"mean": "20 days"}, "probability": 0.6}],
        "contingents": {
            "men": {
                "troops": 100,
                "role": "infantry",
                "prepares_for": {"low": "10 days", "mode": "30 days", "high": "90 days"},
                "lift": "air",
            }
        },
        "withdraws_when": "after 2030-01-01",
        "notice": {"mean": "15 days"},
        "exit": {"median": "20 days", "p90": "50 days"},
    }
    many = copies(50, contributor, "state")
    staged = scenario(
        facts={"word": {"kind": "schedule", "values": {"2026-02-01": True}}},
        parties={
            "host": {"consent": {"after": {"median": "40 days", "p90": "100 days"}, "probability": 0.7}}
        },
        contributors=many,
        theatre={"lift": {"air": {"slots": 1_000, "load": 100, "trip": {"mean": "3 days"}}}},
    )
    worlds = play(staged, 24)
    steps = (("pledged", "deciding"), ("deciding", "preparing"), ("preparing", "ready"), ("ready", "moving"))
    left = (("moving", "deployed"), ("deployed", "withdrawing"), ("withdrawing", "gone"))
    flows = {step: first_flows(worlds, many, *step) for step in steps + left}
    consents = first_changes(worlds, [f"consent(host, {name})" for name in many])
    given = consents < NEVER
    assert share(int(given.sum()), len(given), 0.7) > FALSE_ALARM
    assert fit(consents[given], lognormal(40, 100).cdf) > FALSE_ALARM
    assert np.array_equal(flows["pledged", "deciding"][given], np.maximum(31, consents[given]))
    decided = flows["deciding", "preparing"] < NEVER
    assert share(int(decided.sum()), int(given.sum()), 0.6) > FALSE_ALARM
    lengths = {step: flows[step][decided] - flows[before][decided] for before, step in pairwise(steps)}
    assert fit(lengths["deciding", "preparing"], exponential(20).cdf) > FALSE_ALARM
    assert fit(lengths["preparing", "ready"], oracle.beta(2, 4, loc=10, scale=80).cdf) > FALSE_ALARM
    assert not lengths["ready", "moving"].any(), "nothing holds them up"
    assert fit(flows[left[0]][decided] - flows[steps[3]][decided], exponential(3).cdf) > FALSE_ALARM
    # the contributor's notice runs from 1 January 2030, its exit from the end of the notice
    assert fit(flows[left[1]][decided] - 1_461, exponential(15).cdf) > FALSE_ALARM
    assert fit(flows[left[2]][decided] - flows[left[1]][decided], lognormal(20, 50).cdf) > FALSE_ALARM


@pytest.mark.long
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_at_least_k_of_n_independent_milestones_is_the_order_statistic(count: int) -> None:
    groups, members = 30, "abcd"
    facts = {
        f"{member}{group}": {"kind": "milestone", "after": {"mean": "50 days"}}
        for group in range(groups)
        for member in members
    }
    states = {
        f"state{group}": {
            "commits_when": f"at least {count} of ({', '.join(f'{member}{group}' for member in members)})",
            **TROOPS,
        }
        for group in range(groups)
    }
    days = first_flows(play(scenario(facts=facts, contributors=states), 30), states, "pledged", "deciding")
    assert fit(days, lambda t: oracle.binom(4, exponential(50).cdf(t)).sf(count - 1)) > FALSE_ALARM


@pytest.mark.long
@pytest.mark.parametrize(
    ("on", "off", "mean_on", "mean_off"),
    [
        ({"mean": "30 days"}, {"mean": "10 days"}, 30.0, 10.0),
        (
            {"median": "20 days", "p90": "60 days"},
            {"low": "2 days", "mode": "5 days", "high": "20 days"},
            float(lognormal(20, 60).mean()),
            7.0,
        ),
        ({"one_of": {"5 days": 1, "35 days": 2}}, "10 days", 25.0, 10.0),
    ],
    ids=["exponential", "lognormal and PERT", "choice and constant"],
)
def test_a_switch_with_random_stays_is_on_for_its_stationary_share(
    on: Any, off: Any, mean_on: float, mean_off: float
) -> None:
    facts = copies(20, {"kind": "switch", "initially": True, "stays_on": on, "stays_off": off})
    span = 3_652
    shares: list[float] = []
    for logs in play(scenario(facts=facts), 5):
        courses: dict[str, list[tuple[int, float]]] = {name: [(0, 1.0)] for name in facts}
        for time, _, fact, value in logs.signals:
            courses[fact].append((time, value))
        shares.extend(_on_share(course, span * DAY, from_=400 * DAY) for course in courses.values())
    expected = mean_on / (mean_on + mean_off)
    assert mean(np.array(shares), expected) > FALSE_ALARM
    assert np.mean(shares) == pytest.approx(expected, abs=0.02)


def _on_share(course: list[tuple[int, float]], end: int, from_: int) -> float:
    bounds = [time for time, _ in course[1:]] + [end]
    on = sum(
        max(0, till - max(time, from_)) * value for (time, value), till in zip(course, bounds, strict=True)
    )
    return on / (end - from_)


@pytest.mark.parametrize("bursts", [1.0, 2.5, 6.0])
def test_counts_of_incidents_have_the_mean_and_variance_of_poisson_clusters(bursts: float) -> None:
    """Clusters at rate / b with geometric sizes of mean b: mean r·t, variance r·t·(2b − 1)."""
    facts = copies(50, {"kind": "events", "rate": "25 per 80 days", "bursts": bursts})
    counts: list[float] = []
    for logs in play(scenario("2026-02-28", facts=facts), 24):
        totals = dict.fromkeys(facts, 0.0)
        for _, _, fact, total in logs.signals:
            totals[fact] = total
        counts.extend(totals.values())
    sample, expected = np.array(counts), 25 / 80 * 59
    assert mean(sample, expected) > FALSE_ALARM
    assert mean((sample - expected) ** 2, expected * (2 * bursts - 1)) > FALSE_ALARM
    if bursts == 1:
        observed = np.bincount(np.clip(sample.astype(int), 10, 27) - 10, minlength=18)
        law = oracle.poisson(expected)
        chances = np.array([law.cdf(10), *law.pmf(np.arange(11, 27)), law.sf(26)])
        assert oracle.chisquare(observed, chances * len(sample)).pvalue > FALSE_ALARM


def test_the_size_of_a_cluster_is_geometric() -> None:
    facts = copies(20, {"kind": "events", "rate": "3 per day", "bursts": 3})
    sizes = []
    for logs in play(scenario("2026-03-31", facts=facts), 3):
        before = dict.fromkeys(facts, 0.0)
        for _, _, fact, total in logs.signals:
            sizes.append(total - before[fact])
            before[fact] = total
    observed = np.bincount(np.minimum(np.array(sizes, dtype=int), 12), minlength=13)[1:]
    law = oracle.geom(1 / 3)
    chances = np.append(law.pmf(np.arange(1, 12)), law.sf(11))
    assert oracle.chisquare(observed, chances * len(sizes)).pvalue > FALSE_ALARM


def test_incidents_before_start_fill_the_longest_window_that_a_rule_reads() -> None:
    """Without a `past` the count in the last 30 days is Poisson at start already."""
    facts: dict[str, Any] = copies(40, {"kind": "events", "rate": "1 per 6 days"})
    calm = {f"state{name}": {"commits_when": f"{name} in last 30 days < 5", **TROOPS} for name in facts}
    days = first_flows(
        play(scenario("2026-01-02", facts=facts, contributors=calm), 25), calm, "pledged", "deciding"
    )
    assert share(int((days == 0).sum()), len(days), float(oracle.poisson(5).cdf(4))) > FALSE_ALARM


LAWS = {
    "exponential": ({"mean": "60 days"}, exponential(60)),
    "lognormal": ({"median": "60 days", "p90": "180 days"}, lognormal(60, 180)),
    "PERT": (
        {"low": "20 days", "mode": "40 days", "high": "120 days"},
        oracle.beta(1.8, 4.2, loc=20, scale=100),
    ),
}


@pytest.mark.parametrize("law", LAWS)
def test_ends_three_times_as_fast_means_the_cube_of_the_survival(law: str) -> None:
    stated, reference = LAWS[law]
    block = {
        "kind": "switch",
        "initially": True,
        "stays_on": stated,
        "rate_multiplier": [{"when": "always", "ends": 3, "starts": 7}],
    }
    facts = copies(50, block)
    days = first_changes(play(scenario(facts=facts), 30), facts, 0.0)
    assert fit(days, lambda t: 1 - reference.sf(t) ** 3) > FALSE_ALARM


@pytest.mark.long
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("kind", ["switch", "milestone", "consent"])
def test_a_multiplier_that_comes_and_goes_uses_the_hazard_up_piece_by_piece(law: str, kind: str) -> None:
    """Half as fast from day 31 on, and stopped between day 59 and day 90."""
    stated, reference = LAWS[law]
    slow = [{"when": "after 2026-02-01", "times": 0.5}, {"when": "pause", "times": 0}]
    pause = {"kind": "schedule", "values": {"2026-03-01": True, "2026-04-01": False}}
    states: dict[str, Any] = {}
    parties: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    if kind == "consent":
        parties["host"] = {"consent": {"after": stated, "rate_multiplier": slow}}
        states = copies(50, TROOPS, "state")
        names = [f"consent(host, {name})" for name in states]
    else:
        block = {"kind": "milestone", "after": stated, "rate_multiplier": slow}
        if kind == "switch":
            paces = [{"when": pace["when"], "starts": pace["times"]} for pace in slow]
            block = {"kind": "switch", "stays_off": stated, "rate_multiplier": paces}
        facts = copies(50, block)
        names = list(facts)
    staged = scenario(facts={**facts, "pause": pause}, parties=parties, contributors=states)
    days = first_changes(play(staged, 20), names)

    def cumulative(t: np.ndarray) -> np.ndarray:
        survival: np.ndarray = reference.sf(np.minimum(t, 31))
        for begins, ends in ((31, 59), (90, math.inf)):
            survival = survival * np.sqrt(reference.sf(np.clip(t, begins, ends)) / reference.sf(begins))
        return 1 - survival

    assert fit(days, cumulative) > FALSE_ALARM


def test_a_multiplier_on_a_choice_raises_its_survival_at_each_jump() -> None:
    block = {
        "kind": "milestone",
        "after": {"one_of": {"10 days": 3, "20 days": 2, "30 days": 5}},
        "rate_multiplier": [{"when": "always", "times": 2}],
    }
    facts = copies(50, block)
    days = first_changes(play(scenario("2026-03-31", facts=facts), 40), facts)
    observed = [int((days == day).sum()) for day in (10, 20, 30)]
    chances = np.array([1 - 0.7**2, 0.7**2 - 0.5**2, 0.5**2])
    assert sum(observed) == len(days)
    assert oracle.chisquare(observed, chances * len(days)).pvalue > FALSE_ALARM


def test_an_uncertain_quantity_scales_every_delay_that_names_it_alike() -> None:
    """Lognormal times a lognormal tempo is lognormal; two such delays correlate by the tempo's share."""
    delay = {"median": "30 days", "p90": "60 days", "times": "tempo"}
    facts = {
        "one": {"kind": "milestone", "after": delay},
        "two": {"kind": "milestone", "after": delay},
        "own": {"kind": "milestone", "after": {"median": "30 days", "p90": "60 days"}},
        "known": {"kind": "milestone", "after": {"value": "30 days", "times": "tempo"}},
    }
    staged = scenario("2125-12-31", facts=facts, uncertain={"tempo": {"median": 1.0, "p90": 1.6}})
    days = first_changes(play(staged, 1_200), facts).reshape(-1, 4)
    own, tempo = math.log(2) / Z90, math.log(1.6) / Z90
    both = oracle.lognorm(s=math.hypot(own, tempo), scale=30)
    assert fit(days[:, 0], both.cdf) > FALSE_ALARM
    assert fit(days[:, 1], both.cdf) > FALSE_ALARM
    assert fit(days[:, 2], lognormal(30, 60).cdf) > FALSE_ALARM
    assert fit(days[:, 3], oracle.lognorm(s=tempo, scale=30).cdf) > FALSE_ALARM
    logs = np.log(days)
    shared = tempo**2 / (tempo**2 + own**2)
    # Fisher's transformation: the arc tangent of a correlation is nearly normal
    for pair, expected in (((0, 1), shared), ((0, 3), math.sqrt(shared)), ((0, 2), 0.0)):
        found = np.corrcoef(logs[:, pair[0]], logs[:, pair[1]])[0, 1]
        assert abs(math.atanh(found) - math.atanh(expected)) * math.sqrt(len(days) - 3) < 4.9


def test_a_pert_delay_scales_with_a_known_tempo() -> None:
    delay = {"low": "10 days", "mode": "20 days", "high": "60 days", "times": "tempo"}
    facts = copies(50, {"kind": "milestone", "after": delay})
    days = first_changes(play(scenario(facts=facts, uncertain={"tempo": 2}), 20), facts)
    assert fit(days, oracle.beta(1.8, 4.2, loc=20, scale=100).cdf) > FALSE_ALARM


def test_a_progress_takes_its_duration_and_climbs_evenly() -> None:
    block = {"kind": "progress", "duration": {"median": "100 days", "p90": "200 days"}, "steps": 4}
    facts = copies(50, block)
    worlds = play(scenario(facts=facts), 20)
    days = {value: first_changes(worlds, facts, value) for value in (0.25, 0.5, 0.75, 1.0)}
    assert fit(days[1.0], lognormal(100, 200).cdf) > FALSE_ALARM
    for value, reached in days.items():
        assert reached == pytest.approx(value * days[1.0], abs=1e-4)


def test_the_pledge_is_approved_refused_and_never_arrives_by_its_chances() -> None:
    state = {
        "approvals": [
            {"step": "government", "probability": 0.8},
            {"step": "parliament", "takes": "10 days", "probability": 0.5},
        ],
        "contingents": {
            "men": {
                "troops": 100,
                "role": "infantry",
                "never_arrives": 0.3,
                "delivers": {"one_of": {0.5: 1, 1.0: 1}},
            }
        },
    }
    states = copies(50, state, "state")
    worlds = play(scenario("2026-03-31", contributors=states), 40)
    deployed = {
        (number, row[2]): row[6]
        for number, logs in enumerate(worlds)
        for row in logs.transitions
        if row[5] == "deployed"
    }
    refused = sum(row[5] == "refused" for logs in worlds for row in logs.transitions)
    assert share(refused, 2_000, 1 - 0.8 * 0.5) > FALSE_ALARM
    assert share(len(deployed), 2_000, 0.8 * 0.5 * 0.7) > FALSE_ALARM
    assert share(sum(troops == 50 for troops in deployed.values()), len(deployed), 0.5) > FALSE_ALARM
