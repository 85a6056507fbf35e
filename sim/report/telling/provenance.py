"""A resolved scenario with where each of its values comes from: as YAML with comments, or a line a value.

The YAML reads back as the very same scenario: what is written nowhere in the files stands in comments only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario.nodes import Branch, Key, Leaf, Node, Series, walk
from sim.scenario.positions import Position
from sim.scenario.scenario import Scenario
from sim.scenario.shapes import TOP, UNSOURCED, Shape, fields
from sim.scenario.unstated import inherited_defaults, unstated
from sim.scenario.writing import one_line

if TYPE_CHECKING:
    from sim.scenario.loading import Resolved

_COLUMN = 54
"""Where comments begin, unless the value is longer."""

_LONGEST = 92
"""Most characters of a block that is written on one line."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of YAML; `comment` says where its value comes from."""

    text: str
    comment: str = ""

    def __str__(self) -> str:
        return f"{self.text:<{_COLUMN}}  # {self.comment}" if self.comment else self.text


def annotated_yaml(resolved: Resolved, file: Path) -> Iterator[str]:
    """Yield the lines of the resolved scenario; names of files are relative to the folder of `file`."""
    yield f"# {file}, resolved: behind each value stands where it comes from"
    yield from map(str, _Annotating(file.parent, resolved).block(_sections_in_order(resolved.tree), TOP, 0))


def path_lines(resolved: Resolved, file: Path) -> Iterator[str]:
    """Yield `path=value`, a tab, and where it comes from, for every value; defaults that apply included."""
    annotating = _Annotating(file.parent, resolved)
    for path, value, origin in annotating.rows(resolved.tree, TOP, ()):
        yield f"{path}={value}\t{origin}"


class _Annotating:
    def __init__(self, folder: Path, resolved: Resolved) -> None:
        self._folder = folder
        self._tree = resolved.tree

    def block(self, branch: Branch, shape: Shape, depth: int) -> Iterator[_Line]:
        """Yield the lines of what stands in a mapping."""
        indent = "  " * depth
        for key, entry in branch.entries.items():
            yield from self._value(f"{indent}{_key(key)}:", entry.node, shape.below(key, branch), depth)
        note = self._note(branch, shape)
        if note:
            yield _Line(f"{indent}# {note}")

    def rows(self, node: Node, shape: Shape, path: tuple[Key, ...]) -> Iterator[tuple[str, str, str]]:
        """Yield (dotted path, value, origin) of every value below a node."""
        dotted = ".".join(map(str, path))
        if isinstance(node, Series) and shape.items is not None and shape.items.blocks:
            for place, item in enumerate(node.items):
                yield from self.rows(item, shape.items, (*path, place))
        elif not isinstance(node, Branch) or not shape.merges:
            yield dotted, one_line(node), self._origin(node)
        else:
            for key, entry in node.entries.items():
                yield from self.rows(entry.node, shape.below(key, node), (*path, key))
            front = f"{dotted}." if dotted else ""
            for key, value in unstated(node, shape).items():
                yield f"{front}{key}", value, "default"
            for key, default in inherited_defaults(self._tree, node, shape).items():
                section = "contributors" if key in ("notice", "exit") else "contingents"
                yield f"{front}{key}", one_line(default), f"defaults.{section} ({self._origin(default)})"

    def _value(self, head: str, node: Node, shape: Shape, depth: int) -> Iterator[_Line]:
        if isinstance(node, Leaf) and isinstance(node.value, str) and _is_paragraph(node.value):
            style = "|" if node.value.endswith("\n") else "|-"
            yield _Line(f"{head} {style}", self._origin(node))
            indent = "  " * (depth + 1)
            yield from (_Line(f"{indent}{line}") for line in node.value.splitlines())
            return
        flow = f"{head} {one_line(node)}"
        if self._is_one_line(node, shape, flow):
            note = self._note(node, shape)
            yield _Line(flow, "; ".join(part for part in (self._origin(node), note) if part))
        elif isinstance(node, Branch):
            yield _Line(head)
            yield from self.block(node, shape, depth + 1)
        elif isinstance(node, Series):
            yield _Line(head)
            inner = shape.items if shape.items is not None else shape
            for item in node.items:
                yield from self._value(f"{'  ' * (depth + 1)}-", item, inner, depth + 1)

    def _is_one_line(self, node: Node, shape: Shape, flow: str) -> bool:
        """Say whether a value goes on one line: plain ones always, blocks that stood on one if they fit."""
        if isinstance(node, Leaf):
            return True
        if not shape.merges and not shape.listed:
            return True
        if isinstance(node, Series):
            return not node.items or (not (shape.items and shape.items.blocks) and len(flow) <= _LONGEST)
        places = {(leaf.position.file, leaf.position.line) for leaf in _leaves(node)}
        nested = any(shape.below(key, node).merges for key in node.entries)
        return not node.entries or (len(places) == 1 and not nested and len(flow) <= _LONGEST)

    def _note(self, node: Node, shape: Shape) -> str:
        """Return what the schema or `defaults:` adds to a block."""
        if not isinstance(node, Branch):
            return ""
        parts = []
        if inherited := inherited_defaults(self._tree, node, shape):
            parts.append(f"from defaults: {', '.join(inherited)}")
        values = {key: value for key, value in unstated(node, shape).items() if key not in UNSOURCED}
        if values:
            parts.append("default: " + ", ".join(f"{key} {value}" for key, value in values.items()))
        return "; ".join(parts)

    def _origin(self, node: Node) -> str:
        """Return the places that the scalars of a value come from, each file once: `a.yaml:4-6, --set`."""
        lines: dict[str, list[int]] = {}
        for leaf in _leaves(node):
            lines.setdefault(leaf.position.file, []).append(leaf.position.line)
        if not lines:
            lines = {node.position.file: [node.position.line]}
        return ", ".join(self._place(file, found) for file, found in lines.items())

    def _place(self, file: str, lines: Sequence[int]) -> str:
        if file == "--set":
            return file
        name = os.path.relpath(file, self._folder)
        first, last = min(lines), max(lines)
        return f"{name}:{first}" if first == last else f"{name}:{first}-{last}"


def _sections_in_order(root: Branch) -> Branch:
    """Return the scenario with its sections in the schema's order, and in them the file's."""
    order = list(fields(Scenario))
    keys = sorted(root.entries, key=lambda key: order.index(str(key)))
    return Branch({key: root.entries[key] for key in keys}, root.position)


def _leaves(node: Node) -> list[Node]:
    return [inner for _, _, inner in walk(node) if isinstance(inner, Leaf)]


def _key(key: Key) -> str:
    return one_line(Leaf(key, Position("", 1, 1)))


def _is_paragraph(text: str) -> bool:
    """Say whether a text can stand as a literal block."""
    lines = text.splitlines()
    return "\n" in text.rstrip("\n") and all(
        line.isprintable() and line == line.strip() and line for line in lines
    )
