"""What a later scenario says otherwise than an earlier one: taken apart key by key, put together again, said."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

AS_OF = ("as_of",)
_TELLS_NOTHING = frozenset({"source", "sources", "scenario", "name", "title", "note", "notes", "description"})
_STATED = frozenset(
    {"value", "planned", "slips", "p5", "p10", "p25", "median", "p75", "p90", "p95"}
    | {"low", "mode", "high", "mean", "chance", "per", "one_of", "times", "odds"}
)
ASKED = frozenset({"question", "targets", "requirements", "estimates", "plausible", "costs"})
"""Sections that only ask something: they move no troops."""

Key = tuple[str | int, ...]
"""Where in a file: names of mappings, places in lists."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that the later scenario says otherwise; None on one side: not at all."""

    key: Key
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        """`record`, `news` (the day up to which it is known), or `assumption`."""
        if self.key == AS_OF:
            return "news"
        return "record" if self.key[0] == "history" else "assumption"


Unit = tuple[Edit, ...]
"""Edits that are put in together."""


def edits_between(then: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Edit, ...]:
    """Return what one resolved scenario says otherwise than another, news first; wordings and aims aside."""
    found = list(_edits(then, now, ()))
    kinds = {edit.key[:2] for edit in found if edit.key[0] == "facts" and edit.key[-1] == "kind"}
    whole = [Edit(key, _at(then, key), _at(now, key)) for key in sorted(kinds, key=str)]
    kept = [edit for edit in found if edit.key[:2] not in kinds]
    return tuple(sorted([*kept, *whole], key=lambda edit: (edit.key != AS_OF, edit.kind != "record")))


def _edits(then: Any, now: Any, key: Key) -> Iterator[Edit]:
    if then == now or (key and (key[-1] in _TELLS_NOTHING or key[0] in ASKED)):
        return
    if key == ("history",):
        yield from _records(then or [], now or [])
    elif isinstance(then, dict) and isinstance(now, dict) and not ({*then, *now} <= _STATED and key):
        for name in dict.fromkeys([*then, *now]):
            yield from _edits(then.get(name), now.get(name), (*key, name))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for place, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from _edits(one, other, (*key, place))
    else:
        yield Edit(key, copy.deepcopy(then), copy.deepcopy(now))


def _records(then: list[Any], now: list[Any]) -> Iterator[Edit]:
    def bare(record: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in record.items() if name not in _TELLS_NOTHING}

    kept = [bare(record) for record in now]
    told = [bare(record) for record in then]
    for number, record in enumerate(then):
        if bare(record) not in kept:
            yield Edit(("history", f"-{number}"), record, None)
    for number, record in enumerate(now):
        if bare(record) not in told:
            yield Edit(("history", f"+{number}"), None, record)


def with_edits(then: Mapping[str, Any], edits: Sequence[Edit]) -> dict[str, Any]:
    """Return the earlier scenario's data with some of the edits made."""
    data: dict[str, Any] = copy.deepcopy(dict(then))
    for edit in edits:
        if edit.key[0] == "history":
            records = data.setdefault("history", [])
            if edit.after is not None:
                records.append(copy.deepcopy(edit.after))
            else:
                records.remove(edit.before)
            continue
        inner: Any = data
        for name in edit.key[:-1]:
            inner = inner[int(name)] if isinstance(inner, list) else inner.setdefault(name, {})
        if edit.after is None:
            del inner[edit.key[-1]]
        else:
            inner[edit.key[-1]] = copy.deepcopy(edit.after)
    return data


def _at(data: Any, key: Key) -> Any:
    for name in key:
        data = data.get(name) if isinstance(data, dict) else data[int(name)]
        if data is None:
            return None
    return data


def said_together(unit: Unit) -> str:
    """Return a unit in words; several edits by where they are."""
    if len(unit) == 1:
        return said(unit[0])
    if unit[0].kind == "record" and all(edit.kind == "record" for edit in unit):
        return f"{len(unit)} records"
    places = dict.fromkeys(".".join(map(str, edit.key[:2])) for edit in unit)
    sections = dict.fromkeys(str(edit.key[0]) for edit in unit)
    where = next(iter(places)) if len(places) == 1 else ", ".join(sections)
    return f"{len(unit)} edits of {where}, which need one another"


def said(edit: Edit) -> str:
    """Return an edit in words: `facts.mandate.probability: 35% → 50%`, `record of 2026-02-01: …`."""
    if edit.kind == "record":
        record = edit.after if edit.after is not None else edit.before
        told = ", ".join(
            f"{name} {value}" for name, value in record.items() if name not in {"date", "source"}
        )
        taken = "" if edit.after is not None else "taken back: "
        return f"{taken}record of {record.get('date')}: {told}"
    if edit.kind == "news":
        return f"known until {edit.after} instead of {edit.before or 'the start'}, in silence"
    return f"{'.'.join(map(str, edit.key))}: {_short(edit.before)} → {_short(edit.after)}"


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        if {*value} <= _STATED:
            return "{" + ", ".join(f"{name}: {inner}" for name, inner in value.items()) + "}"
        return "another block"
    return str(value)
