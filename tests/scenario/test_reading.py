from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.scenario.building import MOST_ALIASES, MOST_NODES
from sim.scenario.nodes import Leaf, find, plain_data, walk
from sim.scenario.positions import Position
from sim.scenario.reading import read_document, read_value
from sim.scenario.yaml_mistakes import MOST_DEPTH

from .samples import COMPLETE


def error_of(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_document(text, "f")
    return str(caught.value)


def test_every_value_stands_where_its_position_says():
    lines = COMPLETE.split("\n")
    leaves = [node for _, _, node in walk(read_document(COMPLETE, "f").root) if isinstance(node, Leaf)]
    assert len(leaves) > 150
    for leaf in leaves:
        at = leaf.position_of(0)
        text = lines[at.line - 1][at.column - 1 :]
        value = (
            {True: "true", False: "false"}[leaf.value] if isinstance(leaf.value, bool) else str(leaf.value)
        )
        assert text.startswith(value), (leaf, text)


def test_quoted_values_count_their_quotation_mark():
    root = read_document("a: 'bcd'\nb: \"c\\td\"\nc: >\n  long\n  text\nd: long\n  text", "f").root
    positions = [node.position_of(2) for _, _, node in walk(root) if isinstance(node, Leaf)]
    assert [(at.line, at.column) for at in positions] == [(1, 7), (2, 4), (3, 4), (6, 4)]


def test_keys_have_positions_too():
    root = read_document("a:\n  b: 1\n  2025-11-17: 2\n  7: 3", "f").root
    inner = find(root, ("a",))
    assert {key: entry.position for key, entry in inner.entries.items()} == {
        "b": Position("f", 2, 3),
        "2025-11-17": Position("f", 3, 3),
        7: Position("f", 4, 3),
    }


def test_aliases_repeat_a_value():
    assert plain_data(read_document("a: &x {k: [1, 2]}\nb: *x", "f").root) == {
        "a": {"k": [1, 2]},
        "b": {"k": [1, 2]},
    }


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system", "!!python/name:os.system", "!custom", "!!binary", "!!set", "!!int"],
)
def test_no_tag_does_anything(tag, tmp_path):
    marker = tmp_path / "made"
    document = read_document(f"a: {tag} ['touch {marker}']\nb: 1", "f")
    assert [str(fault) for fault in document.faults] == [str(document.faults[0])]
    assert "is not allowed" in document.faults[0].message
    assert (document.faults[0].line, document.faults[0].column) == (1, 4)
    assert plain_data(document.root) == {"a": [f"touch {marker}"], "b": 1}
    assert not marker.exists()


def test_an_alias_bomb_is_stopped_by_the_number_of_values():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 12):
        bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    message = error_of(bomb)
    assert f"{MOST_NODES:,} keys and values" in message
    assert message.startswith("f:")


def test_the_number_of_aliases_is_limited():
    text = "a: &x 1\nb: [" + ", ".join(["*x"] * (MOST_ALIASES + 1)) + "]"
    assert f"{MOST_ALIASES:,} aliases" in error_of(text)
    read_document("a: &x 1\nb: [" + ", ".join(["*x"] * MOST_ALIASES) + "]", "f")


def test_depth_is_limited_with_and_without_aliases():
    read_document("a: " + "[" * (MOST_DEPTH - 1) + "]" * (MOST_DEPTH - 1), "f")
    for deep in ("a: " + "[" * 100_000, "{a: " * 100_000, "- " * 100_000):
        assert f"{MOST_DEPTH} levels" in error_of(deep)
    half = "[" * (MOST_DEPTH - 2)
    text = f"a: &x {half}{']' * len(half)}\nb: [[*x]]"
    assert f"{MOST_DEPTH} levels" in error_of(text)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: *x", "1:4", "not above it"),
        ("a: &x [*x]", "1:8", "inside the value that it repeats"),
        ("a: 1\n---\nb: 2", "2:1", "second document"),
        ("[1, 2]", "1:1", "a scenario is a mapping"),
        ("just text", "1:1", "a scenario is a mapping"),
        ("# only a comment", "1:1", "only comments"),
        ("{[1]: 2}", "1:2", "cannot be a key"),
        ("a: b: c", "1:5", "a `:` cannot stand here"),
        ("a:\n\t- b", "2:1", "a tab"),
        ("a: [1, 2", "1:4", "a `[` is not closed"),
        ("a: {b: 1", "1:4", "a `{` is not closed"),
        ("a: 'text", "1:4", "a quotation mark is not closed"),
        ("a: @b", "1:4", "put the value in quotation marks"),
        ("a:\n  b: 1\n c: 2", "3:2", "do not line up"),
        ("a: \x01", "1:4", "control character"),
        ("a: &b &c 1", "1:7", ""),
        ('a: "\\ud800"', "1:7", ""),
        ("a: 1\nb", "2:1", "no `:`"),
        ("a: |x\n  b", "1:5", "next line"),
        ("? [a]\n: b", "1:3", "cannot be a key"),
    ],
)
def test_what_is_no_yaml_has_a_place_and_a_remedy(text, place, words):
    message = error_of(text)
    assert message.startswith(f"f:{place}: ")
    assert words in message
    assert "\n" not in message
    assert "yaml.org" not in message


@pytest.mark.parametrize(
    ("text", "data", "place", "words"),
    [
        (
            "a: {when: at least 2 of (a, b, c), times: 3}",
            {"a": {"when": "at least 2 of (a, b, c)", "times": 3}},
            "f:1:11: a.when",
            'quote the rule, because inside {…} a comma ends a value: write "at least 2 of (a, b, c)"',
        ),
        (
            "never: [consent(israel, turkey), b]",
            {"never": ["consent(israel, turkey)", "b"]},
            "f:1:9: never.0",
            'quote the rule, because inside […] a comma ends a value: write "consent(israel, turkey)"',
        ),
        (
            "a: {troops: 5,000, b: 1}",
            {"a": {"troops": 5000, "b": 1}},
            "f:1:13: a.troops",
            "write thousands without",
        ),
    ],
)
def test_a_comma_that_cut_a_value_is_one_fault_and_is_mended(text, data, place, words):
    document = read_document(text, "f")
    assert len(document.faults) == 1
    assert str(document.faults[0]).startswith(place)
    assert words in str(document.faults[0])
    assert plain_data(document.root) == data


def test_two_cut_values_with_the_same_rest_are_two_faults():
    document = read_document("a: {x: f(a, b), y: g(c, b)}", "f")
    assert plain_data(document.root) == {"a": {"x": "f(a, b)", "y": "g(c, b)"}}
    assert [fault.item for fault in document.faults] == ["a.x", "a.y"]


def test_commas_that_cut_nothing_are_no_fault():
    for text in ('a: {when: "at least 2 of (a, b)", times: 3}', "a: f(a, b)", "a: [5, 000]", "a: [f(a), b]"):
        assert not read_document(text, "f").faults


@pytest.mark.parametrize("line", ["a: 2", "'a': 2", "a:\n  b: 1"])
def test_a_duplicate_key_is_a_fault_at_the_second(line):
    document = read_document(f"a: 1\nb: 2\n{line}", "f")
    assert [(fault.line, fault.item) for fault in document.faults] == [(3, "a")]
    assert "first in line 1" in document.faults[0].message
    assert plain_data(document.root)["a"] == 1


@pytest.mark.parametrize("key", ["true", "null", "~", "false"])
def test_a_key_that_is_no_name_is_a_fault(key):
    assert "no name for a key" in read_document(f"{key}: 1", "f").faults[0].message


def test_merge_keys_are_a_fault():
    assert "`extends:`" in read_document("a: &x {b: 1}\nc:\n  <<: *x", "f").faults[0].message


def test_a_single_value():
    assert plain_data(read_value("{median: 3 days, p90: 5 days}", "--set")[0]) == {
        "median": "3 days",
        "p90": "5 days",
    }
    assert plain_data(read_value("  ", "--set")[0]) is None
    assert plain_data(read_value("not ceasefire for 3 days", "--set")[0]) == "not ceasefire for 3 days"
