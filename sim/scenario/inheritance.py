"""A scenario file with everything that it `extends:` put under it.

Files are laid on each other in one order: what a file extends lies under it, later ones over earlier ones,
and a file that several of them share lies once, under them all. So two variations of one scenario can be
extended together, and neither brings back what the other has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.errors import ScenarioError
from sim.scenario.faults import Fault, fault_at, scenario_error
from sim.scenario.files import read_text
from sim.scenario.merging import layered
from sim.scenario.nodes import Branch, Leaf, Node, Series
from sim.scenario.positions import Position
from sim.scenario.reading import FileContent, read_document
from sim.scenario.scenario import Scenario

MOST_BASES = 20
"""Longest chain of files that extend each other."""

MOST_FILES = 200
"""Most files that one scenario may be put together from."""


def read_inherited(path: Path) -> FileContent:
    """Read a scenario file and lay it on what it extends, later bases on earlier ones.

    Raises ScenarioError if a file is missing or cannot be read, or if files extend each other in a circle.
    """
    return _laid(list(_Inheriting().files(path, ()).values()))


def inherited(document: FileContent) -> FileContent:
    """Return a document without `extends:`, which only a scenario that is a file can have."""
    faults = document.faults
    entry = document.root.entries.get("extends")
    if entry is not None:
        message = "a scenario that is already resolved extends nothing; load it as a file, or remove the key"
        faults = (*faults, fault_at(entry.position, "extends", message))
    return _laid([FileContent(document.root, faults)])


class _Inheriting:
    """Each file is read once, however often it is extended."""

    def __init__(self) -> None:
        self._read: dict[Path, dict[Path, FileContent]] = {}

    def files(self, path: Path, chain: tuple[Path, ...]) -> dict[Path, FileContent]:
        """Return the files that one is put together from, itself last: each under all that extend it."""
        identity = path.resolve()
        if identity not in self._read:
            self._read[identity] = self._load(path, (*chain, path))
        return self._read[identity]

    def _load(self, path: Path, chain: tuple[Path, ...]) -> dict[Path, FileContent]:
        document = _own_document(path) if len(chain) == 1 else _base_document(path)
        faults = list(document.faults)
        files: dict[Path, FileContent] = {}
        for name, position in _bases(document.root, faults):
            files |= self._base(path.parent / name, position, chain)
        return {**files, path.resolve(): FileContent(document.root, tuple(faults))}

    def _base(self, path: Path, position: Position, chain: tuple[Path, ...]) -> dict[Path, FileContent]:
        names = " → ".join(str(link) for link in (*chain, path))
        if not _is_file(path):
            raise _error(position, f"{_missing(path)} (named by {names})")
        if path.resolve() in [link.resolve() for link in chain]:
            raise _error(position, f"files extend each other in a circle: {names}; remove one `extends:`")
        if len(chain) >= MOST_BASES or len(self._read) >= MOST_FILES:
            raise _error(
                position, f"more than {MOST_BASES} files extend each other, which is the limit: {names}"
            )
        return self.files(path, chain)


def _laid(documents: Sequence[FileContent]) -> FileContent:
    """Return the documents laid on each other, the last on top, without their `extends:`."""
    merged, further = layered([_own(each.root) for each in documents])
    return FileContent(merged, (*(fault for each in documents for fault in each.faults), *further))


def _own(root: Branch) -> Branch:
    entries = {key: entry for key, entry in root.entries.items() if key != "extends"}
    return Branch(entries, root.position, root.flow)


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


def _own_document(path: Path) -> FileContent:
    return read_document(read_text(path), str(path))


def _base_document(path: Path) -> FileContent:
    """Read a file that another one names. If it is no scenario at all, nothing of what it holds is told.

    Whoever sends a scenario could otherwise have a recipient mail back pieces of files that are not theirs.
    """
    try:
        document = _own_document(path)
    except ScenarioError as error:
        first = error.faults[0] if error.faults else None
        if first is None or first.check != "reading" or not first.item:
            raise
        raise scenario_error(
            [fault_at(Position(str(path), first.line, first.column), "", "this is no YAML of a scenario")]
        ) from None
    known = {info.alias or name for name, info in Scenario.model_fields.items()} | {"extends"}
    if known.isdisjoint(map(str, document.root.entries)):
        message = "this is no scenario: it has none of the keys of one; name another file in `extends:`"
        raise scenario_error([fault_at(document.root.position, "", message)])
    return document


def _missing(path: Path) -> str:
    if path.name and path.exists() and not path.is_dir():
        return f"{path} is a pipe or a device, and no file"
    try:
        read_text(path)
    except ScenarioError as error:
        return f"{path}: {error.faults[0].message}"
    return f"{path} is no file"


def _error(position: Position, message: str) -> ScenarioError:
    return scenario_error([fault_at(position, "extends", message)])
