"""A scenario file with everything that it `extends:` put under it."""

from __future__ import annotations

from pathlib import Path

from sim.errors import ScenarioError
from sim.scenario.faults import Fault, fault_at, scenario_error
from sim.scenario.files import read_text
from sim.scenario.merging import merge
from sim.scenario.nodes import Branch, Leaf, Node, Series
from sim.scenario.positions import Position
from sim.scenario.reading import Document, read_document

MOST_BASES = 20
"""Longest chain of files that extend each other."""

MOST_FILES = 200
"""Most files that one scenario may be put together from."""


def read_inherited(path: Path) -> Document:
    """Read a scenario file and lay it on what it extends, later bases on earlier ones.

    Raises ScenarioError if a file is missing or cannot be read, or if files extend each other in a circle.
    """
    return _Inheriting().of(path, ())


def inherited(document: Document) -> Document:
    """Return a document without `extends:`, which only a scenario that is a file can have."""
    faults = list(document.faults)
    entry = document.root.entries.get("extends")
    if entry is not None:
        message = "a scenario that is already resolved extends nothing; load it as a file, or remove the key"
        faults.append(fault_at(entry.position, "extends", message))
    return _laid(_empty(document.root.position), document.root, faults)


class _Inheriting:
    """Each file is read once, however often it is extended."""

    def __init__(self) -> None:
        self._read: dict[Path, Document] = {}

    def of(self, path: Path, chain: tuple[Path, ...]) -> Document:
        identity = path.resolve()
        if identity not in self._read:
            self._read[identity] = self._load(path, (*chain, path))
        return self._read[identity]

    def _load(self, path: Path, chain: tuple[Path, ...]) -> Document:
        document = read_document(read_text(path), str(path))
        faults = list(document.faults)
        merged = _empty(document.root.position)
        for name, position in _bases(document.root, faults):
            base = self._base(path.parent / name, position, chain)
            faults.extend(base.faults)
            laid = _laid(merged, base.root, faults)
            merged, faults = laid.root, list(laid.faults)
        return _laid(merged, document.root, faults)

    def _base(self, path: Path, position: Position, chain: tuple[Path, ...]) -> Document:
        names = " → ".join(str(link) for link in (*chain, path))
        if not _is_file(path):
            raise _error(position, f"{_missing(path)} (named by {names})")
        if path.resolve() in [link.resolve() for link in chain]:
            raise _error(position, f"files extend each other in a circle: {names}; remove one `extends:`")
        if len(chain) >= MOST_BASES or len(self._read) >= MOST_FILES:
            raise _error(
                position, f"more than {MOST_BASES} files extend each other, which is the limit: {names}"
            )
        return self.of(path, chain)


def _laid(base: Branch, over: Branch, faults: list[Fault]) -> Document:
    own = Branch(
        {key: entry for key, entry in over.entries.items() if key != "extends"}, over.position, over.flow
    )
    merged, further = merge(base, own)
    return Document(merged, (*faults, *further))


def _bases(root: Branch, faults: list[Fault]) -> list[tuple[str, Position]]:
    """Return the files that a scenario extends, in order; what names no file becomes a fault."""
    entry = root.entries.get("extends")
    if entry is None:
        return []
    nodes: tuple[Node, ...] = entry.node.items if isinstance(entry.node, Series) else (entry.node,)
    bases: list[tuple[str, Position]] = []
    for node in nodes:
        if (
            isinstance(node, Leaf)
            and isinstance(node.value, str)
            and node.value.strip()
            and "\0" not in node.value
        ):
            bases.append((node.value, node.position))
        else:
            faults.append(
                fault_at(node.position, "extends", "name a scenario file, or a list of them: [base.yaml]")
            )
    return bases


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no system takes, such as one too long
        return False


def _missing(path: Path) -> str:
    try:
        read_text(path)
    except ScenarioError as error:
        return f"{path}: {error.faults[0].message}"
    return f"{path} is no file"


def _empty(position: Position) -> Branch:
    return Branch({}, position)


def _error(position: Position, message: str) -> ScenarioError:
    return scenario_error([fault_at(position, "extends", message)])
