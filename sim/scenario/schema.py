"""The JSON Schema of a scenario file, for editors that complete and check YAML.

It is of draft 7, which editors know best, and knows less than the loader: names, the order of dates and rules
are checked by `isf validate` alone.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from sim.scenario.checks.history import EVENTS
from sim.scenario.key_meanings import KEY_MEANINGS
from sim.scenario.number_schemas import number_schemas
from sim.scenario.scenario import Scenario

_REFERENCE = "#/definitions/"
_EXTENDS = {
    "description": "A scenario file, or a list of them (later wins), that this one changes.",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file.

    A file that `extends:` another may leave out anything and delete by `null`; any other must be complete.
    """
    whole = _tidied(Scenario.model_json_schema(ref_template=f"{_REFERENCE}{{model}}"))
    blocks = whole.pop("$defs")
    for name, block in {"Scenario": whole, **blocks}.items():
        _explain(block, name)
    blocks["Record"]["properties"]["event"]["enum"] = list(EVENTS)
    part = _renamed(_partial(copy.deepcopy(whole)), set(blocks))
    part["properties"] = {"extends": _EXTENDS, **part["properties"]}
    changes = {
        f"Changed{name}": _renamed(_partial(copy.deepcopy(block)), set(blocks))
        for name, block in blocks.items()
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "ISF scenario",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": part,
        "else": whole,
        "definitions": {**number_schemas(), **blocks, **changes},
    }


def schema_text() -> str:
    """Return the schema as the text of `scenarios/schema.json`."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def _tidied(schema: Any) -> Any:
    """Return a schema without what pydantic says to programs, and with kinds of values by their names."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "stated" in schema:
        return {"$ref": f"{_REFERENCE}{schema['stated']}"}
    if schema.get("format") == "date":
        return {"$ref": f"{_REFERENCE}Day"}
    kept = {key: _tidied(value) for key, value in schema.items() if key not in ("default", "discriminator")}
    if isinstance(kept.get("title"), str):
        del kept["title"]
    return kept


def _explain(block: Any, name: str) -> None:
    """Give every key of a block its meaning."""
    for key, schema in block.get("properties", {}).items():
        meaning = KEY_MEANINGS[name].get(key)
        if meaning is not None:
            block["properties"][key] = {"description": meaning, **schema}


def _partial(schema: Any) -> Any:
    """Return a schema in which nothing is required, and everything may be `null`."""
    schema.pop("required", None)
    schema.pop("minProperties", None)
    properties = schema.get("properties", {})
    for key, value in properties.items():
        if key != "kind":
            meaning = {"description": value.pop("description")} if "description" in value else {}
            properties[key] = {**meaning, "anyOf": [_loosened(value), *_by_step(value), {"type": "null"}]}
    return schema


def _by_step(schema: Any) -> list[dict[str, Any]]:
    """Return the form in which some steps of an inherited list are changed, if this is such a list."""
    lists = [each for each in (schema, *schema.get("anyOf", ())) if each.get("type") == "array"]
    steps = {"$ref": f"{_REFERENCE}Approval"}
    if not any(each.get("items") == steps for each in lists):
        return []
    inner = {"anyOf": [steps, {"type": "null"}]}
    return [
        {"type": "object", "description": "the inherited steps that change", "additionalProperties": inner}
    ]


def _loosened(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a key: names in a mapping may be deleted, and facts need not repeat their kind."""
    inner = schema.get("additionalProperties")
    if not isinstance(inner, dict):
        return schema
    alternatives = [{"anyOf": inner["oneOf"]}] if "oneOf" in inner else [inner]
    loosened = {key: value for key, value in schema.items() if key != "minProperties"}
    return {**loosened, "additionalProperties": {"anyOf": [*alternatives, {"type": "null"}]}}


def _renamed(schema: Any, blocks: set[str]) -> Any:
    """Return a schema that refers to the partial form of each block; lists replace whole, so theirs stay."""
    if isinstance(schema, list):
        return [_renamed(item, blocks) for item in schema]
    if not isinstance(schema, dict) or schema.get("type") == "array":
        return schema
    return {
        key: _changed(value, blocks) if key == "$ref" else _renamed(value, blocks)
        for key, value in schema.items()
    }


def _changed(reference: str, blocks: set[str]) -> str:
    name = reference.removeprefix(_REFERENCE)
    return f"{_REFERENCE}Changed{name}" if name in blocks else reference
