"""What the schema expects at each place of a scenario: a block, a mapping by name, a list, or a plain value.

Read off the pydantic blocks, so that inheritance, the ledger and help with names can never differ from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from sim.scenario.fields import Block
from sim.scenario.nodes import Branch, Leaf, Node, child
from sim.scenario.positions import Path
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at a place: one of `blocks`, a mapping or list of `items`, or else a plain value."""

    blocks: tuple[type[Block], ...] = ()
    items: Shape | None = None
    listed: bool = False

    @property
    def merges(self) -> bool:
        """Say whether a mapping here is merged key by key; distributions, rules and lists replace whole."""
        return bool(self.blocks) or self.named

    @property
    def named(self) -> bool:
        """Say whether this is a mapping whose keys are names that the planner chose."""
        return self.items is not None and not self.listed

    def block(self, node: Node | None) -> type[Block] | None:
        """Return the block that `node` is to be read as; of several, the one of the `kind` it states."""
        if len(self.blocks) <= 1:
            return self.blocks[0] if self.blocks else None
        kind = child(node, "kind") if node is not None else None
        stated = kind.value if isinstance(kind, Leaf) else None
        return next((block for block in self.blocks if kind_of(block) == stated), None)

    def below(self, part: object, node: Node | None) -> Shape:
        """Return what may stand under a key, or at a place of a list, of `node`."""
        if self.items is not None:
            return self.items
        block = self.block(node)
        return fields(block).get(str(part), PLAIN) if block is not None else PLAIN


UNSOURCED = frozenset({"source", "name", "kind", "log", "note", "url"})
"""Keys that state no number, rule or choice, so that no source speaks for them."""

PLAIN = Shape()
"""A scalar, a rule or a distribution."""

TOP = Shape(blocks=(Scenario,))
"""A whole scenario."""


def kind_of(block: type[Block]) -> str | None:
    """Return the `kind` that a block of facts states."""
    info = block.model_fields.get("kind")
    return str(get_args(info.annotation)[0]) if info is not None else None


@cache
def fields(block: type[Block]) -> Mapping[str, Shape]:
    """Return the keys of a block, in the order of the schema, with what may stand under each."""
    return MappingProxyType(
        {info.alias or name: _shape(info.annotation) for name, info in block.model_fields.items()}
    )


def shape_at(root: Node, path: Path) -> Shape:
    """Return what may stand at a path of a scenario."""
    shape: Shape = TOP
    node: Node | None = root
    for part in path:
        shape = shape.below(part, node)
        node = child(node, part) if node is not None else None
    return shape


def is_sourced(shape: Shape, node: Node | None) -> bool:
    """Say whether what stands here is a block with a `source:` of its own."""
    block = shape.block(node)
    return isinstance(node, Branch) and block is not None and "source" in fields(block)


def holds_sourced(shape: Shape, node: Node) -> bool:
    """Say whether what stands here is, or is a mapping or list of, blocks with a `source:` of their own."""
    if is_sourced(shape, node):
        return True
    if shape.items is None:
        return False
    inner = (
        [entry.node for entry in node.entries.values()]
        if isinstance(node, Branch)
        else getattr(node, "items", ())
    )
    return any(holds_sourced(shape.items, item) for item in inner)


def _shape(annotation: Any) -> Shape:
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is Annotated:
        return _shape(arguments[0])
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return Shape(blocks=(annotation,))
    if origin is dict:
        return Shape(items=_shape(arguments[1]))
    if origin is tuple:
        return Shape(items=_shape(arguments[0]), listed=True)
    if origin in (Union, UnionType):
        return _union([_shape(argument) for argument in arguments if argument is not type(None)])
    return PLAIN


def _union(shapes: list[Shape]) -> Shape:
    blocks = tuple(block for shape in shapes for block in shape.blocks)
    return Shape(blocks=blocks) if blocks else next((shape for shape in shapes if shape.items), PLAIN)
