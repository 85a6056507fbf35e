"""From a scenario file to a scenario: read, inherit, set, validate, check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sim.scenario.checks import check
from sim.scenario.faults import Fault, scenario_error
from sim.scenario.files import decode
from sim.scenario.inheritance import inherited, read_inherited
from sim.scenario.merging import merge
from sim.scenario.nodes import Branch, plain_data, walk
from sim.scenario.positions import Position, dotted
from sim.scenario.pulling import pull
from sim.scenario.reading import FileContent, read_document
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Settings, apply_settings
from sim.scenario.validation import validate
from sim.scenario.writing import digest_of, in_order, write_text


@dataclass(frozen=True)
class Resolved:
    """A scenario with all that it inherits, and where each value comes from.

    `digest` identifies what it says, whatever the order of its keys. `warnings` are what the named checks
    find odd. `tree` is the resolved scenario with the position of every key and value.
    """

    scenario: Scenario
    tree: Branch
    digest: str
    warnings: tuple[Fault, ...]

    def __repr__(self) -> str:
        """Say which scenario it is: all that it holds would fill a screen."""
        own = self.scenario
        return f"<scenario “{own.scenario}”: {own.start} to {own.end}, digest {self.digest[:12]}>"

    @property
    def data(self) -> dict[str, Any]:
        """The resolved scenario as plain dictionaries, lists and scalars (a new copy)."""
        data: dict[str, Any] = plain_data(self.tree)
        return data

    @cached_property
    def text(self) -> str:
        """The resolved scenario as YAML, in an order that does not depend on the file's."""
        return write_text(self.tree)

    @cached_property
    def stored(self) -> Scenario:
        """The scenario as `text` holds it: the same, but in that order, which tables and figures keep to."""
        return Scenario.model_validate(plain_data(in_order(self.tree)))

    @property
    def origins(self) -> Mapping[str, Position]:
        """Dotted path of each value → the file, line and column that it comes from."""
        return MappingProxyType({dotted(path): position for path, position, _ in walk(self.tree) if path})


def load(path: Path | str, settings: Settings = ()) -> Scenario:
    """Return the scenario of a file; ScenarioError lists all of its faults. See `load_resolved`."""
    return load_resolved(path, settings).scenario


def load_resolved(
    path: Path | str, settings: Settings = (), *, strict: bool = False, over: Path | None = None
) -> Resolved:
    """Read a scenario file with all that it extends, lay a file `over` it, set values, validate and check.

    `settings` are dotted paths with values in YAML, as a mapping or as `path=value`. With `strict`, warnings
    are faults. Raises ScenarioError with every fault, each at its file, line and column; UsageError for a
    setting that is not `path=value`.
    """
    document = read_inherited(Path(path))
    if over is not None:
        laid = read_inherited(over)
        merged, misplaced = merge(document.root, laid.root)
        document = FileContent(merged, (*document.faults, *laid.faults, *misplaced))
    return _resolve(document, settings, strict)


def resolve_text(text: str, name: str, settings: Settings = (), *, oddities: bool = True) -> Resolved:
    """Return the scenario that a stored, already resolved text holds; `name` stands for it in messages.

    Without `oddities` there are no warnings: for variants of a scenario whose warnings are known.
    """
    return _resolve(_document(text, name), settings, strict=False, oddities=oddities)


@lru_cache(maxsize=4)
def _document(text: str, name: str) -> FileContent:
    """Read a text once for all variants of it; what is read never changes."""
    return inherited(read_document(decode(text.encode("utf-8", "surrogatepass"), name), name))


def _resolve(document: FileContent, settings: Settings, strict: bool, oddities: bool = True) -> Resolved:
    root, misplaced = apply_settings(document.root, settings)
    root, without_effect = pull(root)
    validated = validate(root)
    faults = [*document.faults, *misplaced, *without_effect, *validated.faults]
    found: tuple[Fault, ...] = ()
    if validated.scenario is not None:
        found = check(root, validated.scenario, validated.wrong, oddities=oddities and not faults)
    faults.extend(fault for fault in found if strict or fault.severity == "fault")
    if faults or validated.scenario is None:
        raise scenario_error(faults)
    warnings = tuple(sorted(fault for fault in found if fault.severity == "warning"))
    return Resolved(validated.scenario, root, digest_of(plain_data(root)), warnings)
