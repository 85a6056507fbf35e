"""The manifest of a run: which blocks are done, with the checksum of each file, and by which versions.

It holds no clock, host or path: two runs with the same bytes have the same manifest. Its *seal* is a checksum
of everything else in it, so that one that was edited or damaged is found out and never read as truth; it
protects against accidents, not against somebody who computes it anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any, TypeVar

from sim.batch.code_digest import DECIDING, code_digest
from sim.batch.columns import LOGS
from sim.batch.simulation import Violation, merged
from sim.batch.spans import BLOCK, MOST_REPLICATIONS, Span

FORMAT = 2
"""The version of the store's format where every block keeps its logs."""
FORMAT_WITHOUT_LOGS = 3
"""That where some block keeps none, which a simulator that knows only the former does not misread."""

_DISTRIBUTIONS = ("numpy", "simpy", "pyarrow", "lark", "pydantic")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """One block that is done: its span, the SHA-256 of each log's file, what failed, what was violated.

    One that keeps no logs has no files; then the summary is what is kept of it, and `summary` its SHA-256.
    """

    span: Span
    files: Mapping[str, str]
    failed: tuple[int, ...] = ()
    violations: tuple[Violation, ...] = ()
    summary: str = ""

    @property
    def finished(self) -> list[int]:
        """Return the numbers of the replications that finished, ascending."""
        failed = set(self.failed)
        return [number for number in range(self.span.first, self.span.end) if number not in failed]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run folder holds."""

    scenario: str
    digest: str
    seed: int
    versions: Mapping[str, str]
    blocks: Mapping[int, BlockRecord]

    @property
    def replications(self) -> int:
        """Return how many replications were played, failed ones included."""
        return sum(record.span.count for record in self.blocks.values())

    @property
    def with_logs(self) -> int:
        """Return of how many replications the logs are kept."""
        return sum(record.span.count for record in self.blocks.values() if record.files)

    @property
    def failed(self) -> tuple[int, ...]:
        """Return the numbers of the replications that failed, ascending."""
        return tuple(sorted(number for record in self.blocks.values() for number in record.failed))

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Return the broken statements over all blocks."""
        return merged([each for record in self.blocks.values() for each in record.violations])

    def text(self) -> str:
        """Return the manifest as JSON with sorted keys and a seal; the same content gives the same text."""
        content: dict[str, Any] = {
            "format": FORMAT if self.with_logs == self.replications else FORMAT_WITHOUT_LOGS,
            "scenario": self.scenario,
            "digest": self.digest,
            "seed": self.seed,
            "replications": self.replications,
            "failed": list(self.failed),
            "violations": _violations_as_json(self.violations),
            "versions": dict(self.versions),
            "blocks": [_block_as_json(self.blocks[number]) for number in sorted(self.blocks)],
        }
        return sealed(content)


class OtherFormatError(ValueError):
    """A manifest that another version of the simulator wrote, in a format that this one does not read."""


def sealed(content: Mapping[str, Any]) -> str:
    """Return the text of a manifest with this content, its seal added (or made anew)."""
    whole = {**content, "seal": _seal(content)}
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _seal(content: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in content.items() if key != "seal"}
    canonical = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_manifest(text: str) -> Manifest:
    """Read a manifest back.

    ValueError if the text is not one of this format (`OtherFormatError` if it is of another), was changed
    after it was written, holds a value of another kind than it must, or contradicts itself.
    """
    try:
        content = json.loads(text)
        if _of(int, content["format"]) not in (FORMAT, FORMAT_WITHOUT_LOGS):
            _of(str, content["digest"])
            raise OtherFormatError(
                f"format {content['format']}, while this simulator reads formats {FORMAT} and {FORMAT_WITHOUT_LOGS}"
            )
        if content["seal"] != _seal(content):
            raise ValueError("it was changed after it was written: its seal is not that of its content")
        blocks = [record_from_json(block) for block in content["blocks"]]
        manifest = Manifest(
            scenario=_of(str, content["scenario"]),
            digest=_of(str, content["digest"]),
            seed=_of(int, content["seed"]),
            versions={name: _of(str, version) for name, version in content["versions"].items()},
            blocks={record.span.block: record for record in blocks},
        )
        totals = (content["replications"], content["failed"])
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a manifest: {error!r}") from error
    if manifest.seed < 0:
        raise ValueError(f"seed {manifest.seed} is below 0")
    if len(manifest.blocks) != len(blocks) or totals != (manifest.replications, list(manifest.failed)):
        raise ValueError("its totals are not those of its blocks")
    return manifest


def _of(kind: type[_T], value: Any) -> _T:
    """Return a value of exactly that kind: `"50"` and `true` are no numbers."""
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def present_versions() -> dict[str, str]:
    """Return everything that decides a run's bytes besides scenario and seed.

    `model` is a digest of the code that decides results, so that a run made before a change of the model is never
    taken for one made after it; what the code says of itself does not count (`sim.batch.code_digest`).
    """
    import platform

    from sim.version import __version__

    versions = {name: _version_of(name) for name in _DISTRIBUTIONS}
    return versions | {
        "python": platform.python_version(),
        "isf-simulator": __version__,
        "model": code_digest(*DECIDING),
    }


@cache
def _version_of(distribution: str) -> str:
    """Return the version of what is installed, looked up once: what a process has imported does not change."""
    return metadata.version(distribution)


def _block_as_json(record: BlockRecord) -> dict[str, Any]:
    bare = {} if record.files else {"summary": record.summary}
    return bare | {
        "block": record.span.block,
        "first": record.span.first,
        "count": record.span.count,
        "failed": list(record.failed),
        "violations": _violations_as_json(record.violations),
        "files": dict(record.files),
    }


def record_from_json(block: Mapping[str, Any]) -> BlockRecord:
    """Read one block of a manifest back; ValueError, KeyError or TypeError if it is none."""
    span = _span_from_json(block)
    failed = tuple(_of(int, number) for number in block["failed"])
    if "summary" in block and block["files"] != {}:
        raise ValueError(f"block {span.block} keeps logs, and a summary instead of them")
    if not all(span.first <= number < span.end for number in failed) or len(set(failed)) < len(failed):
        raise ValueError(f"block {span.block} does not hold each of its failed replications, once")
    return BlockRecord(
        span=span,
        files={log: _of(str, block["files"][log]) for log in LOGS} if "summary" not in block else {},
        summary=_of(str, block.get("summary", "")),
        failed=failed,
        violations=tuple(
            Violation(
                _of(str, each["statement"]),
                _of(int, each["replications"]),
                _of(int, each["first"]),
                float(_of(float, each["day"])),
                _of(str, each["facts"]),
            )
            for each in block["violations"]
        ),
    )


def _span_from_json(block: Mapping[str, Any]) -> Span:
    """Read which replications a block holds; what is believed of a block decides what a run plays anew."""
    span = Span(_of(int, block["first"]), _of(int, block["count"]))
    fits = 0 <= span.first == span.block * BLOCK and 1 <= span.count <= BLOCK
    if not fits or span.end > MOST_REPLICATIONS or block["block"] != span.block:
        raise ValueError(f"no block holds {span.count} replications from {span.first} on")
    return span


def _violations_as_json(violations: tuple[Violation, ...]) -> list[dict[str, Any]]:
    return [
        {
            "statement": each.statement,
            "replications": each.replications,
            "first": each.number,
            "day": each.day,
            "facts": each.facts,
        }
        for each in violations
    ]
