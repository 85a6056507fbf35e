"""Values set from outside a file: `--set contributors.turkey.commits_when=always`. They are assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sim.errors import UsageError
from sim.rules.suggestions import all_known, nearest
from sim.scenario.faults import Fault, fault_at
from sim.scenario.merging import by_step, is_null, step_of, with_entry
from sim.scenario.nodes import Branch, Entry, Key, Node, Series
from sim.scenario.positions import Path, Position, dotted
from sim.scenario.reading import read_value
from sim.scenario.scalars import read_word
from sim.scenario.shapes import TOP, Shape, fields

Settings = Mapping[str, str] | Sequence[str]
"""Dotted path → value as YAML, or a sequence of `path=value`."""


def setting_pairs(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return (path, value) of each setting; UsageError for one that is not `path=value`."""
    if isinstance(settings, Mapping):
        return tuple((str(path), str(value)) for path, value in settings.items())
    if isinstance(settings, str):
        raise UsageError(f"settings are a list of `path=value`, not the text '{settings}'")
    pairs = []
    for setting in settings:
        path, equals, value = setting.partition("=")
        if not equals or not path.strip():
            raise UsageError(
                f"'{setting}' sets nothing; write path=value, for example theatre.reception='250 per day'"
            )
        pairs.append((path.strip(), value))
    return tuple(pairs)


def apply_settings(root: Branch, settings: Settings) -> tuple[Branch, tuple[Fault, ...]]:
    """Return a scenario with values set, and a fault for each path that leads nowhere."""
    faults: list[Fault] = []
    for path, text in setting_pairs(settings):
        value, further = read_value(text, "--set")
        faults.extend(further)
        result = set_node(root, path, value)
        if isinstance(result, Fault):
            faults.append(result)
        else:
            root = result
    return root, tuple(faults)


def set_node(root: Branch, path: str, value: Node) -> Branch | Fault:
    """Return a scenario with a value set at a dotted path, or why the path leads nowhere."""
    result = _Setting(tuple(path.split(".")), value).into(root, TOP, 0)
    assert isinstance(result, Branch | Fault)
    return result


class _Setting:
    """One value on its way to its place."""

    def __init__(self, parts: tuple[str, ...], value: Node) -> None:
        self._position = Position("--set", 1, 1)
        self._parts = parts
        self._value = value

    def into(self, node: Node | None, shape: Shape, depth: int) -> Node | Fault:
        """Return `node` with the value set below it."""
        if depth == len(self._parts):
            return self._value
        if node is None and shape.merges:
            node = Branch({}, self._position)
        if isinstance(node, Series):
            return self._into_list(node, shape, depth)
        if isinstance(node, Branch):
            return self._into_mapping(node, shape, depth)
        return self._fault(depth, "nothing can be set inside a single value; set the value itself")

    def _into_mapping(self, branch: Branch, shape: Shape, depth: int) -> Node | Fault:
        key = _key(branch, self._parts[depth])
        last = depth + 1 == len(self._parts)
        entry = branch.entries.get(key)
        if last and is_null(self._value) and entry is not None:
            return with_entry(branch, key, None, shape)
        block = shape.block(branch)
        if entry is None:
            known = list(fields(block)) if block is not None else [str(name) for name in branch.entries]
            allowed = (
                key in known
                if block is not None
                else shape.named and last and depth > 1 and not is_null(self._value)
            )
            if not allowed:
                return self._unknown(depth, known)
        below = entry.node if entry is not None else None
        result = self.into(below, shape.below(key, branch), depth + 1)
        if isinstance(result, Fault):
            return result
        return with_entry(branch, key, Entry(result.position, result), shape)

    def _into_list(self, series: Series, shape: Shape, depth: int) -> Node | Fault:
        part = self._parts[depth]
        steps = [step_of(item) for item in series.items] if by_step(shape) else []
        if part not in steps and (not part.isdecimal() or int(part) >= len(series.items)):
            places = f"0 to {len(series.items) - 1}" if series.items else "none, the list is empty"
            named = f" ({', '.join(steps)})" if steps else ""
            return self._fault(depth, f"'{part}' is no place of this list; its places are {places}{named}")
        place = steps.index(part) if part in steps else int(part)
        inner = shape.items if shape.items is not None else shape
        result = self.into(series.items[place], inner, depth + 1)
        if isinstance(result, Fault):
            return result
        return Series(
            (*series.items[:place], result, *series.items[place + 1 :]), series.position, series.flow
        )

    def _unknown(self, depth: int, known: Iterable[str]) -> Fault:
        part = self._parts[depth]
        close = nearest(part, known)
        where = f"in {dotted(self._parts[:depth])}" if depth else "in a scenario"
        hint = f"did you mean {close}?" if close else all_known(known)
        return self._fault(depth, f"there is no '{part}' {where}; {hint}")

    def _fault(self, depth: int, message: str) -> Fault:
        path: Path = self._parts[: depth + 1]
        return fault_at(self._position, dotted(path), message, check="settings")


def _key(branch: Branch, part: str) -> Key:
    """Return the key that a part of a path means: a number where the mapping's keys are numbers."""
    word = read_word(part)
    return (
        word
        if isinstance(word, int | float) and not isinstance(word, bool) and word in branch.entries
        else part
    )
