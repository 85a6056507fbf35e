from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sim.batch.naming import run_folder, run_id


@given(st.text())
def test_no_name_leads_out_of_the_output_folder(name):
    folder = run_folder(Path("outputs"), name, "d", 0)
    assert folder.parts[0] == "outputs"
    assert len(folder.parts) == 3
    assert not {"..", "."} & set(folder.parts)


def test_a_plain_name_stays_as_it_is():
    assert run_folder(Path("outputs"), "isf-2025-11-19", "d", 0).parent.name == "isf-2025-11-19"


def test_a_run_is_named_by_scenario_and_seed():
    assert len({run_id(digest, seed) for digest in "ab" for seed in (0, 1, 2)}) == 6
    assert len(run_id("a", 0)) == 12
