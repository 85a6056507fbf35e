"""The JSON Schema knows every key of the blocks, explains it, and agrees with the loader on what is wrong."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft7Validator

from sim.errors import ScenarioError
from sim.scenario.key_meanings import KEY_MEANINGS
from sim.scenario.nodes import plain_data
from sim.scenario.reading import read_document
from sim.scenario.schema import json_schema, schema_text
from sim.scenario.shapes import TOP, fields
from tests.scenario.samples import COMPLETE, SMALL, resolved
from tests.scenario.shipped import FILES, ROOT

SCHEMA = json_schema()
VALIDATOR = Draft7Validator(SCHEMA)


def references(schema):
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def blocks(shape=TOP, seen=None):
    seen = set() if seen is None else seen
    for block in shape.blocks:
        if block not in seen:
            seen.add(block)
            for inner in fields(block).values():
                blocks(inner, seen)
    if shape.items is not None:
        blocks(shape.items, seen)
    return seen


def as_json(text):
    """The data of a file as JSON has it: keys are text."""
    return json.loads(json.dumps(plain_data(read_document(text, "file.yaml").root)))


def is_valid(text):
    return VALIDATOR.is_valid(as_json(text))


def test_it_is_a_schema_of_draft_7():
    Draft7Validator.check_schema(SCHEMA)


def test_every_reference_leads_somewhere():
    assert set(references(SCHEMA)) <= {f"#/definitions/{name}" for name in SCHEMA["definitions"]}


def test_every_block_has_all_of_its_keys_and_each_is_explained():
    found = blocks()
    assert len(found) > 25
    for block in found:
        schema = SCHEMA["else"] if block.__name__ == "Scenario" else SCHEMA["definitions"][block.__name__]
        assert set(schema["properties"]) == set(fields(block))
        assert schema["additionalProperties"] is False
        silent = [key for key, value in schema["properties"].items() if not value.get("description")]
        assert silent == [], f"{block.__name__} has keys without a meaning"


def test_no_key_is_explained_that_no_block_has():
    shared = set.intersection(*(set(keys) for keys in KEY_MEANINGS.values()))
    for block in blocks():
        assert set(KEY_MEANINGS[block.__name__]) - shared <= set(fields(block))
    assert set(KEY_MEANINGS) == {block.__name__ for block in blocks()}


def test_a_whole_file_must_be_complete_and_an_extending_one_need_not():
    assert SCHEMA["else"]["required"] == ["scenario", "start", "end"]
    assert "required" not in SCHEMA["then"]
    assert "extends" in SCHEMA["then"]["properties"]
    assert "extends" not in SCHEMA["else"]["properties"]
    assert "required" not in SCHEMA["definitions"]["ChangedContingent"]
    assert "#/definitions/ChangedContributor" in json.dumps(SCHEMA["then"])


def test_a_title_is_a_key_of_a_source_and_what_pydantic_says_to_programs_is_gone():
    assert SCHEMA["definitions"]["Source"]["properties"]["title"]["type"] == "string"
    assert "title" not in SCHEMA["definitions"]["Source"]["properties"]["publisher"]
    for word in ('"default"', '"discriminator"', '"stated"', '"$defs"'):
        assert word not in json.dumps(SCHEMA)


def test_the_shipped_schema_is_the_command_s():
    message = "write it anew: isf schema --out scenarios/schema.json"
    assert (ROOT / "scenarios/schema.json").read_text(encoding="utf-8") == schema_text(), message


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_scenarios_are_valid_and_name_the_schema(file):
    text = file.read_text(encoding="utf-8")
    assert [error.message for error in VALIDATOR.iter_errors(as_json(text))] == []
    modeline = text.splitlines()[0]
    assert modeline.startswith("# yaml-language-server: $schema=")
    assert (file.parent / modeline.split("=")[1]).resolve() == ROOT / "scenarios/schema.json"


def test_every_construct_is_valid():
    assert is_valid(COMPLETE)
    assert is_valid(SMALL)


WRONG = {
    "an unknown key": "colour: red",
    "a misspelt key": "facts: {a: {kind: milestone, probabilty: 0.5}}",
    "an unknown kind": "facts: {a: {kind: swich}}",
    "no kind": "facts: {a: {stays_on: 3 days}}",
    "a duration without unit": "facts: {a: {kind: milestone, after: 14}}",
    "a duration of another unit": "facts: {a: {kind: milestone, after: 14 fortnights}}",
    "half a distribution": "facts: {a: {kind: milestone, after: {median: 14 days}}}",
    "a distribution with a key too many": "facts: {a: {kind: milestone, after: {mean: 1 day, high: 2 days}}}",
    "a probability above 1": "facts: {a: {kind: milestone, probability: 1.5}}",
    "odds at a delay": "facts: {a: {kind: milestone, after: {value: 5 days, odds: b}}}",
    "times at an uncertain quantity": "uncertain: {a: {mean: 1, times: b}}",
    "a weight of 0": "facts: {a: {kind: milestone, after: {one_of: {1 day: 0}}}}",
    "a value in one_of that is none": "facts: {a: {kind: milestone, after: {one_of: {soon: 1}}}}",
    "a rate without per": "facts: {a: {kind: events, rate: 25}}",
    "a rate of soldiers as a rate": "facts: {a: {kind: events, rate: 1 per 1000 per year}}",
    "a day that is none": "as_of: next week",
    "a rule that is a number": "definitions: {calm: 3}",
    "a yes that is no truth": "facts: {a: {kind: switch, initially: yes}}",
    "a word for a consent": "contributors: {a: {consents: {b: no}, contingents: {c: {troops: 1, role: d}}}}",
    "a contingent without troops": "contributors: {a: {contingents: {b: {role: infantry}}}}",
    "a negative number": "targets: {a: {troops: -1, by: 2026-01-01}}",
    "an unknown event": "history: [{date: 2025-12-01, contributor: indonesia, event: vanished}]",
    "a slot too few": "theatre: {lift: {air: {slots: 0, load: 1}}}",
    "extends in a complete file's block": "theatre: {extends: other.yaml}",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_the_schema_finds_wrong_the_loader_finds_wrong_too(tmp_path, wrong):
    text = SMALL if not wrong.startswith("contributors") else SMALL.split("contributors:")[0]
    assert is_valid(text)
    assert not is_valid(f"{text}{wrong}\n")
    with pytest.raises(ScenarioError):
        resolved(tmp_path, f"{text}{wrong}\n")


def test_a_file_that_extends_may_change_a_part_and_delete(tmp_path):
    changes = "contributors: {indonesia: {contingents: {infantry: {troops: 5}}, notice: null}}\n"
    part = f"extends: base.yaml\n{changes}"
    assert is_valid(part)
    assert is_valid("extends: [a.yaml, b.yaml]\nfacts: {ceasefire: {stays_on: 3 days}, other: null}\n")
    assert not is_valid(part.replace("extends: base.yaml\n", ""))
    assert not is_valid(
        "extends: base.yaml\ncontributors: {indonesia: {contingents: {infantry: {trops: 5}}}}\n"
    )
    assert not is_valid("extends: []\n")
    steps = "contributors: {indonesia: {approvals: {parliament: {probability: 90%}, government: null}}}\n"
    assert is_valid(f"extends: base.yaml\n{steps}")
    assert not is_valid(f"extends: base.yaml\n{steps.replace('probability', 'probabilty')}")
