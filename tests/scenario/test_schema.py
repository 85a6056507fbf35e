"""The JSON Schema knows every key of the blocks, and asks nothing of a file that extends."""

from __future__ import annotations

import json

from sim.scenario.schema import json_schema
from sim.scenario.shapes import TOP, fields

SCHEMA = json_schema()


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


def test_every_reference_leads_somewhere():
    assert set(references(SCHEMA)) <= {f"#/$defs/{name}" for name in SCHEMA["$defs"]}


def test_every_block_has_all_of_its_keys():
    found = blocks()
    assert len(found) > 25
    for block in found:
        schema = SCHEMA["else"] if block.__name__ == "Scenario" else SCHEMA["$defs"][block.__name__]
        assert set(schema["properties"]) == set(fields(block))
        assert schema["additionalProperties"] is False


def test_a_whole_file_must_be_complete_and_an_extending_one_need_not():
    assert SCHEMA["else"]["required"] == ["scenario", "start", "end"]
    assert "required" not in SCHEMA["then"]
    assert "extends" in SCHEMA["then"]["properties"]
    assert "extends" not in SCHEMA["else"]["properties"]
    assert "required" not in SCHEMA["$defs"]["ChangedContingent"]
    assert "#/$defs/ChangedContributor" in json.dumps(SCHEMA["then"])


def test_a_title_is_a_key_of_a_source_and_pydantic_s_titles_are_gone():
    assert SCHEMA["$defs"]["Source"]["properties"]["title"] == {"type": "string"}
    assert "title" not in SCHEMA["$defs"]["Source"]["properties"]["publisher"]
    assert '"default"' not in json.dumps(SCHEMA)
