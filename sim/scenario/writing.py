"""A resolved scenario as YAML text and as a digest; neither depends on the order of the file it came from."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from typing import Any

from sim.scenario.nodes import Branch, Key, Leaf, Node, Series, plain_data
from sim.scenario.scalars import read_word
from sim.scenario.shapes import TOP, Shape, fields

_TEXT = "tag:yaml.org,2002:str"


def digest_of(data: Any) -> str:
    """Return the SHA-256 of a resolved scenario's canonical JSON (keys sorted), as 64 hexadecimal digits."""
    canonical = json.dumps(_keyed_by_text(data), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def in_order(node: Node, shape: Shape = TOP) -> Node:
    """Return a tree with the keys of each block in the schema's order, and names sorted."""
    if isinstance(node, Series):
        inner = shape.items if shape.items is not None else shape
        return Series(tuple(in_order(item, inner) for item in node.items), node.position, node.flow)
    if isinstance(node, Leaf):
        return node
    block = shape.block(node)
    known = list(fields(block)) if block is not None else list(_DISTRIBUTION)
    rank = {key: place for place, key in enumerate(known)} if not shape.named else {}
    keys = sorted(node.entries, key=lambda key: (rank.get(str(key), len(rank)), _sortable(key)))
    entries = {
        key: type(node.entries[key])(
            node.entries[key].position, in_order(node.entries[key].node, shape.below(key, node))
        )
        for key in keys
    }
    return Branch(entries, node.position, node.flow)


_DISTRIBUTION = (
    *("value", "planned", "slips", "p5", "p10", "p25", "median", "p75", "p90", "p95"),
    *("low", "mode", "high", "mean", "chance", "per", "one_of", "times", "odds"),
)


def write_text(root: Branch) -> str:
    """Return a resolved scenario as YAML; reading it gives the same data and so the same digest."""
    return data_text(plain_data(in_order(root)))


def data_text(data: Any) -> str:
    """Return a scenario's plain data as YAML, numbers as they were written."""
    import yaml

    return str(
        yaml.dump(
            data,
            Dumper=_dumper(),
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=False,
            width=100_000,
        )
    )


def one_line(node: Node) -> str:
    """Return a value as YAML on one line, as it could stand behind its key: `{median: 14 days}`."""
    if isinstance(node, Leaf) and _is_plain(node.value):
        return str(node.value)
    import yaml

    text = yaml.dump(
        plain_data(node),
        Dumper=_dumper(),
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=True,
        width=100_000,
    )
    return str(text).removesuffix("\n").removesuffix("\n...")


_PLAIN_TEXT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _.()<>=%-]*[A-Za-z0-9_)%])?\Z")


def _is_plain(value: object) -> bool:
    """Say whether a scalar needs no quotes for certain, so that no dumper has to be asked."""
    if isinstance(value, str):
        return bool(_PLAIN_TEXT.match(value)) and read_word(value) == value
    return isinstance(value, int) and not isinstance(value, bool)


def _sortable(key: Key) -> tuple[int, float, str]:
    return (1, 0.0, key) if isinstance(key, str) else (0, float(key), "")


def _keyed_by_text(data: Any) -> Any:
    """Return data with number keys marked as such, so that the keys 1 and '1' stay two."""
    if isinstance(data, dict):
        return {
            key if isinstance(key, str) else f"\0{key!r}": _keyed_by_text(value)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_keyed_by_text(item) for item in data]
    return data


@cache
def _dumper() -> Any:
    """Return a YAML dumper that quotes exactly what this simulator would not read as the same text."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
            if kind is yaml.ScalarNode and implicit[0]:
                return _tag(read_word(value))
            return super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def represent_text(dumper: Any, text: str) -> Any:
        return dumper.represent_scalar(_TEXT, text, style=None if text.isprintable() else '"')

    Dumper.add_representer(str, represent_text)
    Dumper.add_multi_representer(
        float, lambda dumper, number: dumper.represent_scalar(_tag(number), float.__repr__(number))
    )
    return Dumper


def _tag(value: Any) -> str:
    if isinstance(value, float):
        return "tag:yaml.org,2002:float"
    name = {bool: "bool", int: "int", type(None): "null"}.get(type(value))
    return f"tag:yaml.org,2002:{name}" if name else _TEXT
