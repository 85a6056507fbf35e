"""From YAML text to a frozen tree with positions. Nothing is executed, and every size is bounded."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.building import NodeTreeBuilder
from sim.scenario.faults import Fault, fault_at, scenario_error
from sim.scenario.nodes import Branch, Leaf, Node
from sim.scenario.positions import Position
from sim.scenario.yaml_mistakes import character_at, explain_yaml


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file's content, and what was wrong with how it is written."""

    root: Branch
    faults: tuple[Fault, ...]


def read_document(text: str, file: str) -> FileContent:
    """Read the one mapping that a scenario file is.

    Faults that leave the rest readable (a duplicate key, a tag, an unquoted comma) are returned with the
    tree; raises ScenarioError for what is no YAML, no mapping, or beyond a limit.
    """
    built, faults = _read(text, file)
    if not isinstance(built, Branch):
        message = "a scenario is a mapping; begin it with `scenario: a title`"
        raise scenario_error([*faults, fault_at(built.position, "", message)])
    return FileContent(built, faults)


def read_value(text: str, file: str) -> tuple[Node, tuple[Fault, ...]]:
    """Read one YAML value, such as the right side of `--set path=value`; an empty text is null."""
    return _read(text, file) if text.strip() else (Leaf(None, Position(file, 1, 1)), ())


def _read(text: str, file: str) -> tuple[Node, tuple[Fault, ...]]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = NodeTreeBuilder(file)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark if _is_unclosed(error.problem) else error.problem_mark
        mark = mark or error.context_mark
        place = Position(file, mark.line + 1, mark.column + 1) if mark else Position(file, 1, 1)
        builder.stop(place, explain_yaml(error.context, error.problem, character_at(text, place)))
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = Position(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        builder.stop(place, explain_yaml(None, error.reason, ""))
    except (yaml.YAMLError, UnicodeError) as error:
        builder.stop(Position(file, 1, 1), explain_yaml(None, str(error), ""))
    return builder.result()


def _is_unclosed(problem: str | None) -> bool:
    """Say whether the place to mend is where something began, not where the parser gave up."""
    signs = ("expected ','", "unexpected end of stream", "could not find expected ':'")
    return any(sign in (problem or "") for sign in signs)
