"""What a validation error of pydantic means, in a planner's words and with the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.rules.suggestions import nearest
from sim.scenario.kinds import KINDS
from sim.scenario.scalars import ThreePlaces
from sim.scenario.values import not_a_number, shown


def explain(  # noqa: PLR0911  # one for each kind
    kind: str, value: Any, context: Mapping[str, Any], key: str = ""
) -> str:
    """Return what is wrong with a `value` under a `key`.

    `kind` and `context` are pydantic's type of error and details.
    """
    if kind.startswith("model_") and key in _BLOCKS and not isinstance(value, list | tuple):
        return f"{_sample(value)} is not a block; write {key}: {_BLOCKS[key].format(value=value)}"
    if kind in ("value_error", "rule"):
        return str(context["error" if kind == "value_error" else "reason"])
    if kind in _BOUNDS:
        words, limit = _BOUNDS[kind]
        return f"{shown(value)} is out of range; it must be {words} {context[limit]:g}"
    if kind in ("literal_error", "enum"):
        return _not_one_of(value, str(context["expected"]))
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _no_kind(context)
    if kind in _NUMBERS:
        return _number(kind, value)
    return _FIXED.get(kind, "{value} cannot stand here; the README of the scenarios shows what can").format(
        value=_sample(value), minimum=context.get("min_length", 1)
    )


_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("above", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("below", "lt"),
}

_NUMBERS = ("int_type", "int_parsing", "int_parsing_size", "int_from_float", "float_type", "float_parsing")

_BLOCKS = {
    "tour": "{{every: {value}}}",
    "advance": "{{share: {value}, body_follows: 30 days}}",
    "returns": "{{after: {value}}}",
    "beds": "{{at_start: {value}}}",
    "casualties": "{{rate: {value}}}",
}
"""How the one number is written that planners give for a whole block, by the block's key."""

_FIXED = {
    "invalid_key": "{value} is no key; inside {{…}} a comma ends a value; write decimals with a point, as in 0.5",
    "finite_number": "{value} is not a finite number",
    "bool_type": "{value} is neither true nor false; write true or false",
    "bool_parsing": "{value} is neither true nor false; write true or false",
    "string_type": "{value} is not text; put it in quotation marks if it is meant as text",
    "string_too_short": "is empty; write a text",
    "too_short": "has too few entries; give at least {minimum}",
    "dict_type": "{value} is not a mapping; write `key: value` lines below it, or {{key: value}}",
    "model_type": "{value} is not a block; write `key: value` lines below it, or {{key: value}}",
    "model_attributes_type": "{value} is not a block; write `key: value` lines below it, or {{key: value}}",
    "tuple_type": "{value} is not a list; write [first, second], or lines that begin with `- `",
    "list_type": "{value} is not a list; write [first, second], or lines that begin with `- `",
    "date_type": "{value} is not a date; write YYYY-MM-DD, for example 2026-06-30",
}


def _sample(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return shown(value)


def _number(kind: str, value: Any) -> str:
    whole = kind.startswith("int")
    if whole and isinstance(value, ThreePlaces):
        return not_a_number(value)
    if whole and isinstance(value, float):
        remedy = f"write {int(value)}" if value.is_integer() else "round it"
        return f"{shown(value)} is not a whole number; {remedy}"
    said = not_a_number(value)
    return said if ";" in said else f"{said}; write a {'whole ' if whole else ''}number"


def _not_one_of(value: Any, expected: str) -> str:
    names = [name.strip("' ") for name in expected.replace(" or ", ", ").split(",")]
    close = nearest(str(value), names)
    block = ", or a block of `key: value` lines" if names == ["not_needed"] else ""
    remedy = f"did you mean {close}?" if close else f"write {' or '.join(names)}{block}"
    return f"{_sample(value)} is not known here; {remedy}"


def _no_kind(context: Mapping[str, Any]) -> str:
    kinds = KINDS
    if "tag" not in context:
        return f"the kind of fact is missing; add `kind:` with one of {', '.join(kinds)}"
    close = nearest(str(context["tag"]), kinds)
    remedy = f"did you mean {close}?" if close else f"the kinds are {', '.join(kinds)}"
    return f"{shown(context['tag'])} is no kind of fact; {remedy}"
