"""How a rule of a scenario is read: one line of the commitment language, or the readings of one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from pydantic_core import PydanticCustomError

from sim.errors import RuleError
from sim.rules.syntax import ALWAYS, NEVER, Readings, Rule
from sim.scenario.distributions import refuse_other_than_all, weight_of
from sim.scenario.values import shown

_RULE_CLASSES = get_args(Rule)


def _no_rule(raw: Any) -> str:
    """Say that a value is no rule, and what to write."""
    if isinstance(raw, list | tuple):
        listed = " and ".join(map(str, raw)) or "…"
        return (
            f"a list is not a rule; join its conditions in one line: {listed} (or `or`, `at least 2 of (…)`)"
        )
    return f"{shown(raw)} is not a rule; write it as one plain line, quoted inside {{…}} or […]"


def _read_readings(raw: Mapping[Any, Any]) -> Rule:
    """Read `{one_of: {"RULE": weight, …}}`, the readings of one statement; a list gives each the same weight."""
    stated = raw.get("one_of")
    if set(raw) != {"one_of"} or not isinstance(stated, Mapping | list | tuple) or not stated:
        raise ValueError(
            'a rule is one line of text, or its readings with weights: {one_of: {"RULE": 2, "OTHER RULE": 1}}'
        )
    pairs = list(stated.items()) if isinstance(stated, Mapping) else [(rule, 1) for rule in stated]
    refuse_other_than_all(weight for _, weight in pairs)
    found: dict[Rule, float] = {}
    for text, weight in pairs:
        if not isinstance(text, (str, bool, *_RULE_CLASSES)):
            raise ValueError(f"the reading {shown(text)} is not a rule; write it as text in quotation marks")
        rule = _read_one(text)
        found[rule] = found.get(rule, 0.0) + weight_of(f"`{text}`", weight)
    if len(found) == 1:
        return next(iter(found))
    return Readings(tuple(found), tuple(found.values()))


def _read_one(text: Any) -> Rule:
    try:
        return read_rule(text)
    except PydanticCustomError as error:
        context = {**(error.context or {}), "reading": text}
        raise PydanticCustomError("rule", "{reason}", context) from None


def read_rule(raw: Any) -> Rule:
    """Read a commitment rule; true and false stand for `always` and `never`.

    A rule that cannot be read becomes a pydantic error of the type `rule`, whose context holds the `reason`
    and the `offset`: the 0-based character of the rule's text.
    """
    if isinstance(raw, _RULE_CLASSES):
        return cast("Rule", raw)
    if isinstance(raw, bool):
        return ALWAYS if raw else NEVER
    if isinstance(raw, Mapping):
        return _read_readings(raw)
    if not isinstance(raw, str):
        raise ValueError(_no_rule(raw))
    from sim.rules.parsing import parse

    try:
        return parse(raw)
    except RuleError as error:
        raise PydanticCustomError(
            "rule", "{reason}", {"reason": str(error), "offset": error.offset}
        ) from None
