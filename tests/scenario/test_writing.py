"""What a scenario says does not depend on how its file is laid out."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.loading import Resolved, load, resolve_text
from sim.scenario.nodes import plain_data
from sim.scenario.reading import read_document
from sim.scenario.writing import digest_of, write_text

from .samples import COMPLETE, SMALL, faults_of, resolved, write

PLAIN = plain_data(read_document(COMPLETE, "f").root)
ORIGINAL = resolve_text(COMPLETE, "f")


def shuffled(data, order: random.Random):
    if isinstance(data, dict):
        keys = list(data)
        order.shuffle(keys)
        return {key: shuffled(data[key], order) for key in keys}
    if isinstance(data, list):
        return [shuffled(item, order) for item in data]
    return data


def flow(data) -> str:
    """Write data in one line, so that nothing of the layout is kept."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(flow(item) for item in data) + "]"
    if isinstance(data, str):
        return "'" + data.replace("'", "''") + "'"
    return {True: "true", False: "false"}[data] if isinstance(data, bool) else str(data)


def same(one: Resolved, other: Resolved) -> bool:
    return (one.digest, one.text, one.scenario) == (other.digest, other.text, other.scenario)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_no_order_of_keys_changes_what_a_file_says(seed):
    assert same(resolve_text(flow(shuffled(PLAIN, random.Random(seed))), "f"), ORIGINAL)


def test_the_resolved_text_reads_back_as_the_same_scenario():
    again = resolve_text(ORIGINAL.text, "stored")
    assert same(again, ORIGINAL)
    assert again.data == ORIGINAL.data


def test_the_resolved_text_is_a_scenario_file(tmp_path):
    assert load(write(tmp_path, ORIGINAL.text)) == ORIGINAL.scenario


def test_what_a_file_says_changes_its_digest(tmp_path):
    assert len(ORIGINAL.digest) == 64
    for setting in ("end=2027-12-30", "facts.violations.bursts=2", "contributors.jordan.source=memo"):
        assert resolve_text(COMPLETE, "f", [setting]).digest != ORIGINAL.digest
    assert resolved(tmp_path, "# a comment\n" + COMPLETE).digest == ORIGINAL.digest


def test_order_within_a_list_is_kept():
    assert digest_of({"a": [1, 2]}) != digest_of({"a": [2, 1]})
    assert digest_of({"a": {1: 2}}) != digest_of({"a": {"1": 2}})


def test_blocks_are_written_in_the_order_of_the_schema():
    keys = [line.split(":")[0] for line in ORIGINAL.text.splitlines() if line[0] not in " -"]
    assert keys[:5] == ["scenario", "question", "start", "as_of", "end"]
    assert keys.index("facts") < keys.index("contributors") < keys.index("theatre") < keys.index("history")


words = st.text(max_size=30) | st.sampled_from(
    [
        "on",
        "true",
        "null",
        "5",
        "1e3",
        "1e999",
        "2026-01-01",
        "~",
        "",
        "- a",
        "a: b",
        "a #b",
        "{a}",
        "é",
        "\u2028",
        "\x85",
    ]
)
scalars = words | st.booleans() | st.none() | st.integers(-(10**17), 10**17)
numbers = st.floats(allow_nan=False, allow_infinity=False)
trees = st.recursive(
    scalars | numbers,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(words.filter(lambda key: key != "<<") | st.integers(0, 99), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(deadline=None)
@given(trees)
def test_any_data_is_written_so_that_it_reads_back(data):
    try:
        import yaml

        root = read_document(yaml.safe_dump({"note": data}, allow_unicode=False), "f")
    except ScenarioError:
        return  # what cannot stand in a file cannot be written to one
    read = read_document(write_text(root.root), "f")
    assert plain_data(read.root) == plain_data(root.root)
    assert not read.faults or root.faults


def test_a_stored_text_extends_nothing(tmp_path):
    with pytest.raises(ScenarioError, match="extends nothing"):
        resolve_text("extends: base.yaml\n" + SMALL, "f")


def test_a_stored_text_with_faults_names_the_store():
    with pytest.raises(ScenarioError, match=r"stored\.yaml:3:6: end: "):
        resolve_text(SMALL.replace("2026-12-31", "2026-13-31"), "stored.yaml")


def test_origins_say_where_each_value_stands(tmp_path):
    origins = resolved(tmp_path, SMALL).origins
    at = origins["contributors.indonesia.contingents.infantry.troops"]
    assert (at.line, at.column) == (7, 26)
    assert at.file == str(tmp_path / "file.yaml")
    assert "" not in origins


def test_a_resolved_scenario_can_be_sent_to_another_process():
    import pickle

    again = pickle.loads(pickle.dumps(ORIGINAL))
    assert same(again, ORIGINAL)


def test_an_error_keeps_its_faults_on_its_way_to_another_process(tmp_path):
    import pickle

    from sim.scenario.faults import scenario_error

    faults = faults_of(tmp_path, SMALL.replace("1000", "-1"))
    again = pickle.loads(pickle.dumps(scenario_error(faults)))
    assert again.faults == faults
    assert str(again) == str(faults[0])
