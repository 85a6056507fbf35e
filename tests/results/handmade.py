"""Runs made by hand: logs as plain tuples in the store's format, and worlds drawn by Hypothesis."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st
from pyarrow import parquet

from sim.batch.columns import Identity
from sim.batch.manifest import BlockRecord, Manifest
from sim.batch.spans import Span, blocks_of
from sim.batch.store import block_name
from sim.results.run import Run
from sim.scenario.scenario import Scenario
from sim.vocabulary import STAGES

DAY = 86_400
BLOCK = 250
WORD = pa.dictionary(pa.int32(), pa.string())
TEXTS = ("contributor", "contingent", "from_stage", "to_stage", "fact", "cause", "name")
COLUMNS = {
    "transitions": ("day", "step", "contributor", "contingent", "from_stage", "to_stage", "troops", "cause"),
    "signals": ("day", "step", "fact", "value"),
    "waits": ("day", "step", "contributor", "contingent", "cause", "troops"),
    "numbers": ("name", "value"),
}
TYPES = {
    "replication": pa.int32(),
    "day": pa.float64(),
    "step": pa.int16(),
    "troops": pa.int32(),
    "value": pa.float64(),
}


@dataclass
class World:
    """One replication: (second, step, …) rows of each log."""

    transitions: list[tuple[Any, ...]] = field(default_factory=list)
    signals: list[tuple[Any, ...]] = field(default_factory=list)
    waits: list[tuple[Any, ...]] = field(default_factory=list)
    numbers: list[tuple[Any, ...]] = field(default_factory=list)


def write_run(
    folder: Path,
    scenario: Scenario,
    worlds: Sequence[World],
    failed: Sequence[int] = (),
    digest: str = "by hand",
) -> Run:
    """Write the logs block by block, beside the manifest, and return the run."""
    checksums: dict[tuple[str, Span], str] = {}
    for log, columns in COLUMNS.items():
        (folder / log).mkdir(parents=True, exist_ok=True)
        for first in range(0, len(worlds), BLOCK):
            numbered = enumerate(worlds[first : first + BLOCK], first)
            rows = [(number, *row) for number, world in numbered for row in getattr(world, log)]
            arrays = [
                _array(name, [row[index] for row in rows])
                for index, name in enumerate(("replication", *columns))
            ]
            span = Span(first, min(BLOCK, len(worlds) - first))
            told = Identity(digest, 0, span).metadata()
            table = pa.table(arrays, names=["replication", *columns]).replace_schema_metadata(told)
            sink = pa.BufferOutputStream()
            parquet.write_table(table, sink)
            checksums[log, span] = _written(folder / log, span, bytes(sink.getvalue()))
    blocks = {
        span.block: BlockRecord(
            span,
            {log: checksums[log, span] for log in COLUMNS},
            tuple(sorted(each for each in failed if span.first <= each < span.end)),
        )
        for span in blocks_of(len(worlds))
    }
    text = Manifest("by hand", digest, 0, {"by": "hand"}, blocks).text()
    (folder / "manifest.json").write_text(text)
    return Run(folder, scenario, json.loads(text))


def _written(folder: Path, span: Span, content: bytes) -> str:
    checksum = hashlib.sha256(content).hexdigest()
    (folder / block_name(span.block, checksum)).write_bytes(content)
    return checksum


def _array(name: str, values: list[Any]) -> pa.Array:
    if name == "day":
        values = [second / DAY for second in values]
    return pa.array(values, TYPES.get(name) or pa.string()).cast(WORD if name in TEXTS else TYPES[name])


def scenario_of(contingents: dict[tuple[str, str], dict[str, Any]], days: int = 10, **parts: Any) -> Scenario:
    """Return a scenario that starts on 2026-01-01 and lasts so many days."""
    contributors: dict[str, Any] = {}
    for (contributor, contingent), keys in contingents.items():
        bodies = contributors.setdefault(contributor, {"contingents": {}})["contingents"]
        bodies[contingent] = {"troops": 100, "role": "infantry", **keys}
    return Scenario.model_validate(
        {
            "scenario": "by hand",
            "start": "2026-01-01",
            "end": f"2026-01-{days:02d}",
            "contributors": contributors,
            **parts,
        }
    )


def journey(contributor: str, contingent: str, pledge: int, *moves: tuple[int, int, str, str]) -> World:
    """Return the logs of one contingent; who is not deployed waits for his stage.

    Each move is (second, troops, from, to).
    """
    at = dict.fromkeys(STAGES, 0) | {"pledged": pledge}
    rows = [(0, 0, contributor, contingent, "", "pledged", pledge, "pledge")]
    waits = [(0, 0, contributor, contingent, "cause pledged", pledge)]
    for step, (second, troops, source, goal) in enumerate(moves, 1):
        rows.append((second, step, contributor, contingent, source, goal, troops, "by hand"))
        at[source] -= troops
        at[goal] += troops
        waits += [
            (second, step, contributor, contingent, f"cause {stage}", at[stage])
            for stage in dict.fromkeys((source, goal))
            if stage != "deployed"
        ]
    return World(rows, [], waits)


def together(*parts: World) -> World:
    """Merge contingents into one replication."""
    world = World()
    for log in COLUMNS:
        merged = sorted((row for part in parts for row in getattr(part, log)), key=lambda row: row[:2])
        getattr(world, log).extend(merged)
    return world


@st.composite
def journeys(draw: st.DrawFn, contributor: str, contingent: str, days: int) -> World:
    """Draw moves between any stages; several may fall on one instant, midnight among them."""
    pledge = draw(st.integers(0, 30))
    at = dict.fromkeys(STAGES, 0) | {"pledged": pledge}
    moves, second = [], 0
    for _ in range(draw(st.integers(0, 8))):
        second += draw(st.sampled_from((0, 1, DAY // 2, DAY - 1, DAY, 2 * DAY + 1)))
        source = draw(st.sampled_from([stage for stage in STAGES if at[stage]] or ["pledged"]))
        goal = draw(st.sampled_from(("deployed", *STAGES)))
        troops = draw(st.integers(0, at[source]))
        if second >= days * DAY or troops == 0:
            break
        at[source] -= troops
        at[goal] += troops
        moves.append((second, troops, source, goal))
    return journey(contributor, contingent, pledge, *moves)


BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("a", "one"): {"sector": "north"},
    ("a", "two"): {"role": "engineers"},
    ("b", "one"): {"sector": "south", "force": "police"},
}


@st.composite
def worlds(draw: st.DrawFn, days: int = 10) -> list[World]:
    """Draw one to five replications of the contingents in `BODIES`."""
    bodies = [journeys(contributor, contingent, days) for contributor, contingent in BODIES]
    return [together(*[draw(body) for body in bodies]) for _ in range(draw(st.integers(1, 5)))]


def level(world: World, second: int, stage: str = "deployed", **wanted: str) -> int:
    """Return the troops in a stage after an instant, counted from the rows; `wanted` narrows them."""
    total = 0
    for time, _, contributor, contingent, source, goal, troops, _ in world.transitions:
        about = {"role": "infantry", "sector": None, "force": "military", "contributor": contributor}
        about |= {"contingent": contingent} | BODIES.get((contributor, contingent), {})
        if time <= second and all(about[key] == value for key, value in wanted.items()):
            total += troops * ((goal == stage) - (source == stage))
    return total
