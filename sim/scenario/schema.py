"""The JSON Schema of a scenario file, for editors that complete and check YAML."""

from __future__ import annotations

import copy
from typing import Any

from sim.scenario.scenario import Scenario

_EXTENDS = {
    "description": "a scenario file, or a list of them (later wins), that this one changes",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file.

    A file that `extends:` another may leave out anything and delete by `null`; any other must be complete.
    """
    whole = _tidied(Scenario.model_json_schema())
    blocks = whole.pop("$defs")
    part = _renamed(_partial(copy.deepcopy(whole)))
    part["properties"]["extends"] = _EXTENDS
    changes = {f"Changed{name}": _renamed(_partial(copy.deepcopy(block))) for name, block in blocks.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ISF scenario",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": part,
        "else": whole,
        "$defs": {**blocks, **changes},
    }


def _tidied(schema: Any) -> Any:
    """Return a schema without what pydantic says to programs: titles and default values."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _tidied(value) for key, value in schema.items() if key not in ("default", "discriminator")}
    if isinstance(kept.get("title"), str):
        del kept["title"]
    return kept


def _partial(schema: Any) -> Any:
    """Return a schema in which nothing is required, and everything may be `null`."""
    schema.pop("required", None)
    schema.pop("minProperties", None)
    properties = schema.get("properties", {})
    for key, value in properties.items():
        if key != "kind":
            properties[key] = {"anyOf": [_loosened(value), {"type": "null"}]}
    return schema


def _loosened(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a key: names in a mapping may be deleted, and facts need not repeat their kind."""
    inner = schema.get("additionalProperties")
    if not isinstance(inner, dict):
        return schema
    alternatives = [{"anyOf": inner["oneOf"]}] if "oneOf" in inner else [inner]
    loosened = {key: value for key, value in schema.items() if key != "minProperties"}
    return {**loosened, "additionalProperties": {"anyOf": [*alternatives, {"type": "null"}]}}


def _renamed(schema: Any) -> Any:
    """Return a schema that refers to the partial form of each block; lists replace whole, so theirs stay."""
    if isinstance(schema, list):
        return [_renamed(item) for item in schema]
    if not isinstance(schema, dict) or schema.get("type") == "array":
        return schema
    return {
        key: value.replace("#/$defs/", "#/$defs/Changed") if key == "$ref" else _renamed(value)
        for key, value in schema.items()
    }
