"""Known lengths of time have no density: what is recorded of them teaches all the same."""

from __future__ import annotations

import math

import pytest

from sim.durations import DAY
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.laws import ConstantLaw, DiscreteLaw
from sim.plan.observations import IMPOSSIBLE, DelayCourse, ObservedDelay, Stretch
from sim.plan.randomness import Draws
from sim.plan.updating import Group
from tests.model.tiny import contributor, day, flows, scenario

WORLDS = 800


def arrives(whole, who, worlds=WORLDS):
    """Return in each world the day on which the first of its troops arrive; infinite: none ever do."""
    plan, draws = compile_plan(whole), Draws(0, 0, worlds)
    landed = [flows(replicate(plan, draws, number), who, target="deployed") for number in range(worlds)]
    return [each[0][0] / DAY if each else math.inf for each in landed]


def share(days):
    return sum(each < math.inf for each in days) / len(days)


def off(chance):
    return 4 * math.sqrt(chance * (1 - chance) / WORLDS)


def bayes(likely):
    """Return the chance of a yes, given how likely the evidence is for each chance of a yes."""
    return sum(chance * weight for chance, weight in likely.items()) / sum(likely.values())


def asked(after, told, as_of):
    return scenario(
        as_of=day(as_of),
        end=day(400),
        parties={"host": {"consent": {"probability": {"one_of": [0.2, 0.8]}, "after": after}}},
        history=told,
        contributors={name: contributor() for name in ("a", "b", "c")},
    )


def consented(name, on):
    return {"date": day(on), "party": "host", "contributor": name, "consent": True}


def test_one_of_several_lengths_teaches_by_the_answer_and_by_the_silence():
    """a is admitted on day 10, b and c not by day 20: they are on day 300, if at all."""
    whole = asked({"one_of": ["10 days", "300 days"]}, [consented("a", 10)], 20)
    late = {chance: chance * 0.5 / (1 - chance * 0.5) for chance in (0.2, 0.8)}
    likely = {chance: chance * (1 - chance * 0.5) ** 2 for chance in late}
    expected = sum(late[chance] * weight for chance, weight in likely.items()) / sum(likely.values())
    assert share(arrives(whole, "b")) == pytest.approx(expected, abs=off(expected))


def test_an_answer_on_another_day_than_planned_is_an_answer():
    """Known to take five days, it took seven and twelve; c's is put off, and says nothing yet."""
    put_off = {"date": day(4), "party": "host", "contributor": "c", "event": "delayed", "until": day(90)}
    whole = asked("5 days", [consented("a", 7), consented("b", 12), put_off], 20)
    expected = bayes({chance: chance**2 for chance in (0.2, 0.8)})
    assert share(arrives(whole, "c")) == pytest.approx(expected, abs=off(expected))


def test_a_common_cause_is_learned_from_a_vote_on_another_day_than_planned():
    """Even odds times 1/4 or 4: chances of 20 and 80 %."""

    def votes(takes):
        return [{"step": "vote", "takes": takes, "probability": {"value": 0.5, "odds": "mood"}}]

    whole = scenario(
        as_of=day(20),
        uncertain={"mood": {"one_of": [0.25, 4]}},
        contributors={
            "a": contributor(approvals=votes("10 days")),
            "b": contributor(approvals=votes("40 days")),
        },
        history=[{"date": day(13), "contributor": "a", "event": "approved", "step": "vote"}],
    )
    expected = bayes({0.2: 0.2, 0.8: 0.8})
    assert share(arrives(whole, "b")) == pytest.approx(expected, abs=off(expected))


def test_a_known_length_tells_the_pace_that_multiplies_it():
    """Known to take 20 days at pace 1, it took 30: what takes 40 at that pace takes about 60."""
    pace = {"times": "tempo"}
    whole = scenario(
        as_of=day(31),
        uncertain={"tempo": {"median": 1, "p90": 2}},
        contributors={
            "a": contributor(prepares_for={"value": "20 days", **pace}),
            "b": contributor(prepares_for={"value": "40 days", **pace}),
        },
        history=[{"date": day(30), "contributor": "a", "event": "ready"}],
    )
    days = arrives(whole, "b", 200)
    assert min(days) > 60 * 0.94 and max(days) < 60 * 1.06
    assert sum(days) / 200 == pytest.approx(60, rel=0.01)


def test_the_mean_density_about_an_end_is_the_chance_of_it_over_its_width():
    about = 2 * DAY
    for law, chance in (
        (ConstantLaw(10 * DAY), 1.0),
        (DiscreteLaw((10.0 * DAY, 40.0 * DAY), (0.25, 1.0)), 0.25),
    ):
        course = DelayCourse(law, (Stretch(1.0, 0, 10 * DAY),))
        assert course.ended(1.0) == pytest.approx(chance / about)
        late = DelayCourse(law, (Stretch(1.0, 0, 12 * DAY),))
        assert late.ended(1.0) == 0 and late.ended(1.2) == pytest.approx(chance / about)
        assert Group((), (), (ObservedDelay(late, (), "at"),)).likelihood({}) == IMPOSSIBLE
    begun = DelayCourse(ConstantLaw(0.0), (Stretch(1.0, 0, 0),))
    assert begun.ended(1.0) > 0


def test_what_one_contributor_rules_out_does_not_silence_what_another_says_of_a_reading():
    """a was ready on day 30, thus 10 days are meant; b, who needs no time, has not come, which nothing explains."""
    statement = {"one_of": ["calm for 10 days", "calm for 90 days"]}
    for event in ("ready", "arrived", "embarked"):
        record = {"date": day(30), "contributor": "a", "event": event}
        whole = scenario(
            as_of=day(40),
            facts={"calm": {"kind": "schedule", "values": {day(0): True}}},
            contributors={
                "a": contributor(commits_when=statement, prepares_for={"mean": "20 days"}),
                "b": contributor(),
            },
            history=[record if event == "ready" else {**record, "troops": 100}],
        )
        plan, draws = compile_plan(whole), Draws(0, 0, 40)
        read = {
            dict(replicate(plan, draws, number).numbers)["reading.contributors.a.commits_when"]
            for number in range(40)
        }
        assert read == {0.0}, event
