from __future__ import annotations

from typing import get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plan.laws import law_of
from sim.scenario import fields
from sim.scenario.distributions import read_drawn
from sim.scenario.loading import resolve_text
from sim.scenario.shapes import TOP, Shape
from sim.scenario.shapes import fields as keys_of
from sim.scenario.values import read_seconds
from sim.studies.assumptions import PROBABILITIES, TROOPS, WHOLE_NUMBERS, moves_of, unmoved_of
from tests.studies.played import MANY

EVERYTHING = """\
scenario: Everything
start: 2026-01-01
end: 2026-12-31
sources: {paper: {title: The Paper, publisher: A House, date: 2025-12-31}}
uncertain: {tempo: {median: 1.0, p90: 1.6}}
facts:
  calm: {kind: switch, stays_on: {mean: 100 days}, rate_multiplier: [{when: never, ends: 4}]}
  shots: {kind: events, rate: 25 per 40 days, bursts: 3, past: {2025-12-20: 4}}
  deal: {kind: milestone, probability: 80%, after: {low: 10 days, mode: 20 days, high: 60 days}, when: calm}
  work: {kind: progress, duration: {value: 90 days, times: tempo}, steps: 5, slips: 1}
contributors:
  north:
    priority: 2
    contingents:
      unit:
        troops: {low: 100, mode: 200, high: 601}
        role: infantry
        lift: air
        delivers: {low: 0.5, mode: 0.8, high: 1}
        prepares_for: {median: 30 days, p90: 90 days, times: tempo}
        never_arrives: 0
        advance: {share: 80%, body_follows: 20 days}
        source: {never_arrives: paper}
theatre:
  lift: {air: {slots: 1, load: 200, trip: {one_of: {1 day: 3, 4 days: 1}}}}
  reception: 250 per day
  casualties: {rate: 1 per 1000 per year}
targets: {some: {troops: 150, by: 2026-06-30}}
"""


def ends():
    return {move.path: (move.low, move.high) for move in moves_of(resolve_text(EVERYTHING, "all"))}


def test_bare_numbers_move_by_half_and_stay_what_they_are():
    found = ends()
    assert found["facts.shots.rate"] == ("12.5 per 40 days", "37.5 per 40 days")
    assert found["facts.shots.bursts"] == ("1.5", "4.5")
    assert found["facts.deal.probability"] == ("0.4", "1")
    assert found["contributors.north.contingents.unit.advance.share"] == ("0.4", "1")
    assert found["facts.work.steps"] == ("3", "8")
    assert found["theatre.lift.air.slots"] == ("", "2")
    assert found["theatre.reception"] == ("125 per day", "375 per day")
    assert found["theatre.casualties.rate"] == ("0.5 per 1000 per year", "1.5 per 1000 per year")
    assert found["facts.calm.rate_multiplier.0.ends"] == ("2", "6")


def test_quantities_move_to_their_ten_and_ninety_percent_points():
    found = ends()
    law = law_of(read_drawn({"low": 100, "mode": 200, "high": 601}, float).distribution)
    expected = tuple(str(int(law.quantile(share) + 0.5)) for share in (0.1, 0.9))
    assert found["contributors.north.contingents.unit.troops"] == expected
    low, high = map(float, found["contributors.north.contingents.unit.delivers"])
    assert 0.5 < low < 0.8 < high < 1
    assert found["uncertain.tempo"] == ("0.625", "1.6")


def test_delays_move_as_a_whole():
    found = ends()
    path = "contributors.north.contingents.unit.prepares_for"
    assert found[path] == (
        "{median: 10 days, p90: 30 days, times: tempo}",
        "{median: 90 days, p90: 270 days, times: tempo}",
    )
    assert found["facts.calm.stays_on"] == ("{mean: 15.2 days}", "{mean: 332.2 days}")
    assert found["theatre.lift.air.trip"][1] == "{one_of: {4 days: 3, 16 days: 1}}"


def test_sources_questions_and_what_is_no_number_stay():
    resolved = resolve_text(EVERYTHING, "all")
    moved = {move.path for move in moves_of(resolved)}
    assert "contributors.north.contingents.unit.never_arrives" not in moved
    kept = {entry.path for entry in unmoved_of(resolved)}
    assert {"facts.deal.when", "targets.some.troops", "contributors.north.priority"} <= kept
    assert not moved & kept


def test_every_end_can_be_played():
    resolved = resolve_text(EVERYTHING, "all")
    for move in moves_of(resolved):
        for end in ("low", "high"):
            if getattr(move, end):
                changed = resolve_text(resolved.text, "all", move.settings(end))
                assert changed.digest != resolved.digest, move


def _names(annotated: object, shape: Shape = TOP, seen: frozenset[type] = frozenset()) -> set[str]:
    """The keys of the schema whose values are of a kind."""
    marker = get_args(annotated)[1]
    found: set[str] = set()
    for block in set(shape.blocks) - seen:
        for name, info in block.model_fields.items():
            if str(marker) in str(info.annotation) + str(info.metadata):
                found.add(info.alias or name)
        for inner in keys_of(block).values():
            found |= _names(annotated, inner, seen | {block})
    return found | (_names(annotated, shape.items, seen) if shape.items else set())


def test_the_lists_of_keys_are_the_schemas():
    assert _names(fields.Probability) == PROBABILITIES
    assert _names(fields.Troops) == TROOPS
    many = resolve_text(MANY, "many")
    assert all(move.path.split(".")[-1] not in WHOLE_NUMBERS for move in moves_of(many))


@settings(max_examples=20)
@given(st.integers(1, 400), st.integers(1, 400))
def test_a_delay_moves_by_the_same_factor_everywhere(median, more):
    stated = {"median": f"{median} days", "p90": f"{median + more} days"}
    written = f"{{median: {stated['median']}, p90: {stated['p90']}}}"
    text = EVERYTHING.replace("{median: 30 days, p90: 90 days, times: tempo}", written)
    (move,) = (each for each in moves_of(resolve_text(text, "all")) if each.path.endswith("prepares_for"))
    law = law_of(read_drawn(stated, read_seconds).distribution)
    for end, share in ((move.low, 0.1), (move.high, 0.9)):
        moved = {key: read_seconds(value) for key, value in yaml.safe_load(end).items()}
        assert moved["median"] == pytest.approx(law.quantile(share), rel=2e-3, abs=2)
        assert moved["p90"] == pytest.approx(moved["median"] * (median + more) / median, rel=2e-3, abs=2)


READINGS = """\
scenario: Readings
start: 2026-01-01
end: 2026-12-31
facts: {calm: {kind: switch, initially: true, stays_on: {mean: 100 days}, stays_off: {mean: 9 days}}}
definitions:
  stopped: {one_of: {"calm for 9 days": 1, "calm for 20 days": 1, "calm for 30 days": 1, "calm for 60 days": 1, "calm for 90 days": 1}}
  quiet: calm for 5 days
contributors: {north: {commits_when: stopped and quiet, contingents: {unit: {troops: 100, role: infantry}}}}
"""


def test_each_reading_is_played():
    moves = [each for each in moves_of(resolve_text(READINGS, "readings.yaml")) if "stopped" in each.path]
    played = [each.settings(end) for each in moves for end in ("low", "high") if getattr(each, end)]
    assert played == [{"definitions.stopped": f'"calm for {days} days"'} for days in (9, 90, 20, 30, 60)]
    assert [each.path for each in moves] == [
        "definitions.stopped",
        "definitions.stopped.reading 2 and 3",
        "definitions.stopped.reading 4",
    ]


def test_what_a_package_is_tried_in_can_be_set():
    from sim.studies.packages.robust import _futures

    resolved = resolve_text(READINGS, "readings.yaml")
    futures = _futures(resolved, lambda _: True)
    assert {"definitions.quiet.5 days", "definitions.stopped.reading 4"} <= {each.path for each in futures}
    for future in futures:
        changed = resolve_text(
            READINGS, "readings.yaml", tuple(f"{path}={value}" for path, value in future.settings)
        )
        assert changed.data != resolved.data


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("{one_of: {0 days: 3, 10 days: 1}}", ("0 days", "10 days")),
        (
            "{one_of: {0 days: 3, 10 days: 1}, times: tempo}",
            ("{value: 0 days, times: tempo}", "{value: 10 days, times: tempo}"),
        ),
        ("{one_of: {0: 1, 10 days: 1}}", ("0 days", "10 days")),
    ],
)
def test_a_delay_that_is_mostly_none_moves_to_its_ends(written, ends):
    text = EVERYTHING.replace("{median: 30 days, p90: 90 days, times: tempo}", written)
    assert text != EVERYTHING
    found = {(move.low, move.high) for move in moves_of(resolve_text(text, "all"))}
    assert ends in found
    for end in ends:
        resolve_text(EVERYTHING.replace("{median: 30 days, p90: 90 days, times: tempo}", end), "all")
