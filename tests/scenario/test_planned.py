"""What is written of planned dates: faults with their remedies, and one warning for what is certain without a source."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.scenario.loading import resolve_text

HEAD = "scenario: x\nstart: 2026-01-01\nend: 2026-12-31\nas_of: 2026-03-01\n"
BODY = "contributors: {a: {contingents: {u: {troops: 1, role: r, sector: s}}}}\n"


def warnings(text: str) -> list[str]:
    return [
        fault.message
        for fault in resolve_text(HEAD + text + BODY, "x.yaml").warnings
        if fault.check == "fixed_dates"
    ]


def test_one_warning_for_all_fixed_dates_in_the_future_without_a_source():
    (said,) = warnings(
        "theatre:\n"
        "  sectors: {s: {opens_on: 2026-06-01}, t: {opens_on: 2026-02-01}}\n"
        "  beds: {at_start: 5, grows: [{from: 2026-07-01, to: 9}]}\n"
    )
    assert said == (
        "a fixed date in the future without a source is false certainty (and theatre.beds.grows.0.from); "
        "write {planned: 2026-06-01, slips: DELAY} if it may slip, or name its source"
    )


def test_dates_that_slip_are_past_or_have_a_source_are_left_alone():
    assert (
        warnings("theatre: {sectors: {s: {opens_on: {planned: 2026-06-01, slips: {mean: 9 days}}}}}\n") == []
    )
    assert warnings("theatre: {sectors: {s: {opens_on: 2026-02-01}}}\n") == []
    assert (
        warnings(
            "sources: {b: {title: t, publisher: p, date: 2026-02-01}}\n"
            "theatre: {sectors: {s: {opens_on: 2026-06-01, source: b}}}\n"
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "theatre: {sectors: {s: {opens_on: {planned: 2026-06-01}}}}\n",
            "a date that slips cannot be read from {planned}",
        ),
        ("theatre: {sectors: {s: {opens_on: {planned: soon, slips: 5 days}}}}\n", "'soon' is not a date"),
        ("theatre: {sectors: {s: {opens_on: {planned: 2026-06-01, slips: 5}}}}\n", "'5' is not a duration"),
        (
            "facts: {f: {kind: schedule, values: {2026-06-01: {slips: 5 days}}}}\n",
            "write 2026-04-01: {value: true, slips: {median: 20 days, p90: 90 days}}",
        ),
        (
            "history: [{date: 2026-02-01, came: theatre.sectors.t.opens_on}]\n"
            "theatre: {sectors: {s: {opens_on: {planned: 2026-01-06, slips: 5 days}}}}\n",
            "did you mean theatre.sectors.s.opens_on?",
        ),
        (
            "history: [{date: 2026-02-01, came: theatre.sectors.s.opens_on}]\n"
            "theatre: {sectors: {s: {opens_on: {planned: 2026-06-01, slips: 5 days}}}}\n",
            "2026-02-01 lies before 2026-06-01, the day that is planned; plan it for the day it came",
        ),
    ],
)
def test_what_is_wrong_says_what_to_write(text, said):
    with pytest.raises(ScenarioError) as error:
        resolve_text(HEAD + text + BODY, "x.yaml")
    assert said in str(error.value)
