"""The shipped scenarios are right, use every key, and the guide's examples do what it says."""

from __future__ import annotations

import re

import pytest

from sim.errors import ScenarioError
from sim.rules.parsing import parse
from sim.scenario.inheritance import read_inherited
from sim.scenario.loading import load_resolved
from sim.scenario.merging import merge
from sim.scenario.nodes import Branch, Series, plain_data
from sim.scenario.reading import read_document
from sim.scenario.shapes import TOP, fields
from sim.scenario.writing import write_text
from tests.scenario.shipped import FILES, GUIDE, ROOT, examples, shipped
from tests.scenario.test_schema import blocks

YAML = examples("yaml")
RULES = [line for block in examples("rule") for line in block.splitlines()]


def used_keys(node, shape):
    """(block, key) of everything that a scenario states."""
    if isinstance(node, Series):
        for item in node.items:
            yield from used_keys(item, shape.items or shape)
    elif isinstance(node, Branch):
        block = shape.block(node)
        for key, entry in node.entries.items():
            if block is not None:
                yield block.__name__, str(key)
            yield from used_keys(entry.node, shape.below(key, node))


EVERY_KEY = {(block.__name__, key) for block in blocks() for key in fields(block)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_shipped_scenario_is_right_even_if_one_is_strict(file):
    resolved = shipped(file)
    said = ("mostly_assumed", "fixed_dates")  # what a scenario assumes, and says so, is not odd
    odd = [fault for fault in resolved.warnings if fault.check not in said]
    assert odd == []
    if not resolved.warnings:
        load_resolved(file, strict=True)


def test_every_key_is_used_by_a_shipped_scenario():
    used = {pair for file in FILES for pair in used_keys(shipped(file).tree, TOP)}
    shared = {("Unnamed", key) for block, key in used if block == "Contributor"}  # a template is one of them
    assert EVERY_KEY - used - shared == set()


def test_every_key_stands_in_the_guide_s_list_of_keys():
    listed = {
        (block, key)
        for block, keys in re.findall(r"^\| [^|]+ \| (\w+) \| (.+) \|$", GUIDE, re.M)
        for key in re.findall(r"`(\w+)`", keys)
    }
    assert EVERY_KEY - listed == set(), "keys without documentation"
    assert listed - EVERY_KEY - {("Scenario", "extends")} == set(), "documented keys that do not exist"


@pytest.mark.parametrize("number", range(len(YAML)))
def test_the_examples_of_the_guide_load(number, tmp_path):
    text = YAML[number]
    if text.startswith("extends:"):
        for file in FILES:
            (tmp_path / file.relative_to(ROOT / "scenarios")).parent.mkdir(exist_ok=True)
            (tmp_path / file.relative_to(ROOT / "scenarios")).write_bytes(file.read_bytes())
        (tmp_path / "example.yaml").write_text(text, encoding="utf-8")
    else:
        merged, faults = merge(
            read_inherited(ROOT / "scenarios/tutorial.yaml").root, read_document(text, "example").root
        )
        assert faults == ()
        (tmp_path / "example.yaml").write_text(write_text(merged), encoding="utf-8")
    loaded = load_resolved(tmp_path / "example.yaml")
    fragments = (
        "mostly_assumed",
        "fixed_dates",
        "unused_sources",
        "unused",
    )  # an example need not use what it shows
    assert [str(fault) for fault in loaded.warnings if fault.check not in fragments] == []


def test_the_examples_are_no_empty_promise(tmp_path):
    assert len(YAML) >= 30
    example = next(text for text in YAML if "troops: 900" in text)
    text = example.replace("troops: 900", "trops: 900")
    merged, _ = merge(read_inherited(ROOT / "scenarios/tutorial.yaml").root, read_document(text, "x").root)
    (tmp_path / "x.yaml").write_text(write_text(merged), encoding="utf-8")
    with pytest.raises(ScenarioError, match="trops"):
        load_resolved(tmp_path / "x.yaml")


@pytest.mark.parametrize("text", RULES)
def test_the_rules_of_the_guide_can_be_read(text):
    rule = parse(text)
    assert parse(str(rule)) == rule


def test_the_table_of_the_guide_names_every_file():
    named = set(re.findall(r"^\| `([\w./*-]+\.yaml)`", GUIDE, re.M))
    folder = ROOT / "scenarios"
    assert {str(file.relative_to(folder)) for file in FILES if file.parent == folder} <= named
    assert all(list(folder.glob(name)) for name in named)


def test_nothing_is_said_twice(tmp_path):
    """A variant that changes nothing would be asked about in vain."""
    whole = {file: plain_data(shipped(file).tree) for file in FILES}
    stripped = [{**data, "scenario": "", "question": ""} for data in whole.values()]
    assert all(stripped.count(data) == 1 for data in stripped)
