"""Several scenario files at once: found in folders and by patterns, and all faults of all of them told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import ScenarioError, UsageError

if TYPE_CHECKING:
    from sim.scenario.loading import Resolved

_SUFFIXES = (".yaml", ".yml")
_WILD = frozenset("*?[")


def load_all(
    files: Sequence[Path], settings: Sequence[str] = (), *, strict: bool = False
) -> list[tuple[Path, Resolved]]:
    """Return each file with its scenario; ScenarioError with the faults of all files, one a line."""
    from sim.scenario.loading import load_resolved

    loaded, faults = [], []
    for file in dict.fromkeys(files):
        try:
            loaded.append((file, load_resolved(file, settings, strict=strict)))
        except (ScenarioError, UsageError) as error:
            faults.append(str(error))
    if faults:
        raise ScenarioError("\n".join(dict.fromkeys(faults)))
    return loaded


def load_laid_over(file: Path, over: Path | None, settings: Sequence[str] = ()) -> Resolved:
    """Return a scenario with another file, such as one of `levers:`, laid over it; ScenarioError with all faults."""
    from sim.scenario.loading import load_resolved

    return load_resolved(file, settings, over=over)


def scenario_files(paths: Sequence[Path], note: Callable[[str], None]) -> list[Path]:
    """Return the files that files, folders (`scenarios/`) and patterns (`'scenarios/isf-*.yaml'`) stand for.

    A file without contributors that was found, not named, is a base that others extend: it is left out and
    `note` says so. UsageError if a folder or pattern holds no scenario.
    """
    files: list[Path] = []
    for path in paths:
        if not _finds(path):
            files.append(path)
            continue
        found = list(_found(path))
        if not found:
            raise UsageError(f"{path}: holds no scenario file (.yaml); name a file, a folder or a pattern")
        for file in found:
            if _is_base(file):
                note(f"{file}: has no contributors, so it is taken for a base that others extend; left out")
            else:
                files.append(file)
    return list(dict.fromkeys(files))


def _finds(path: Path) -> bool:
    return path.is_dir() or (not path.exists() and not _WILD.isdisjoint(str(path)))


def _found(path: Path) -> Iterator[Path]:
    """Yield the scenario files of a folder, or of a pattern, by name."""
    if path.is_dir():
        yield from sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES and file.is_file())
        return
    parts = path.parts
    fixed = next(place for place, part in enumerate(parts) if not _WILD.isdisjoint(part))
    try:
        matches = sorted(Path(*parts[:fixed]).glob(str(Path(*parts[fixed:]))))
    except ValueError as error:
        raise UsageError(
            f"{path}: is no pattern ({error}); write one such as 'scenarios/isf-*.yaml'"
        ) from None
    yield from (match for match in matches if match.suffix in _SUFFIXES and match.is_file())


def _is_base(file: Path) -> bool:
    from sim.scenario.inheritance import read_inherited
    from sim.scenario.nodes import Branch

    try:
        entry = read_inherited(file).root.entries.get("contributors")
    except ScenarioError:
        return False  # what is wrong with it is told when it is loaded
    return entry is None or (isinstance(entry.node, Branch) and not entry.node.entries)
