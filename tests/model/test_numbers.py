"""The log of numbers: what a world was made of."""

from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.drawn import drawn_quantities
from sim.plan.randomness import Draws
from tests.model.tiny import contributor, scenario

UNCERTAIN = {
    "uncertain": {"tempo": {"median": 1, "p90": 2.5}},
    "facts": {
        "mandate": {
            "kind": "milestone",
            "probability": {"low": 0.2, "mode": 0.6, "high": 0.95},
            "after": {"mean": "40 days"},
        },
        "calm": {"kind": "milestone", "probability": 0.5, "after": "3 days"},
        "v": {"kind": "events", "rate": {"low": "1 per month", "mode": "2 per month", "high": "5 per month"}},
    },
    "contributors": {"a": contributor("mandate", troops={"low": 500, "mode": 900, "high": 1500})},
}
NAMES = ["contributor.a.unit.troops", "facts.mandate.probability", "facts.v.rate", "uncertain.tempo"]


def test_every_number_that_can_differ_is_logged_by_name_and_no_other():
    plan = compile_plan(scenario(**UNCERTAIN))
    logs = replicate(plan, Draws(3, 0, 2), 1)
    assert [name for name, _ in logs.numbers] == NAMES
    assert [each.stream for each in drawn_quantities(plan.facts)] == NAMES[1:3]


def test_the_number_logged_is_the_one_that_was_used():
    plan = compile_plan(scenario(**UNCERTAIN))
    draws = Draws(0, 0, 40)
    for number in range(40):
        logs = replicate(plan, draws, number)
        pledged = [row for row in logs.transitions if row[5] == "pledged"]
        drawn = dict(logs.numbers)["contributor.a.unit.troops"]
        assert [row[6] for row in pledged][:1] == [int(drawn + 0.5)]


def test_a_number_known_by_now_is_logged_as_it_was_learned():
    plain = scenario(**{**UNCERTAIN, "end": "2026-12-31"})
    told = scenario(**{**UNCERTAIN, "end": "2026-12-31", "as_of": "2026-08-01"})
    prior = [dict(replicate(compile_plan(plain), Draws(0, 0, 60), k).numbers) for k in range(60)]
    learned = [dict(replicate(compile_plan(told), Draws(0, 0, 60), k).numbers) for k in range(60)]
    name = "facts.mandate.probability"  # half a year of silence speaks against it
    assert all(after[name] < before[name] for after, before in zip(learned, prior, strict=True))
