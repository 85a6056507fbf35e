"""What stands behind the numbers: the rules in words, method and limits, how to repeat it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.report.blocks import Cell, Code, Column, Listing, Paragraph, Point, Section, Sheet
from sim.words.names import readable
from sim.words.titles import rule_sentence, titles_of

if TYPE_CHECKING:
    from sim.results.run import Run
    from sim.rules.syntax import Rule
    from sim.scenario.scenario import Scenario

METHOD = (
    "Each replication plays the scenario's world once: facts move by chance, parties consent or refuse, "
    "contributors decide by their rules, contingents are approved, prepared, lifted and received. Rules are "
    "read whenever something that they refer to changes.",
    "Random numbers belong to what they decide, so two scenarios with the same seed meet the same worlds, "
    "and a difference between them is a difference of the scenarios.",
    "Bands are quantiles over replications. Probabilities have Wilson intervals, quantiles exact "
    "order-statistic intervals, means Student's. “Held” reads the end of the day, “reached” any moment up "
    "to it; a target never reached counts as such.",
    "Every pledged soldier who is not deployed is booked at every instant to exactly one cause, so that "
    "causes and deployed troops add up to the pledge.",
)

LIMITS = (
    "The intervals say how well the replications measure the scenario; they do not say how true the "
    "scenario is.",
    "Every interval has 95 % confidence for itself alone: of twenty differences that are none, about one "
    "looks clear by chance.",
    "Values without a source are assumptions; the ledger lists them.",
    "What a rule does not mention does not matter to its contributor: no bandwagon, contagion or politics "
    "beyond what is written.",
)


def method_sections(runs: Mapping[str, Run]) -> tuple[Section, ...]:
    """Return how the numbers were made, what they do not say, and how to make them again."""
    blocks = (
        Listing(tuple(map(Point, METHOD))),
        Paragraph("What to keep in mind:"),
        Listing(tuple(map(Point, LIMITS))),
    )
    return Section("Method, limits, and how to repeat it", blocks), _repeat_section(runs)


def rules_section(runs: Mapping[str, Run]) -> Section:
    """Return the rules as sentences: those of the first run, and what the others have otherwise."""
    sheets: list[Sheet] = []
    before: set[tuple[str, str]] = set()
    for label, run in runs.items():
        found = rule_sentences(run.scenario)
        rows: tuple[tuple[Cell, ...], ...] = tuple(pair for pair in found if pair not in before)
        before.update(found)
        if rows:
            caption = f"Rules of {label} that differ from those above." if sheets else f"Rules of {label}."
            sheets.append(Sheet(caption, (Column("Whose"), Column("Rule in words")), rows))
    return Section("The rules in words", tuple(sheets) or (Paragraph("The scenario has no rules."),))


def rule_sentences(scenario: Scenario) -> list[tuple[str, str]]:
    """Return (whose, sentence) for every rule of a scenario, in the order of the file's sections."""
    from sim.scenario.rules import rules_with_paths

    titles = titles_of(scenario)
    return [
        (_whose(path, scenario), rule_sentence(_bound(path, rule), titles))
        for path, rule in rules_with_paths(scenario)
    ]


def _bound(path: tuple[str | int, ...], rule: Rule) -> Rule:
    """Return a rule in which its own contributor stands by name, and not as `self`."""
    from sim.rules.binding import bind

    return bind(rule, str(path[1])) if path[0] == "contributors" else rule


def _whose(path: tuple[str | int, ...], scenario: Scenario) -> str:
    """Return `Indonesia › commits when` for contributors, indonesia, commits_when."""
    titles = titles_of(scenario)
    if path[0] in ("never", "always"):
        return readable(str(path[0]))
    if path[0] == "requirements" and isinstance(path[1], int):
        line = scenario.requirements[path[1]]
        return f"Requirement › {line.name or line.task.replace('_', ' ')} › {path[-1]}"
    steps = [str(step) for step in path if not isinstance(step, int)]
    inner = [step for step in steps[1:] if step not in _SILENT] or steps
    words = [titles.get(step) or step.replace("_", " ") for step in inner]
    return " › ".join([readable(words[0]), *words[1:]])


_SILENT = frozenset({"contingents", "rate_multiplier", "sectors"})
"""Steps of a path that tell a reader nothing."""


def _repeat_section(runs: Mapping[str, Run]) -> Section:
    """Return how to make the same numbers again: command, seed, digest, versions."""
    rows: list[tuple[Cell, ...]] = []
    commands, folders = [], []
    versions: dict[str, str] = {}
    for label, run in runs.items():
        manifest = run.manifest
        asked, seed = manifest["replications"], manifest["seed"]
        rows.append((label, run.scenario.scenario, run.replications, str(seed), str(manifest["digest"])[:12]))
        name = run.folder.resolve().parent.name
        commands.append(f"isf run {shlex.quote(f'{name}.yaml')} -n {asked} --seed {seed}")
        folders.append(shlex.quote(f"{label}=outputs/{name}/{run.folder.resolve().name}"))
        versions.update({str(key): str(value) for key, value in manifest.get("versions", {}).items()})
    columns = (
        Column("Label"),
        Column("Scenario"),
        Column("Replications", True),
        Column("Seed", True),
        Column("Digest"),
    )
    listed = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return Section(
        "How to repeat it",
        (
            Paragraph(
                "The same scenario, seed and versions give the same bytes, on any number of processes. Each "
                "run's folder keeps its scenario with all that it inherits (scenario.yaml); the digest "
                "stands for it."
            ),
            Code((*commands, "isf report \\", *_continued(folders))),
            Sheet("The runs of this report.", columns, tuple(rows)),
            *([Paragraph(f"Versions: {listed}.")] if listed else []),
        ),
        level=2,
    )


def _continued(words: list[str]) -> list[str]:
    """Return the words of a command, one a line."""
    return [f"    {word} \\" for word in words[:-1]] + [f"    {words[-1]}"]
